"""An agent gives the caller on: to another line, to one agent of a line, or to a number outside.

Nobody loses their place by it, and what they wait from then on is a new wait: only that is held against what
a line promises. When the number outside does not answer they stand where they would have stood.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.engine.context import WaitContext
from ivr.engine.effects import JoinQueue
from ivr.engine.events import Transferred
from ivr.engine.instructions import Dial, Prompt
from ivr.engine.session import IN_FLOW, WAITING
from ivr.engine.step import AwaitAnswer, Move, Wait
from ivr.engine.waiting.overflow import ASKED, TRANSFERRING
from ivr.engine.waiting.queue_visit import Memory, QueueVisit

STAYS = ("raised", "queue", "used", "notices", "given_at")
"""What a line remembers of a caller who has talked."""


def apply_transfer(stay: QueueVisit, event: Transferred, joining: JoinQueue, memory: Memory) -> Move:
    """Where the agent wants them; a line is joined as `joining` would have it."""
    kept = {key: memory[key] for key in STAYS if key in memory} | {"given_at": stay.stamp}
    if event.number:
        return Move(
            Wait(Dial(event.number, extension=event.extension)),
            prompts=(stay.say("transferred_number"),),
            scratch={**kept, "state": TRANSFERRING},
            status=IN_FLOW,
            queue="",
        )
    queue = event.queue or stay.queue
    return Move(
        AwaitAnswer(),
        prompts=(_where_to(replace(stay, queue=queue), event.for_one),),
        effects=(replace(joining, queue=queue),),
        scratch={**kept, "state": ASKED, "queue": queue, "moved": True},
        status=WAITING,
        queue=queue,
    )


def _where_to(stay: QueueVisit, for_one: bool) -> Prompt:
    title = "" if for_one else stay.settings.title.get(stay.language, "")
    return stay.say("transferred_queue", queue=title) if title else stay.say("transferred_colleague")


def since_transfer(stay: QueueVisit, wait: WaitContext, memory: Memory) -> WaitContext:
    """The talk before was no wait."""
    return replace(wait, waited=min(wait.waited, stay.since(memory.get("given_at"))))
