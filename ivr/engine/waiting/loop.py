"""The course of a queue step: into the line, round after round of music and announcements, and out again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ivr.engine.context import WaitContext
from ivr.engine.effects import JoinQueue
from ivr.engine.events import (
    DigitsPressed,
    Event,
    QueueReported,
    TalkEnded,
    TransferEnded,
    Transferred,
)
from ivr.engine.instructions import Dial, HangUp, Prompt, spoken_seconds
from ivr.engine.person_requests import asks_for_person
from ivr.engine.phrases import listen
from ivr.engine.session import IN_FLOW, WAITING
from ivr.engine.step import AwaitAnswer, Finish, GoTo, Move, Visit, Wait
from ivr.engine.waiting import overflow, playback
from ivr.engine.waiting.announcements import rounds_until_interruption, say_announcement, with_notices
from ivr.engine.waiting.overflow import (
    ASKED,
    TRANSFERRING,
    announce_full,
    apply_overflow,
    is_full,
    key_outside,
)
from ivr.engine.waiting.playback import IN_LINE, Memory, QueueVisit, after_key, heard, play

STAYS = ("raised", "queue", "used", "notices", "given_at")
"""What the memory keeps for a caller who has talked to an agent."""


def apply_transfer(stay: QueueVisit, event: Transferred, joining: JoinQueue, memory: Memory) -> Move:
    """Transfer the caller as the agent asked; a line is joined with the settings of `joining`."""
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
    """Return the wait without the conversation before it."""
    return replace(wait, waited=min(wait.waited, stay.since(memory.get("given_at"))))


FIRST_MUSIC = 5  # seconds before the first announcement: callers do not believe a number said at once
AFTER_TALK = 4  # seconds in which to ask for more help
AFTER, FULL = "after", "full"  # full: what earlier releases called the state of a caller who is not in line
LOST = "lost"  # why they are back: the agent's phone was lost
REACHED = frozenset({"completed", "answered"})


@dataclass(frozen=True, slots=True)
class WaitingLoop:
    """One visit to a queue step. `next` is where the flow goes on after the conversation, None for a goodbye.

    The agent must have `skills` (name → lowest level) besides those of the queue.
    """

    visit: Visit
    queue: str
    priority: int
    welcome: tuple[Prompt, ...]
    next: str | None
    skills: Mapping[str, int] = field(default_factory=dict)

    # Ways in ------------------------------------------------------------------------------------------------

    def enter(self) -> Move:
        """Join the line, or return to it with everything remembered."""
        memory = self.memory
        if memory.get("state") in (ASKED, IN_LINE):
            return self._join({**memory, "back": True})
        return self._arrive(memory)

    def hear(self, event: Event) -> Move:
        """Handle time, keys and the service's answers."""
        if isinstance(event, TalkEnded):
            return self._agent_lost() if event.lost else self._talk_ended()
        if isinstance(event, Transferred):
            return apply_transfer(self.stay, event, self._joining(self.memory), self.memory)
        state = self.memory.get("state")
        if state == AFTER:
            return self._after_talk(event)
        if state == TRANSFERRING:
            return self._transferred(event)
        if state in (overflow.OUTSIDE, FULL):
            return key_outside(self.stay, event, self.memory) or self._arrive(self.memory)
        wait = event.wait if isinstance(event, QueueReported) else self.visit.context.wait
        if wait is None:
            return self._join(self.memory)  # it is unknown whether they are in line: ask again
        wait = since_transfer(self.stay, wait, self.memory)
        if isinstance(event, QueueReported):
            return self._placed(wait)
        memory = heard(self.stay, self.memory, event)
        if isinstance(event, DigitsPressed):
            return playback.pressed(self.stay, event.digits, memory)
        news, memory = with_notices(self.stay, memory)
        return self._go_on(wait, memory, news)

    @property
    def memory(self) -> Memory:
        return self.visit.session.scratch

    @property
    def stay(self) -> QueueVisit:
        return QueueVisit(self.visit, self.memory.get("queue", self.queue))

    # Into the line ------------------------------------------------------------------------------------------

    def _arrive(self, memory: Memory) -> Move:
        """Put a new caller in line, unless it is closed or an alternative is better."""
        if overflow.is_closed(self.stay):
            news, memory = with_notices(self.stay, memory)
            return overflow.announce_closed(self.stay, memory, news)
        rules = self.stay.settings.overflow or self.stay.settings.most_waiting
        line = self.visit.context.lines.get(self.stay.queue) if rules else None
        if line is not None and line.open:
            if way := apply_overflow(self.stay, self._joining(memory), line, memory):
                return way
            if is_full(self.stay, line):
                return announce_full(self.stay, memory)
        return self._join({key: value for key, value in memory.items() if key != "told"})

    def _joining(self, memory: Memory) -> JoinQueue:
        return JoinQueue(self.stay.queue, self.priority + memory.get("raised", 0), self.skills)

    def _join(self, memory: Memory) -> Move:
        return Move(
            AwaitAnswer(),
            effects=(self._joining(memory),),
            scratch={**memory, "state": ASKED},
            status=WAITING,
            queue=self.stay.queue,
        )

    def _placed(self, wait: WaitContext) -> Move:
        """Go on in line. A caller who came while we were open, or with a kept place, is marked as early for
        closing time."""
        back, moved = (self.memory.get(name, False) for name in ("back", "moved"))
        memory = {"early": wait.open or bool(back), **self.memory, "state": IN_LINE}
        memory = {key: value for key, value in memory.items() if key not in ("back", "moved")}
        news, memory = with_notices(self.stay, memory)
        if back:
            kept = self.stay.say("agent_lost" if back == LOST else "place_kept")
            return self._go_on(wait, after_key(memory), (kept, *news))
        if moved:
            return play(self.stay, {**memory, "left": FIRST_MUSIC}, news)
        welcome = (*(self.welcome or (self.stay.say("connecting"),)), *news)
        if trouble := overflow.trouble_of(self.stay, wait, memory):
            return self._tell(trouble, wait, memory, welcome)
        return play(self.stay, {**memory, "left": FIRST_MUSIC}, welcome)

    # Round after round --------------------------------------------------------------------------------------

    def _go_on(self, wait: WaitContext, memory: Memory, before: tuple[Prompt, ...] = ()) -> Move:
        trouble = overflow.trouble_of(self.stay, wait, memory)
        elsewhere = trouble not in overflow.SHUT and not wait.ringing
        if elsewhere and (way := apply_overflow(self.stay, self._joining(memory), wait, memory)):
            return way
        if trouble is None:
            return self._wait_on(wait, overflow.forget(memory), before)
        if overflow.is_due(self.stay, trouble, memory):
            return self._tell(trouble, wait, memory, before)
        if trouble == overflow.TOO_LONG:
            return self._wait_on(wait, memory, before)
        return self._play_on(wait, memory, before)

    def _tell(self, trouble: str, wait: WaitContext, memory: Memory, before: tuple[Prompt, ...]) -> Move:
        """Say the trouble; the music after it lasts until there may be something else to say."""
        told = {**memory, "told_of": trouble, "told_at": self.stay.stamp}
        left = self._music_s(wait, told, before, announces=trouble == overflow.TOO_LONG)
        return overflow.announce(self.stay, trouble, {**memory, "left": left}, before)

    def _play_on(self, wait: WaitContext, memory: Memory, before: tuple[Prompt, ...]) -> Move:
        """Play music for a caller who was told of the trouble, without announcements."""
        left = memory.get("left") or self._music_s(wait, memory, before, announces=False)
        return play(self.stay, {**memory, "left": left}, before)

    def _music_s(
        self, wait: WaitContext, memory: Memory, before: tuple[Prompt, ...], *, announces: bool
    ) -> int:
        rounds = rounds_until_interruption(
            self.stay, wait, memory, spoken_seconds(before), lambda _later, _then: announces
        )
        return self.stay.settings.announce_every * rounds

    def _wait_on(self, wait: WaitContext, memory: Memory, before: tuple[Prompt, ...]) -> Move:
        """Say the announcement if it is due, else play more music."""
        if overflow.is_finishing(self.stay, wait, memory) and not memory.get("finishing"):
            memory = {**memory, "finishing": True}
            before = (*before, self.stay.say("closed_finishing"))
        if not memory.get("left"):
            return say_announcement(self.stay, wait, memory, before)
        return play(self.stay, memory, before)

    # Out of it ----------------------------------------------------------------------------------------------

    def _transferred(self, event: Event) -> Move:
        """Go on after an outside number was dialled. If nobody was reached, or 0 was pressed before, return
        to the old place."""
        if isinstance(event, TransferEnded) and event.status in REACHED:
            return self._over()
        return self._join({**self.memory, "back": True})

    def _talk_ended(self) -> Move:
        asking = listen(self.visit, (self.stay.say("talk_ended"),), timeout=AFTER_TALK)
        kept = {key: self.memory[key] for key in (*STAYS, "early") if key in self.memory}
        return Move(Wait(asking), scratch={**kept, "state": AFTER}, status=IN_FLOW, queue="")

    def _agent_lost(self) -> Move:
        """Return to the line at the old place, ahead of callers with the same time of entry."""
        kept = {key: self.memory[key] for key in (*STAYS, "early") if key in self.memory}
        return self._join_again({**kept, "back": LOST})

    def _after_talk(self, event: Event) -> Move:
        if asks_for_person(event, self.visit.session.language, context=self.visit.context):
            return self._join_again(self.memory)
        return self._over()

    def _join_again(self, memory: Memory) -> Move:
        return self._join({**memory, "raised": memory.get("raised", 0) + 1})

    def _over(self) -> Move:
        return Move(GoTo(self.next) if self.next else Finish(HangUp((self.stay.say("goodbye"),))))
