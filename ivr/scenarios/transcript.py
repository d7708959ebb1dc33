"""The transcript of a scenario: what each party heard, said, pressed and did, when, and by which step of
which file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.scenarios.context import ScenarioContext
from ivr.store import journal
from ivr.store.database import Connection
from simulator.witness import WitnessEntry

MOST_LINES = 5000
SLACK_S = 0.06  # seconds of messages are rounded to tenths
OF_AGENTS = {
    JournalKind.OFFERED: "is offered the call",
    JournalKind.ACCEPTED: "accepts",
    JournalKind.OFFER_DECLINED: "declines",
    JournalKind.OFFER_EXPIRED: "does not answer",
    JournalKind.OFFER_FAILED: "cannot be reached",
    JournalKind.TALK_ENDED: "has ended the talk",
}


@dataclass(frozen=True)
class Uttered:
    """One line of a transcript. `at` is seconds into the call; `who` is caller, line or an agent."""

    at: float
    who: str
    what: str
    text: str
    flow: str = ""
    step: str = ""
    file: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """Return `flows/main.yaml:9 welcome`, or the engine's own step by its name."""
        where = f"{self.file}:{self.line} " if self.file else ""
        return f"{where}{self.step}"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def transcript(connection: Connection, context: ScenarioContext) -> list[Uttered]:
    """Return the whole call so far, in order."""
    rows = journal.of_call(connection, context.call_sid, most=MOST_LINES)
    places = [(_begins(row), row.body) for row in rows if row.body and row.body.get("step")]
    begin = context.caller.call.created
    lines = [*_heard_and_done(context, places, begin), *_of_agents(rows, begin)]
    return sorted(lines, key=lambda line: line.at)


def _begins(row: Any) -> float:
    """Return when a step began: after the messages before it in the same document."""
    return row.at + (row.body.get("details") or {}).get("after", 0.0)


def _heard_and_done(context: ScenarioContext, places: list[Any], begin: float) -> Iterator[Uttered]:
    times = [at for at, _ in places]
    for entry in context.simulated.account.witness.entries:
        if entry.leg != context.caller.sid:
            continue
        said = _said(entry, context)
        if said is None:
            continue
        who, what, text = said
        where: dict[str, Any] = {}
        if (what == "says" and who == "line") or what == "music":
            body = places[index][1] if (index := bisect_right(times, entry.t + SLACK_S) - 1) >= 0 else {}
            where = {name: body[name] for name in ("flow", "step", "file", "line") if name in body}
        yield Uttered(round(entry.t - begin, 1), who, what, text, **where)


def _said(entry: WitnessEntry, context: ScenarioContext) -> tuple[str, str, str] | None:
    detail = entry.detail
    match entry.kind:
        case "speech":
            return "line", "says", detail["text"] + (" …" if detail["cut"] else "")
        case "audio":
            end = detail["end"] if detail["end"] is not None else context.now
            return "line", "music", f"♪ {end - detail['start']:.0f} s"
        case "key":
            return "caller", "presses", detail["key"] + ("" if detail["heard"] else " (unheard)")
        case "said":
            return "caller", "says", detail["text"]
        case "hears":
            return "caller", "talks", f"talks to {context.simulated.account.address_of(detail['speaker'])}"
        case JournalKind.FAULT:
            return "carrier", "fault", f"{detail['code']} {detail['text']}"
        case "leg" if "ended_by" in detail:
            return "caller", "over", f"the call is over: {detail['state']}, ended by {detail['ended_by']}"
    return None


def _of_agents(rows: list[Any], begin: float) -> Iterator[Uttered]:
    for row in rows:
        if row.kind in OF_AGENTS and row.agent_id:
            yield Uttered(round(row.at - begin, 1), row.agent_id, row.kind, OF_AGENTS[row.kind])
