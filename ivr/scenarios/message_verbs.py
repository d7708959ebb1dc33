"""The verbs of messages and notices: what agents find as work, what operations staff tell callers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from pydantic import Field

from ivr.floor.transaction import NotificationBus, Transactions
from ivr.scenarios.card_expectations import alike, as_text
from ivr.scenarios.context import ExpectationFailed, ScenarioContext
from ivr.scenarios.given import Seconds
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.scenarios.verb import ScenarioVerb
from ivr.service.notices import NoticeProblem, NoticeService
from ivr.store import recordings, work_items

SETTLED_S = 6.0
LOOK_S = 1.5  # every process looks for notices once a second


class NoticeVerb(ScenarioVerb):
    """Operations staff switch a notice on: for every new call, or for the callers of `queue`."""

    word: ClassVar[str] = "notice"
    notice: str
    queue: str = ""
    language: dict[str, str] = Field(default={}, description="the same in other languages")
    until: str = ""

    def play(self, context: ScenarioContext) -> None:
        try:
            words = {"": self.notice, **self.language}
            _notices(context.simulated).set(words, self.queue, self.until, "scenario")
        except NoticeProblem as problem:
            raise ExpectationFailed("the notice is switched on", str(problem)) from None
        context.run(LOOK_S)


class EndsNotices(ScenarioVerb):
    """Every notice is ended."""

    word: ClassVar[str] = "ends_notices"
    bare: ClassVar[bool] = True
    ends_notices: str | None = None

    def play(self, context: ScenarioContext) -> None:
        _notices(context.simulated).end_all("scenario")
        context.run(LOOK_S)


class Work(ScenarioVerb):
    """Agents find work after this call: a message in this queue, and its details.

    `none` instead of a queue: nothing. `seconds` is its least length; `status` whether its recording is there
    (expected, stored, absent).
    """

    word: ClassVar[str] = "work"
    work: str
    sees: dict[str, Any] = Field(default={}, description="number, state, why, status, transcript")
    seconds: Seconds = 0.0

    def play(self, context: ScenarioContext) -> None:
        context.run(SETTLED_S)
        found = self._found(context)
        if self.work == "none":
            if found:
                raise ExpectationFailed("there is no work", f"a message for {found[0]['queue']}")
            return
        here = [one for one in found if one["queue"] == self.work]
        if not here:
            queues = ", ".join(one["queue"] for one in found) or "no queue"
            raise ExpectationFailed(f"there is a message for {self.work}", f"there is one for {queues}")
        if here[0]["seconds"] < self.seconds:
            raise ExpectationFailed(
                f"a message of {self.seconds:g} seconds", f"one of {here[0]['seconds']} seconds"
            )
        for field, value in self.sees.items():
            seen = here[0].get(field)
            if not alike(value, seen):
                raise ExpectationFailed(
                    f"the message has {field}: {as_text(value)}", f"{field}: {as_text(seen)}"
                )

    def _found(self, context: ScenarioContext) -> list[dict[str, Any]]:
        with context.look() as connection:
            items = work_items.of_call(connection, context.caller.sid)
            kept = {
                one.id: recordings.find(connection, one.recording_sid) for one in items if one.recording_sid
            }
        return [
            {
                "queue": one.queue,
                "number": one.number,
                "state": one.state,
                "why": one.result,
                "seconds": recording.seconds if (recording := kept.get(one.id)) else 0,
                "status": recording.status if recording else "",
                "transcript": recording.transcript or "" if recording else "",
            }
            for one in items
        ]


class RecordingsTake(ScenarioVerb):
    """From now on it takes the phone company so many seconds until a recording can be played."""

    word: ClassVar[str] = "recordings_take"
    recordings_take: Seconds

    def play(self, context: ScenarioContext) -> None:
        context.simulated.account.switches.recording_delay = self.recordings_take


class HearsMessage(ScenarioVerb):
    """The caller is played the message they have just recorded."""

    word: ClassVar[str] = "hears_message"
    bare: ClassVar[bool] = True
    hears_message: str | None = None

    def play(self, context: ScenarioContext) -> None:
        def played() -> bool:
            since = (
                entry for entry in context.simulated.account.witness.entries if entry.t >= context.did_at
            )
            audio = (one for one in since if one.kind == "audio" and one.leg == context.caller.sid)
            return any("/recordings/" in one.detail["url"] for one in audio)

        if not context.until(played, 10.0):
            last = context.told[-1].detail["text"] if context.told else "silence"
            raise ExpectationFailed("hears their own message", last)


def set_notices(simulated: SimulatedLine, notices: Iterable[str]) -> None:
    """Set the notices that every caller hears from now on."""
    for words in notices:
        _notices(simulated).set({"": words}, author="scenario")


def _notices(simulated: SimulatedLine) -> NoticeService:
    return NoticeService(
        Transactions(simulated.database, simulated.clock.time, NotificationBus()), simulated.settings
    )
