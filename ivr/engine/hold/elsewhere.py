"""Out of this line: to another queue, a number outside or a message by an overflow rule; and the full line.

A caller is told in a sentence what happens, and the journal why. Nobody loses the place by it: in the other
queue they stand as early as they came, and when the number outside does not answer they are back where they
were.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.engine.effects import JoinQueue, LeaveQueue, NoteOverflow
from ivr.engine.events import DigitsPressed, Event
from ivr.engine.facts import LineFacts, OverflowRule, WaitFacts
from ivr.engine.hold.keys import can_call_back, can_take_message, chosen_way, to_message, ways_out
from ivr.engine.hold.music import Spot, slices
from ivr.engine.hold.nobody import OUTSIDE, TELLINGS, lead_out
from ivr.engine.hold.overflow import Standing, WayOut, way_out
from ivr.engine.hold.stay import Memory, Stay
from ivr.engine.instructions import Dial
from ivr.engine.listening import listen
from ivr.engine.session import IN_FLOW, WAITING
from ivr.engine.step import AwaitAnswer, Move, Wait

ASKED, TRANSFERRING = "asked", "transferring"
LOOK_AGAIN = 15  # seconds after which a caller before a full line is let in if there is room


def led_elsewhere(stay: Stay, joining: JoinQueue, wait: WaitFacts | LineFacts, memory: Memory) -> Move | None:
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


def is_led_elsewhere(stay: Stay, wait: WaitFacts, memory: Memory) -> bool:
    """Whether a rule would lead this caller out of the line."""
    return not wait.ringing and _way(stay, _standing(wait), memory) is not None


def _standing(wait: WaitFacts | LineFacts) -> Standing:
    estimate = wait.high if wait.point is None else wait.point
    if isinstance(wait, WaitFacts):
        return Standing(wait.waited, wait.position, estimate)
    return Standing(0.0, wait.waiting + 1, estimate)


def _way(stay: Stay, standing: Standing, memory: Memory) -> WayOut | None:
    facts = stay.visit.facts
    seen = {name.partition(":")[0] for name in memory.get("used", ())} | {stay.queue}

    def can_follow(rule: OverflowRule) -> bool:
        """No caller is led to a queue where they have been, or that cannot serve them; nor to no number."""
        if rule.queue is not None:
            return rule.queue not in seen and _takes_callers(facts.lines.get(rule.queue))
        return rule.transfer is None or rule.transfer in facts.targets

    return way_out(stay.queue, stay.settings.overflow, memory.get("used", ()), standing, can_follow)


def _takes_callers(line: LineFacts | None) -> bool:
    return line is None or (line.open and line.staffed and not line.full)


def _transfer(stay: Stay, target: str, note: NoteOverflow, memory: Memory) -> Move:
    """Out of the line first, so that no agent takes a caller who talks to somebody outside."""
    return Move(
        Wait(Dial(stay.visit.facts.targets[target])),
        prompts=(stay.say("overflow_transfer"),),
        effects=(note, LeaveQueue("overflow")),
        scratch={**memory, "state": TRANSFERRING},
        status=IN_FLOW,
        queue="",
    )


# The full line ----------------------------------------------------------------------------------------------


def is_full(stay: Stay, line: LineFacts | None) -> bool:
    """Whether one more caller is too many. Where nothing else can be offered everybody is let in."""
    return line is not None and line.full and (can_call_back(stay) or can_take_message(stay))


def tell_full(stay: Stay, memory: Memory) -> Move:
    """Say that the line is full, and what is possible; then music, while room may be made."""
    told = memory.get("told", 0)
    words = (stay.say("line_full"),)
    if told >= TELLINGS:
        return lead_out(stay, {**memory, "told": 0}, words)
    music, _ = slices(stay.settings.pieces, Spot(), LOOK_AGAIN)
    asking = listen(
        stay.visit, (*words, *ways_out(stay), stay.say("full_stay"), *music), timeout=1, speech=False
    )
    memory = {**memory, "state": OUTSIDE, "told": told + 1}
    return Move(Wait(asking), scratch=memory, status=IN_FLOW, queue="")


def key_outside(stay: Stay, event: Event, memory: Memory) -> Move | None:
    """The way out that was chosen by who is not in line; None to look again whether there is room, which is
    what 0 asks for."""
    return chosen_way(stay, event.digits[:1], memory) if isinstance(event, DigitsPressed) else None
