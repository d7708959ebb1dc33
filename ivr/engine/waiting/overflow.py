"""Out of this line: to another queue, a number outside or a message by an overflow rule; and the full line.

A caller is told in a sentence what happens, and the journal why. Nobody loses the place by it: in the other
queue they stand as early as they came, and when the number outside does not answer they are back where they
were.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.engine.context import OverflowRule, QueueStatus, WaitContext
from ivr.engine.effects import JoinQueue, LeaveQueue, NoteOverflow
from ivr.engine.events import DigitsPressed, Event
from ivr.engine.gather_prompts import listen
from ivr.engine.instructions import Dial
from ivr.engine.session import IN_FLOW, WAITING
from ivr.engine.step import AwaitAnswer, Move, Wait
from ivr.engine.waiting.keys import (
    alternatives,
    can_call_back,
    can_take_message,
    chosen_alternative,
    to_message,
)
from ivr.engine.waiting.music import MusicPosition, slices
from ivr.engine.waiting.no_agents import OUTSIDE, TELLINGS, escalate
from ivr.engine.waiting.overflow_rules import OverflowDecision, QueueLoad, decide_overflow
from ivr.engine.waiting.queue_visit import Memory, QueueVisit

ASKED, TRANSFERRING = "asked", "transferring"
LOOK_AGAIN = 15  # seconds after which a caller before a full line is let in if there is room


def apply_overflow(
    stay: QueueVisit, joining: JoinQueue, wait: WaitContext | QueueStatus, memory: Memory
) -> Move | None:
    """Where an overflow rule leads who stands in line (`wait`) or is about to be `joining` it."""
    found = _way(stay, _standing(wait), memory)
    if found is None:
        return None
    rule = found.rule
    note = NoteOverflow(stay.queue, found.name, found.why, rule.queue or rule.transfer or "voicemail")
    memory = {**memory, "used": [*memory.get("used", ()), found.name]}
    if rule.queue is not None:
        kept = {key: value for key, value in memory.items() if key not in ("position", "early", "finishing")}
        return Move(
            AwaitAnswer(),
            prompts=(stay.say("overflow_queue"),),
            effects=(note, replace(joining, queue=rule.queue)),
            scratch={**kept, "state": ASKED, "queue": rule.queue, "moved": True},
            status=WAITING,
            queue=rule.queue,
        )
    if rule.transfer is not None:
        return _transfer(stay, rule.transfer, note, memory)
    return replace(to_message(stay, memory, (stay.say("overflow_voicemail"),)), effects=(note,))


def is_overflow_due(stay: QueueVisit, wait: WaitContext, memory: Memory) -> bool:
    """Whether a rule would lead this caller out of the line."""
    return not wait.ringing and _way(stay, _standing(wait), memory) is not None


def _standing(wait: WaitContext | QueueStatus) -> QueueLoad:
    estimate = wait.high if wait.point is None else wait.point
    if isinstance(wait, WaitContext):
        return QueueLoad(wait.waited, wait.position, estimate)
    return QueueLoad(0.0, wait.waiting + 1, estimate)


def _way(stay: QueueVisit, standing: QueueLoad, memory: Memory) -> OverflowDecision | None:
    context = stay.visit.context
    seen = {name.partition(":")[0] for name in memory.get("used", ())} | {stay.queue}

    def can_follow(rule: OverflowRule) -> bool:
        """No caller is led to a queue where they have been, or that cannot serve them; nor to no number."""
        if rule.queue is not None:
            return rule.queue not in seen and _takes_callers(context.lines.get(rule.queue))
        return rule.transfer is None or rule.transfer in context.targets

    return decide_overflow(stay.queue, stay.settings.overflow, memory.get("used", ()), standing, can_follow)


def _takes_callers(line: QueueStatus | None) -> bool:
    return line is None or (line.open and line.staffed and not line.full)


def _transfer(stay: QueueVisit, target: str, note: NoteOverflow, memory: Memory) -> Move:
    """Out of the line first, so that no agent takes a caller who talks to somebody outside."""
    return Move(
        Wait(Dial(stay.visit.context.targets[target])),
        prompts=(stay.say("overflow_transfer"),),
        effects=(note, LeaveQueue("overflow")),
        scratch={**memory, "state": TRANSFERRING},
        status=IN_FLOW,
        queue="",
    )


# The full line ----------------------------------------------------------------------------------------------


def is_full(stay: QueueVisit, line: QueueStatus | None) -> bool:
    """Whether one more caller is too many. Where nothing else can be offered everybody is let in."""
    return line is not None and line.full and (can_call_back(stay) or can_take_message(stay))


def announce_full(stay: QueueVisit, memory: Memory) -> Move:
    """Say that the line is full, and what is possible; then music, while room may be made."""
    told = memory.get("told", 0)
    words = (stay.say("line_full"),)
    if told >= TELLINGS:
        return escalate(stay, {**memory, "told": 0}, words)
    music, _ = slices(stay.settings.pieces, MusicPosition(), LOOK_AGAIN)
    asking = listen(
        stay.visit, (*words, *alternatives(stay), stay.say("full_stay"), *music), timeout=1, speech=False
    )
    memory = {**memory, "state": OUTSIDE, "told": told + 1}
    return Move(Wait(asking), scratch=memory, status=IN_FLOW, queue="")


def key_outside(stay: QueueVisit, event: Event, memory: Memory) -> Move | None:
    """The way out that was chosen by who is not in line; None to look again whether there is room, which is
    what 0 asks for."""
    return chosen_alternative(stay, event.digits[:1], memory) if isinstance(event, DigitsPressed) else None
