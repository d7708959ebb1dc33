"""Decides when waiting makes no sense (closed, no agents, too long, a full queue), and where callers are
moved instead."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from ivr.engine.context import MESSAGE, OverflowRule, QueueStatus, WaitContext
from ivr.engine.effects import JoinQueue, LeaveQueue, NoteOverflow
from ivr.engine.events import DigitsPressed, Event
from ivr.engine.instructions import Dial, HangUp, Prompt
from ivr.engine.phrases import listen
from ivr.engine.session import IN_FLOW, WAITING
from ivr.engine.step import AwaitAnswer, Finish, Move, Wait
from ivr.engine.waiting.playback import (
    Memory,
    MusicPosition,
    QueueVisit,
    alternatives,
    can_call_back,
    can_take_message,
    chosen_alternative,
    play,
    slices,
    to_callback,
    to_message,
)

CLOSED, CLOSED_SINCE, UNAVAILABLE, TOO_LONG = "closed", "closed_since", "unavailable", "waited_too_long"
SHUT = (CLOSED, CLOSED_SINCE)
TELL_AGAIN, TELL_CLOSED_AGAIN, TELLINGS = 180, 30, 3
TOLD = ("told", "told_at", "told_of")
OUTSIDE = "outside"
"""The state of a caller who hears that the line is full or closed, and is not in it."""


def trouble_of(stay: QueueVisit, wait: WaitContext, memory: Memory) -> str | None:
    """Return why a caller should be offered something better than waiting; None while waiting makes sense."""
    if wait.ringing:
        return None
    if not wait.open and not is_finishing(stay, wait, memory):
        return CLOSED_SINCE if memory.get("early") else CLOSED
    if not wait.staffed:
        return UNAVAILABLE
    return TOO_LONG if wait.waited > wait.max_wait else None


def is_finishing(stay: QueueVisit, wait: WaitContext, memory: Memory) -> bool:
    """Return whether the queue is closed but callers who came before are still served."""
    early = memory.get("early", False) and not wait.open
    return early and wait.staffed and stay.settings.at_closing != MESSAGE


def is_due(stay: QueueVisit, trouble: str, memory: Memory) -> bool:
    """Return whether it is time to say it (again)."""
    again = TELL_CLOSED_AGAIN if trouble in SHUT else TELL_AGAIN
    return memory.get("told_of") != trouble or stay.since(memory.get("told_at")) >= again


def forget(memory: Memory) -> Memory:
    """Forget a trouble that is over: the next one is told from the beginning."""
    return {key: value for key, value in memory.items() if key not in TOLD}


def announce(stay: QueueVisit, trouble: str, memory: Memory, before: tuple[Prompt, ...]) -> Move:
    """Say what is wrong and what is possible, then play music. A caller who hears it for the fourth time is
    sent to it."""
    told = memory.get("told", 0) if memory.get("told_of") == trouble else 0
    words = (*before, stay.say(trouble), *_opening(stay, trouble))
    ways = alternatives(stay)
    if not ways and trouble == CLOSED:
        goodbye = Finish(HangUp((stay.say("goodbye"),)))
        return Move(goodbye, prompts=words, effects=(LeaveQueue("closed"),), status=IN_FLOW, queue="")
    if ways and told >= TELLINGS:
        return escalate(stay, forget(memory), words)
    memory = {**memory, "told": told + 1, "told_at": stay.stamp, "told_of": trouble}
    stays = (stay.say("stay_on_line"),) if ways else ()
    return play(stay, memory, (*words, *ways, *stays))


def is_closed(stay: QueueVisit) -> bool:
    """Return whether the queue is closed, by its calendar."""
    calendar = stay.visit.context.calendars.get(stay.settings.calendar)
    return calendar is not None and not calendar.at(stay.visit.context.now).open


def announce_closed(stay: QueueVisit, memory: Memory, news: tuple[Prompt, ...]) -> Move:
    """Tell a caller that the queue is closed, without putting them in line: no agent's phone rings for a
    caller who hears that nobody is there. A caller who stays on the phone is let in when it opens."""
    told = memory.get("told", 0)
    words = (*news, stay.say(CLOSED), *_opening(stay, CLOSED))
    ways = alternatives(stay)
    if not ways:
        return Move(Finish(HangUp((stay.say("goodbye"),))), prompts=words, status=IN_FLOW, queue="")
    if told >= TELLINGS:
        return escalate(stay, {**memory, "told": 0}, words)
    music, _ = slices(stay.settings.pieces, MusicPosition(), TELL_CLOSED_AGAIN)
    asking = listen(stay.visit, (*words, *ways, *music), timeout=1, speech=False)
    memory = {**memory, "state": OUTSIDE, "told": told + 1}
    return Move(Wait(asking), scratch=memory, status=IN_FLOW, queue="")


def escalate(stay: QueueVisit, memory: Memory, words: tuple[Prompt, ...]) -> Move:
    """Send the caller to a message without asking again; one who came back from it without a message, to a
    callback."""
    message = can_take_message(stay) or not can_call_back(stay)
    if message and not (can_call_back(stay) and memory.get("led")):
        return to_message(stay, {**memory, "led": True}, (*words, stay.say("to_voicemail")))
    return to_callback(stay, {**memory, "led": False}, words)


def _opening(stay: QueueVisit, trouble: str) -> tuple[Prompt, ...]:
    """Say when the line opens again, if the calendar knows."""
    calendar = stay.visit.context.calendars.get(stay.settings.calendar)
    if trouble not in SHUT or calendar is None:
        return ()
    opens = calendar.at(stay.visit.context.now).next_open
    return () if opens is None else (stay.say("opens_again", next_open=opens),)


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """A caller's position for overflow rules. Times are in seconds; `place` 1 is next; `estimate` is None
    when no number is known.

    The line is counted up to the caller: a rule about its length concerns those at its end, and never moves a
    caller who is nearly there.
    """

    waited: float
    place: int
    estimate: float | None


@dataclass(frozen=True, slots=True)
class OverflowDecision:
    """The rule to apply: its name (for "once in a call"), and the reason for the journal."""

    name: str
    rule: OverflowRule
    why: str


def decide_overflow(
    queue: str,
    rules: Sequence[OverflowRule],
    used: Collection[str],
    standing: QueueLoad,
    can_follow: Callable[[OverflowRule], bool],
) -> OverflowDecision | None:
    """Return the first rule whose conditions all hold, that was not applied in this call and can be
    followed."""
    for number, rule in enumerate(rules, 1):
        name = f"{queue}:{number}"
        why = _why(rule, standing)
        if why and name not in used and can_follow(rule):
            return OverflowDecision(name, rule, why)
    return None


def _why(rule: OverflowRule, standing: QueueLoad) -> str:
    """Return the conditions if all of them hold; "" otherwise."""
    found = []
    for what, value, limit in (
        ("waited {} s", standing.waited, rule.after_s),
        ("place {}", standing.place, rule.line_over),
        ("estimate {} s", standing.estimate, rule.estimate_over_s),
    ):
        if limit is None:
            continue
        if value is None or not value > limit:
            return ""
        found.append(f"{what.format(round(value))} over {round(limit)}")
    return ", ".join(found)


ASKED, TRANSFERRING = "asked", "transferring"
LOOK_AGAIN = 15  # seconds after which a caller outside a full line is let in if there is room


def apply_overflow(
    stay: QueueVisit, joining: JoinQueue, wait: WaitContext | QueueStatus, memory: Memory
) -> Move | None:
    """Apply an overflow rule to a caller in line (`wait`) or about to be `joining` it; None if none holds."""
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
    """Return whether a rule would move this caller out of the line."""
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
        """Return whether a rule can be followed: not to a queue where the caller has been, nor to one that
        cannot serve them, nor to an unknown number."""
        if rule.queue is not None:
            return rule.queue not in seen and _takes_callers(context.lines.get(rule.queue))
        return rule.transfer is None or rule.transfer in context.targets

    return decide_overflow(stay.queue, stay.settings.overflow, memory.get("used", ()), standing, can_follow)


def _takes_callers(line: QueueStatus | None) -> bool:
    return line is None or (line.open and line.staffed and not line.full)


def _transfer(stay: QueueVisit, target: str, note: NoteOverflow, memory: Memory) -> Move:
    """Leave the line first, so that no agent is offered a caller who is talking to somebody outside."""
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
    """Return whether one more caller is too many. If nothing else can be offered everybody is let in."""
    return line is not None and line.full and (can_call_back(stay) or can_take_message(stay))


def announce_full(stay: QueueVisit, memory: Memory) -> Move:
    """Say that the line is full and what is possible; then play music until there may be room."""
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
    """Return the alternative chosen by a caller who is not in line; None to check again whether there is
    room, which is what 0 asks for."""
    return chosen_alternative(stay, event.digits[:1], memory) if isinstance(event, DigitsPressed) else None
