"""Waiting for a person: music, honest announcements, keys that work, and a way out when nobody comes.

Behaviour of the queue step. Its memory (the scratch) holds plain values: `state` is asked, waiting or after;
`offset` the second of the music to go on from; `since`, `words`, `chunk` what is being played, to know where
a key cut it off.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ivr.engine.announce import NONE, announce
from ivr.engine.effects import Effect, JoinQueue, LeaveQueue, NotePromise
from ivr.engine.events import DigitsPressed, Event, InputTimedOut, QueueReported, TalkEnded
from ivr.engine.facts import QueueFacts, WaitFacts
from ivr.engine.instructions import HangUp, Play, Prompt, Say, words_of
from ivr.engine.listening import listen, say
from ivr.engine.person import asks_for_person
from ivr.engine.session import IN_FLOW, WAITING
from ivr.engine.step import AwaitAnswer, Detour, Finish, GoTo, Move, Visit, Wait

FIRST_MUSIC = 6  # seconds before the first announcement: a number said at once is not believed
LETTERS_PER_SECOND = 15  # of a voice reading
TELL_AGAIN, TELL_CLOSED_AGAIN, TELLINGS = 180, 30, 3
HINT_EVERY = 4  # announcements
AFTER_TALK = 4  # seconds in which to ask for more help
ASKED, IN_LINE, AFTER = "asked", "waiting", "after"


@dataclass(frozen=True, slots=True)
class Hold:
    """One visit to a queue step. `next` is where the flow goes on after the talk, None for a goodbye."""

    visit: Visit
    queue: str
    priority: int
    welcome: tuple[Prompt, ...]
    next: str | None

    # Ways in ------------------------------------------------------------------------------------------------

    def enter(self) -> Move:
        """Stand in line, or come back to it with everything remembered."""
        return self._join({**self.memory, "back": bool(self.memory)})

    def hear(self, event: Event) -> Move:
        """Time, keys and the service's answers."""
        if isinstance(event, TalkEnded):
            return self._talk_ended()
        if self.memory.get("state") == AFTER:
            return self._after_talk(event)
        wait = event.wait if isinstance(event, QueueReported) else self.visit.facts.wait
        if wait is None:
            return self._join(self.memory)  # we do not know that they stand in line: ask again
        if isinstance(event, QueueReported):
            return self._placed(wait)
        memory = {**self.memory, "offset": self._reached(event)}
        if isinstance(event, DigitsPressed):
            return self._key(event.digits, wait, memory)
        return self._go_on(wait, memory)

    @property
    def memory(self) -> dict[str, Any]:
        return self.visit.session.scratch

    @property
    def settings(self) -> QueueFacts:
        return self.visit.facts.queues.get(self.queue) or QueueFacts(self.queue)

    # In line ------------------------------------------------------------------------------------------------

    def _join(self, memory: dict[str, Any]) -> Move:
        priority = self.priority + memory.get("raised", 0)
        return Move(
            AwaitAnswer(),
            effects=(JoinQueue(self.queue, priority),),
            scratch={**memory, "state": ASKED},
            status=WAITING,
            queue=self.queue,
        )

    def _placed(self, wait: WaitFacts) -> Move:
        memory = {**self.memory, "state": IN_LINE}
        if memory.pop("back", False):
            return self._go_on(wait, memory, (self._say("place_kept"),))
        welcome = self.welcome or (self._say("connecting"),)
        if trouble := _trouble(wait):
            return self._tell_trouble(trouble, memory, welcome)
        return self._play(memory, welcome, FIRST_MUSIC)

    def _go_on(self, wait: WaitFacts, memory: dict[str, Any], before: tuple[Prompt, ...] = ()) -> Move:
        trouble = _trouble(wait)
        if trouble is None:
            memory = {key: value for key, value in memory.items() if key not in ("told", "told_at")}
            return self._announce(wait, memory, before)
        again = TELL_CLOSED_AGAIN if trouble == "closed" else TELL_AGAIN
        if self._seconds_since(memory.get("told_at")) < again:
            return self._play(memory, before, self.settings.announce_every)
        return self._tell_trouble(trouble, memory, before)

    def _announce(self, wait: WaitFacts, memory: dict[str, Any], before: tuple[Prompt, ...]) -> Move:
        spoken, promise = announce(memory.get("promise", {}), self._now(), wait.low, wait.high)
        nearer = wait.position < memory.get("position", wait.position + 1)
        words = [*self._position(wait, memory)] if spoken.kind == NONE or nearer else []
        if spoken.kind != NONE:
            words.append(self._say(spoken.phrase, **spoken.minutes))
        said = " ".join(word.text for word in words)
        count = memory.get("count", 0)
        if self.settings.voicemail and count % HINT_EVERY == 0:
            words.append(self._say("hold_hint"))
        note = NotePromise(wait.position, spoken.low, spoken.high, said)
        lowest = min(wait.position, memory.get("position", wait.position))
        memory = {**memory, "promise": promise, "count": count + 1, "position": lowest}
        return self._play(memory, (*before, *words), self.settings.announce_every, (note,))

    def _position(self, wait: WaitFacts, memory: dict[str, Any]) -> Iterable[Say]:
        """Where they stand. A position behind the one told before (someone urgent came) is not announced."""
        if wait.position > memory.get("position", wait.position) or wait.position < 1:
            return (self._say("still_waiting"),)
        name = "position_next" if wait.position == 1 else "position"
        return (self._say(name, position=wait.position),)

    def _key(self, digits: str, wait: WaitFacts, memory: dict[str, Any]) -> Move:
        if digits.startswith("0") or not self.settings.voicemail:
            return self._play(memory, (self._say("place_kept"),), self.settings.announce_every)
        return self._to_message(memory)

    def _to_message(self, memory: dict[str, Any], before: tuple[Prompt, ...] = ()) -> Move:
        return Move(Detour(f"@message:{self.queue}"), prompts=before, scratch=memory)

    # Nobody comes -------------------------------------------------------------------------------------------

    def _tell_trouble(self, trouble: str, memory: dict[str, Any], before: tuple[Prompt, ...]) -> Move:
        told = memory.get("told", 0)
        words = (*before, self._say(trouble))
        if not self.settings.voicemail:
            return self._without_voicemail(trouble, memory, words)
        if told >= TELLINGS:
            return self._to_message({**memory, "told": 0}, (*words, self._say("to_voicemail")))
        memory = {**memory, "told": told + 1, "told_at": self.visit.facts.now.isoformat()}
        return self._play(memory, (*words, self._say("offer_voicemail")), self.settings.announce_every)

    def _without_voicemail(self, trouble: str, memory: dict[str, Any], words: tuple[Prompt, ...]) -> Move:
        if trouble != "closed":
            memory = {**memory, "told": 1, "told_at": self.visit.facts.now.isoformat()}
            return self._play(memory, words, self.settings.announce_every)
        goodbye = Finish(HangUp((self._say("goodbye"),)))
        return Move(goodbye, prompts=words, effects=(LeaveQueue("closed"),), status=IN_FLOW, queue="")

    # After the talk -----------------------------------------------------------------------------------------

    def _talk_ended(self) -> Move:
        asking = listen(self.visit, (self._say("talk_ended"),), timeout=AFTER_TALK)
        memory = {"state": AFTER, "raised": self.memory.get("raised", 0)}
        return Move(Wait(asking), scratch=memory, status=IN_FLOW, queue="")

    def _after_talk(self, event: Event) -> Move:
        if asks_for_person(event, self.visit.session.language):
            return self._join({"raised": self.memory.get("raised", 0) + 1})
        return Move(GoTo(self.next) if self.next else Finish(HangUp((self._say("goodbye"),))))

    # Music --------------------------------------------------------------------------------------------------

    def _play(
        self,
        memory: dict[str, Any],
        words: tuple[Prompt, ...],
        seconds: int,
        effects: tuple[Effect, ...] = (),
    ) -> Move:
        """Words, then music from where it stopped; a chunk ends with the piece and the next begins it
        again."""
        whole = max(1, self.settings.music_seconds)
        start = memory.get("offset", 0) % whole
        end = min(start + max(1, seconds), whole)
        letters = sum(len(words_of(word)) for word in words)
        memory = {
            **memory,
            "state": IN_LINE,
            "offset": start,
            "since": self.visit.facts.now.isoformat(),
            "words": letters // LETTERS_PER_SECOND,
            "chunk": end - start,
        }
        music = Play(f"{self.settings.music}/{start}-{end}.wav")
        waiting = listen(self.visit, (*words, music), timeout=1, speech=False)
        return Move(Wait(waiting), effects=effects, scratch=memory)

    def _reached(self, event: Event) -> int:
        """The second of the music at which the event came."""
        start, chunk = self.memory.get("offset", 0), self.memory.get("chunk", 0)
        if isinstance(event, InputTimedOut):
            return start + chunk
        played = self._seconds_since(self.memory.get("since")) - self.memory.get("words", 0)
        return start + int(max(0, min(chunk, played)))

    def _seconds_since(self, moment: str | None) -> float:
        if moment is None:
            return float("inf")
        return self._now() - datetime.fromisoformat(moment).timestamp()

    def _now(self) -> float:
        return self.visit.facts.now.timestamp()

    def _say(self, name: str, **values: Any) -> Say:
        return say(self.visit, name, **values)


def _trouble(wait: WaitFacts) -> str | None:
    """Why a caller should be offered something better than waiting; None while waiting makes sense."""
    if not wait.open:
        return "closed"
    if not wait.staffed:
        return "unavailable"
    return "waited_too_long" if wait.waited > wait.max_wait else None
