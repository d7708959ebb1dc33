"""The agents on record for a queue, at work or not."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, select

from ivr.store.floor.agents import agent, agent_queue, agent_skill

_serving = (
    select(agent.c.id, agent_skill.c.skill, agent_skill.c.level)
    .join(agent_queue, agent_queue.c.agent_id == agent.c.id)
    .outerjoin(agent_skill, agent_skill.c.agent_id == agent.c.id)
    .where(agent_queue.c.queue == bindparam("queue"), agent.c.disabled.is_(False))
)


def anybody_for(connection: Connection, queue: str, wanted: Mapping[str, int]) -> bool:
    """Is there an agent who serves this queue and has these skills?"""
    found: dict[str, dict[str, int]] = {}
    for row in connection.execute(_serving, {"queue": queue}):
        found.setdefault(row.id, {})[row.skill or ""] = row.level or 0
    return any(
        all(skills.get(skill, 0) >= level for skill, level in wanted.items()) for skills in found.values()
    )
