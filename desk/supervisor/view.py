"""The present content of the supervisor's page: one reading and one rendering serve every viewer for a
second."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment

from desk import formatting
from desk.screen import ScreenRegions, environment, title_of
from desk.wallboard.formatting import minutes
from ivr.customers.numbers import for_people
from ivr.service.supervision.floor_board import FloorBoard, FloorStatus
from ivr.settings import Settings
from ivr.store.supervisions import SupervisionRow

SHARED = ("alerts", "queues", "agents", "work")
RANK = {"on_call": 0, "offered": 1, "wrapping_up": 2, "available": 3, "away": 4}
MODES = {
    "listen": ("Listen", "listening"),
    "whisper": ("Whisper", "whispering to the agent"),
    "barge": ("Barge in", "speaking to both"),
    "take_over": ("Take over", "taken over"),
}


class SupervisorView:
    """The content of the page. It needs no request, so that a stream can use it too."""

    def __init__(self, board: FloorBoard, settings: Settings) -> None:
        self._board, self._settings = board, settings
        self._templates = templates(settings)
        self._titles = {name: title_of(settings, name) for name in settings.queues}
        self._guard = threading.Lock()
        self._rendered: tuple[FloorStatus | None, dict[str, str]] = (None, {})

    def look(self, supervisor_id: str, fresh: bool = False) -> ScreenRegions:
        """Return what this supervisor should see; `fresh` after a change of their own."""
        look = self._board.look(fresh)
        mine = next((one for one in look.supervisions if one.supervisor_id == supervisor_id), None)
        regions = {**self._shared(look), "mine": self.page("mine.html", **self._mine(look, mine))}
        asking = [one for one in look.helps if one.answered_by is None]
        names = {person.id: person.name for person in look.people}
        says = " ".join(f"{names.get(one.agent_id, one.agent_id)} asks for help." for one in asking)
        mode = mine.mode if mine and mine.state == "joined" else ""
        return ScreenRegions(look.at, mode, f"help-{asking[-1].id}" if asking else "", says, regions)

    def page(self, template: str, **values: Any) -> str:
        return self._templates.get_template(template).render(modes=MODES, titles=self._titles, **values)

    def title(self, queue: str) -> str:
        return self._titles.get(queue, queue)

    def _shared(self, look: FloorStatus) -> dict[str, str]:
        with self._guard:
            if self._rendered[0] is not look:
                values = self._values(look)
                regions = {name: self.page(f"{name}.html", **values) for name in SHARED}
                self._rendered = look, regions
            return self._rendered[1]

    def _values(self, look: FloorStatus) -> dict[str, Any]:
        names = {person.id: person.name for person in look.people}
        talks = {talk.call_sid: talk for talk in look.talks.values()}
        watched: dict[str, list[SupervisionRow]] = {}
        for one in look.supervisions:
            watched.setdefault(one.agent_id, []).append(one)
        return {
            "look": look,
            "names": names,
            "people": sorted(look.people, key=lambda one: RANK.get(one.state, 9)),
            "deskless": self._deskless(look),
            "helps": {one.agent_id: one for one in look.helps},
            "talks": talks,
            "watched": watched,
            "troubled": [(queue.name, one) for queue in look.queues for one in queue.waiting if one.signs],
            "troubled_talks": [
                (talk, look.talk_signs[talk.call_sid])
                for talk in look.talks.values()
                if talk.state == "connected" and look.talk_signs.get(talk.call_sid)
            ],
            "states": {state: sum(1 for person in look.people if person.state == state) for state in RANK},
        }

    def _deskless(self, look: FloorStatus) -> dict[str, float]:
        """Return agent → when their desk was last open, for available agents without an open desk."""
        after_s = self._settings.desk_closed.mark_after_minutes * 60.0
        return {
            one.id: one.desk_seen_at
            for one in look.people
            if after_s and one.state == "available" and one.desk_seen_at is not None
            if one.desk_seen_at < look.at - after_s
        }

    @staticmethod
    def _mine(look: FloorStatus, mine: SupervisionRow | None) -> dict[str, Any]:
        names = {person.id: person.name for person in look.people}
        return {"mine": mine, "agent_name": names.get(mine.agent_id, mine.agent_id) if mine else ""}


def templates(settings: Settings) -> Environment:
    """Return the desk's templates, and ours."""
    made = environment(ZoneInfo(settings.timezone), Path(__file__).parent / "templates")
    made.filters.update(
        without_sids=formatting.without_sids,
        levels=lambda found: ", ".join(
            name.replace("_", " ") if level == 1 else f"{name.replace('_', ' ')} {level}"
            for name, level in found.items()
        ),
        who=lambda one: one.customer or (for_people(one.caller) if one.caller else "") or "no number",
        minutes=minutes,
        clock_of=formatting.duration,
    )
    return made
