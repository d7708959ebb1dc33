"""The verbs of the end: how the call ends, what is stored of it, and outages."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ivr.acd.journal import JournalKind
from ivr.scenarios.card_expectations import alike, as_text
from ivr.scenarios.context import ExpectationFailed, ScenarioContext
from ivr.scenarios.given import Outage
from ivr.scenarios.verb import ScenarioVerb, Within
from ivr.store import customers, journal

GOODBYE_S = 120.0
STORED_S = 6.0
ASKED_S = 1.0
Outcome = Literal["talked", "voicemail", "callback_booked", "abandoned", "hung_up", "finished"]


class Ends(ScenarioVerb):
    """The call is over by now, with this outcome, the caller having stood `at` this step last."""

    word: ClassVar[str] = "ends"
    bare: ClassVar[bool] = True
    ends: Outcome | None = None
    at: str | None = None
    within: Within = GOODBYE_S

    def play(self, context: ScenarioContext) -> None:
        if not context.until(lambda: context.is_over, self.within):
            raise ExpectationFailed(f"the call is over within {self.within:g} seconds", "it goes on")
        context.run(1)
        row = context.row()
        if self.ends and row.outcome != self.ends:
            raise ExpectationFailed(f"the call ends: {self.ends}", f"it ended: {row.outcome}")
        last = last_step(row.session)
        if self.at and last != self.at:
            raise ExpectationFailed(f"the call ends at step {self.at}", f"it ended at step {last}")


class Stored(ScenarioVerb):
    """The contents of the database after the call: a voicemail for a queue, the contact, the flow's
    variables, the answers to a survey."""

    word: ClassVar[str] = "stored"
    stored: dict[Literal["voicemail", "seconds", "contact", "variables", "survey"], Any]

    def play(self, context: ScenarioContext) -> None:
        context.run(STORED_S)
        row = context.row()
        if "voicemail" in self.stored or "seconds" in self.stored:
            self._check_voicemail(context)
        if "variables" in self.stored:
            have = (row.session.get("session") or {}).get("variables", {})
            _must_be("variables", self.stored["variables"], have)
        if "survey" in self.stored:
            _must_be("survey", self.stored["survey"], self._answers(context))
        if "contact" in self.stored:
            with context.look() as connection:
                kept = customers.contacts_of(connection, row.customer_id, row.caller, most=1)
            have = {name: getattr(kept[0], name) for name in type(kept[0]).__slots__} if kept else {}
            _must_be("contact", self.stored["contact"], have)

    def _answers(self, context: ScenarioContext) -> dict[str, Any]:
        with context.look() as connection:
            lines = journal.of_call(connection, context.caller.sid)
        return {
            line.body["question"]: line.body["answer"] for line in lines if line.kind == JournalKind.RATED
        }

    def _check_voicemail(self, context: ScenarioContext) -> None:
        with context.look() as connection:
            lines = journal.of_call(connection, context.caller.sid)
        kept = [
            (line.queue or "", line.body["seconds"])
            for line in lines
            if line.kind == JournalKind.VOICEMAIL_LEFT
        ]
        queue, least = self.stored.get("voicemail"), float(self.stored.get("seconds") or 0)
        if not any(queue in (None, kept_for) and seconds >= least for kept_for, seconds in kept):
            wanted = f"a voicemail for {queue or 'a queue'}" + (f" of {least:g} seconds" if least else "")
            have = ", ".join(f"{seconds} seconds for {kept_for}" for kept_for, seconds in kept)
            raise ExpectationFailed(f"{wanted} is stored", have or "no message is stored")


class AskedVerb(ScenarioVerb):
    """Data sources were asked by now: for each a look-up with at least these values."""

    word: ClassVar[str] = "asked"
    asked: Annotated[dict[str, dict[str, Any]], Field(min_length=1)]

    def play(self, context: ScenarioContext) -> None:
        context.run(ASKED_S)
        for source, wanted in self.asked.items():
            every = context.answers.asked.get(source, [])
            if any(all(alike(value, one.get(name)) for name, value in wanted.items()) for one in every):
                continue
            nearest = as_text(dict(every[-1])) if every else "it is asked nothing"
            raise ExpectationFailed(f"{source} is asked with {as_text(wanted)}", nearest)


class BreaksVerb(ScenarioVerb):
    """From now on the database, our requests to the phone company (rest), or its requests to us (carrier)
    fail."""

    word: ClassVar[str] = "breaks"
    breaks: Outage

    def play(self, context: ScenarioContext) -> None:
        context.outages.begin(self.breaks)


class Mends(ScenarioVerb):
    """It works again."""

    word: ClassVar[str] = "mends"
    mends: Outage

    def play(self, context: ScenarioContext) -> None:
        context.outages.end(self.mends)


def last_step(stored: dict[str, Any]) -> str:
    """Return the step that the caller came to last; @person:… and @message:… are the engine's own."""
    path = (stored.get("session") or {}).get("path", ())
    return str(path[-1].get("step", "")) if path else ""


def _must_be(what: str, wanted: Any, have: dict[str, Any]) -> None:
    for name, value in dict(wanted or {}).items():
        if not alike(value, have.get(name)):
            raise ExpectationFailed(
                f"{what} {name}: {as_text(value)} is stored", f"{name}: {as_text(have.get(name))}"
            )
