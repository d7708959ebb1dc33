"""When waiting makes no sense: closed, nobody there, too long. Callers are told, and offered what is better.

At closing time nobody is dropped. Who was in line before is still served while agents are there, and told so;
or, where the settings say so and when the last agent has left, is told that and offered what is possible.
"""

from __future__ import annotations

from ivr.engine.context import MESSAGE, WaitContext
from ivr.engine.effects import LeaveQueue
from ivr.engine.gather_prompts import listen
from ivr.engine.instructions import HangUp, Prompt
from ivr.engine.session import IN_FLOW
from ivr.engine.step import Finish, Move, Wait
from ivr.engine.waiting.keys import alternatives, can_call_back, can_take_message, to_callback, to_message
from ivr.engine.waiting.playback import MusicPosition, play, slices
from ivr.engine.waiting.queue_visit import Memory, QueueVisit

CLOSED, CLOSED_SINCE, UNAVAILABLE, TOO_LONG = "closed", "closed_since", "unavailable", "waited_too_long"
SHUT = (CLOSED, CLOSED_SINCE)
TELL_AGAIN, TELL_CLOSED_AGAIN, TELLINGS = 180, 30, 3
TOLD = ("told", "told_at", "told_of")
OUTSIDE = "outside"
"""The state of who hears that the line is full or closed, and does not stand in it."""


def trouble_of(stay: QueueVisit, wait: WaitContext, memory: Memory) -> str | None:
    """Why a caller should be offered something better than waiting; None while waiting makes sense."""
    if wait.ringing:
        return None
    if not wait.open and not is_finishing(stay, wait, memory):
        return CLOSED_SINCE if memory.get("early") else CLOSED
    if not wait.staffed:
        return UNAVAILABLE
    return TOO_LONG if wait.waited > wait.max_wait else None


def is_finishing(stay: QueueVisit, wait: WaitContext, memory: Memory) -> bool:
    """Closed, but whoever came before is still served."""
    early = memory.get("early", False) and not wait.open
    return early and wait.staffed and stay.settings.at_closing != MESSAGE


def is_due(stay: QueueVisit, trouble: str, memory: Memory) -> bool:
    """Whether it is time to tell it (again)."""
    again = TELL_CLOSED_AGAIN if trouble in SHUT else TELL_AGAIN
    return memory.get("told_of") != trouble or stay.since(memory.get("told_at")) >= again


def forget(memory: Memory) -> Memory:
    """It is over: the next trouble is told from the beginning."""
    return {key: value for key, value in memory.items() if key not in TOLD}


def announce(stay: QueueVisit, trouble: str, memory: Memory, before: tuple[Prompt, ...]) -> Move:
    """Say what is wrong, and what is possible, then music. Who hears it for the fourth time is led to it."""
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
    """Whether the queue is closed, by its calendar."""
    calendar = stay.visit.context.calendars.get(stay.settings.calendar)
    return calendar is not None and not calendar.at(stay.visit.context.now).open


def announce_closed(stay: QueueVisit, memory: Memory, news: tuple[Prompt, ...]) -> Move:
    """A caller who finds the queue closed is told so and not put in line: no agent's phone rings for somebody
    who hears that nobody is there. Who stays on the phone is let in when it opens."""
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
    """Without being asked any more: to a message, and who came back from it without one to a callback."""
    message = can_take_message(stay) or not can_call_back(stay)
    if message and not (can_call_back(stay) and memory.get("led")):
        return to_message(stay, {**memory, "led": True}, (*words, stay.say("to_voicemail")))
    return to_callback(stay, {**memory, "led": False}, words)


def _opening(stay: QueueVisit, trouble: str) -> tuple[Prompt, ...]:
    """When somebody is there again, where the calendar knows."""
    calendar = stay.visit.context.calendars.get(stay.settings.calendar)
    if trouble not in SHUT or calendar is None:
        return ()
    opens = calendar.at(stay.visit.context.now).next_open
    return () if opens is None else (stay.say("opens_again", next_open=opens),)
