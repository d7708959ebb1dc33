"""Decides when the music is interrupted, and what is said then: notices, a wait or a place, a callback,
keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ivr.engine.announcement_policy import LATE, NONE, AnnouncedWait, announce
from ivr.engine.context import WaitContext, of_queue
from ivr.engine.effects import NotePromise
from ivr.engine.instructions import Prompt, Say, spoken_seconds
from ivr.engine.step import Move
from ivr.engine.waiting import playback
from ivr.engine.waiting.overflow import is_closed, is_due, is_overflow_due, trouble_of
from ivr.engine.waiting.playback import Memory, QueueVisit, can_call_back, can_take_message, music_hint, play

BETWEEN_DOCUMENTS = 1  # second

Foreseen = Callable[[QueueVisit, WaitContext], bool]


def rounds_until_interruption(
    stay: QueueVisit, wait: WaitContext, memory: Memory, spoken: float, has_news: Foreseen
) -> int:
    """Return one round, or two when the announcement between them would have nothing to say: `has_news` is
    false for it, and there is nothing else to tell. `spoken` seconds come before the music."""
    seconds = spoken + stay.settings.announce_every + BETWEEN_DOCUMENTS
    later, then = stay.later(seconds), wait.later(seconds)
    return 1 if _is_disturbed(later, then, memory) or has_news(later, then) else 2


def _is_disturbed(stay: QueueVisit, wait: WaitContext, memory: Memory) -> bool:
    """Return whether the line closes or opens, a trouble is due, or an overflow rule holds."""
    if is_closed(stay) == wait.open:
        return True
    trouble = trouble_of(stay, wait, memory)
    return (trouble is not None and is_due(stay, trouble, memory)) or is_overflow_due(stay, wait, memory)


def with_notices(stay: QueueVisit, memory: Memory) -> tuple[tuple[Prompt, ...], Memory]:
    """Return (notices that this caller has not heard yet, the memory in which they have)."""
    heard = memory.get("notices", [])
    fresh = of_queue(stay.visit.context.notices, stay.queue, heard)
    if not fresh:
        return (), memory
    said = tuple(notice.said(stay.language) for notice in fresh)
    return said, {**memory, "notices": [*heard, *(notice.id for notice in fresh)]}


EVERY, SOONEST = 60, 30  # seconds between two numbers
EARLY = 5  # a carrier that is a little fast must not delay a number by a whole round
HINT_EVERY = 4  # announcements
LONG, WITHDRAWN, UNKNOWN = "long", "withdrawn", "unknown"


@dataclass(frozen=True, slots=True)
class _News:
    """The content of an announcement. `spoken` is of the kind NONE when no number is due."""

    spoken: AnnouncedWait
    known: bool
    due: bool


@dataclass(frozen=True, slots=True)
class _Announcement:
    """Everything said at one moment, and the memory after it. The keys alone are no news."""

    words: tuple[Prompt, ...]
    is_news: bool
    note: tuple[NotePromise, ...]
    memory: Memory


def say_announcement(
    stay: QueueVisit, wait: WaitContext, memory: Memory, before: tuple[Prompt, ...] = ()
) -> Move:
    """Say the announcement that is due, then music until the next one that has something to say."""
    now = _announcement(stay, wait, memory)
    words, memory = (*before, *now.words), now.memory
    every, count = stay.settings.announce_every, memory["count"]

    def has_news(later: QueueVisit, then: WaitContext) -> bool:
        return _announcement(later, then, memory).is_news

    rounds = rounds_until_interruption(stay, wait, memory, spoken_seconds(words), has_news)
    with_message = [one for one in range(rounds) if playback.comes_after(stay, count + one, memory)]
    memory = {
        **memory,
        "count": count + rounds - 1,
        "left": every * rounds,
        "message_in": every * with_message[0] + every // 2 if with_message else None,
    }
    return play(stay, memory, words, now.note)


def _announcement(stay: QueueVisit, wait: WaitContext, memory: Memory) -> _Announcement:
    news, promise = _news(stay, wait, memory)
    told, memory = _wait_sentences(stay, wait, news, memory)
    said = " ".join(word.text for word in told)
    gone = memory["promise"]["due"] if news.spoken.kind == LATE else None
    note = (NotePromise(wait.position, news.spoken.low, news.spoken.high, said, gone),) if told else ()
    if told:
        memory = {**memory, "spoke_at": stay.stamp}
    memory = {**memory, "promise": promise}
    offer, memory = _offer(stay, wait, news, memory)
    hint, memory = _hint(stay, memory, bool(offer))
    return _Announcement((*told, *offer, *hint), bool(told or offer), note, memory)


def _news(stay: QueueVisit, wait: WaitContext, memory: Memory) -> tuple[_News, dict[str, Any]]:
    """Return what to say of the number now, and the promise afterwards."""
    standing = memory.get("promise", {})
    since = stay.since(memory.get("spoke_at")) + EARLY
    soon, due = since >= SOONEST, since >= EVERY
    low, high = (wait.low, wait.high) if _tells_waits(stay) else (None, None)
    spoken, promise = announce(standing, stay.now, low, high, wait.point if _tells_waits(stay) else None)
    if spoken.kind == NONE:
        return _News(spoken, False, due), standing
    smaller = spoken.high is not None and spoken.high < standing.get("high", 0.0)
    if soon and (due or smaller or not standing or spoken.kind == LATE):
        return _News(spoken, True, due), promise
    return _News(AnnouncedWait(NONE), True, due), standing


def _tells_waits(stay: QueueVisit) -> bool:
    languages = stay.settings.announce_in
    return languages is None or stay.language in languages


def _wait_sentences(
    stay: QueueVisit, wait: WaitContext, news: _News, memory: Memory
) -> tuple[tuple[Say, ...], Memory]:
    """Return the place, if it is better than the last one or replaces a number; then the number."""
    best = memory.get("position", wait.position + 1)
    soon = stay.since(memory.get("spoke_at")) + EARLY >= SOONEST
    number = () if news.spoken.kind == NONE else (stay.say(news.spoken.phrase, **news.spoken.minutes),)
    place: tuple[Say, ...] = ()
    if wait.firm and 0 < wait.position < best and soon and stay.settings.announce_positions:
        place = (_place(stay, wait.position),)
    elif not news.known and news.due:
        place = _instead(stay, wait, best)
    memory = {**memory, "position": min(wait.position, best)}
    return (*place, *number), memory


def _instead(stay: QueueVisit, wait: WaitContext, best: int) -> tuple[Say, ...]:
    """Return what is said when no number is known: the place, or that they are still in line."""
    if not stay.settings.announce_positions:
        return ()
    if not wait.firm or not 0 < wait.position <= best:
        return (stay.say("still_waiting"),)
    return (_place(stay, wait.position),)


def _place(stay: QueueVisit, position: int) -> Say:
    return stay.say("position_next") if position == 1 else stay.say("position", position=position)


def _offer(
    stay: QueueVisit, wait: WaitContext, news: _News, memory: Memory
) -> tuple[tuple[Say, ...], Memory]:
    """Offer a callback, once for each reason to take one."""
    offered = memory.get("offered", [])
    reason = _reason(stay, wait, news) if can_call_back(stay) else None
    if reason is None or reason in offered or (offered and reason != WITHDRAWN):
        return (), memory
    return (stay.say("offer_callback"),), {**memory, "offered": [*offered, reason]}


def _reason(stay: QueueVisit, wait: WaitContext, news: _News) -> str | None:
    if news.spoken.kind == LATE:
        return WITHDRAWN
    expected = wait.high if wait.point is None else wait.point
    if expected is not None:
        return LONG if expected > (stay.settings.offered_after or 0.0) else None
    return UNKNOWN if wait.position > wait.agents else None


def _hint(stay: QueueVisit, memory: Memory, offered_now: bool) -> tuple[tuple[Prompt, ...], Memory]:
    """Return the keys, every few announcements. The callback is among them once it was worth offering."""
    count, hinted = memory.get("count", 0), memory.get("hinted")
    memory = {**memory, "count": count + 1}
    if hinted is not None and count - hinted < HINT_EVERY:
        return (), memory
    memory["hinted"] = count
    hint: list[Prompt] = []
    if can_call_back(stay) and memory.get("offered") and not offered_now:
        hint.append(stay.say("hint_callback"))
    if can_take_message(stay):
        hint.append(stay.say("hint_message"))
    return (*hint, music_hint(stay, memory)), memory
