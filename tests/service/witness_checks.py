"""What must hold of every call, read from the simulator's witness and from our own record of it.

The app's own log cannot prove the app right, so most of this looks at what was really heard on the lines.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from xml.etree import ElementTree

from sqlalchemy import select

from ivr.scenarios.simulated_line import SimulatedLine
from ivr.store import floor, tables

MOST_SILENCE_S = 8.0
MOST_ZOMBIE_S = 2.0
UNREACHABLE = {11200, 11205}  # what tests themselves do to webhooks; everything else is a fault of ours
PROMPTS = {"Say", "Play"}


def check_calls(line: SimulatedLine, *, zombie_s: float = MOST_ZOMBIE_S) -> None:
    """All promises about legs, sounds and documents, for everything that happened so far."""
    assert [fault for fault in line.account.faults if fault.code not in UNREACHABLE] == []
    webhooks_are_answered(line)
    documents_go_on(line)
    one_agent_per_caller(line)
    no_zombie_legs(line, zombie_s)
    for leg in callers(line):
        silence = longest_silence(line, leg)
        assert silence <= MOST_SILENCE_S, f"{leg.sid} heard nothing for {silence:.1f} s"


def callers(line: SimulatedLine) -> list:
    return [call for call in line.account.calls.values() if call.direction == "inbound"]


def agents_legs(line: SimulatedLine) -> list:
    return [call for call in line.account.calls.values() if call.direction == "outbound-api"]


def webhooks_are_answered(line: SimulatedLine) -> None:
    """I-13: 200 (or 204 where no document is wanted), and of the right type."""
    for entry in line.account.witness.of("webhook"):
        status = entry.detail.get("status")
        allowed = (200,) if entry.detail["kind"] == "voice" else (200, 204)
        assert status is None or status in allowed, (entry.detail["url"], status)


def documents_go_on(line: SimulatedLine) -> None:
    """I-16: every document given to a live leg goes on or says goodbye; a prompt hears keys."""
    for entry in line.account.witness.of("webhook"):
        if entry.detail["kind"] == "voice" and entry.detail.get("status") == 200:
            leg = line.account.calls[entry.leg]
            over = leg.ended is not None and leg.ended <= entry.t + (entry.detail.get("seconds") or 0)
            goes_on(entry.detail["answer"], entry.detail["url"], over=over)


def goes_on(document: bytes | str, url: str = "", *, over: bool = False) -> None:
    verbs = list(ElementTree.fromstring(document))
    names = [verb.tag for verb in verbs]
    if not verbs:
        assert over or url.endswith("/left"), f"an empty document from {url} hangs up on a live call"
        return
    last = verbs[-1]
    assert last.tag in ("Redirect", "Hangup") or (last.tag == "Dial" and last.get("action")), (url, names)
    if PROMPTS & set(names) and not url.endswith("/hold"):  # where the carrier hears no keys
        assert last.tag == "Hangup", f"{url}: a prompt outside a Gather cannot hear 0: {names}"


def one_agent_per_caller(line: SimulatedLine) -> None:
    """I-03 and I-04: no leg is heard together with a third."""
    by_leg: dict[str, list[tuple[float, float, str]]] = {}
    for entry in line.account.witness.of("hears"):
        end = entry.detail["end"] if entry.detail["end"] is not None else float("inf")
        by_leg.setdefault(entry.leg, []).append((entry.detail["start"], end, entry.detail["speaker"]))
    for leg, spans in by_leg.items():
        for (_, end, first), (start, _, second) in pairwise(sorted(spans)):
            assert start >= end or first == second, f"{leg} hears {first} and {second} at once"


def no_zombie_legs(line: SimulatedLine, most: float) -> None:
    """I-10: an agent's phone neither rings nor stays when its caller is gone."""
    with line.database.read() as connection:
        offers = connection.execute(select(tables.offer.c.leg_sid, tables.offer.c.call_sid)).all()
    caller_of = {offer.leg_sid: offer.call_sid for offer in offers if offer.leg_sid}
    for leg in agents_legs(line):
        caller = line.account.calls.get(caller_of.get(leg.sid, ""))
        if caller is None or caller.ended is None:
            continue
        end = leg.ended if leg.ended is not None else line.clock.time()
        assert end <= max(caller.ended, leg.created) + most, f"the agent's leg outlived its caller: {leg.sid}"


def longest_silence(line: SimulatedLine, leg) -> float:
    """Seconds without any sound of ours, from the answer to the end. A recording is the caller's turn, and so
    is what they say."""
    if leg.started is None:
        return 0.0
    now = line.clock.time()
    besides = [
        (entry.detail["start"], entry.detail["end"]) for entry in line.account.witness.of("said", leg.sid)
    ]
    besides += [(one.start, one.end) for one in line.account.recordings.values() if one.call_sid == leg.sid]
    return line.account.witness.longest_silence(leg.sid, leg.started, leg.ended or now, besides)


# Our own record ---------------------------------------------------------------------------------------


def check_quiet_floor(line: SimulatedLine) -> None:
    """I-01, I-05, I-09, I-29: nobody is on the line, so nothing may be left open."""
    for call in line.account.calls.values():
        assert call.ended is not None, f"{call.direction} {call.sid} lives"
    with line.database.read() as connection:
        read = lambda *columns: connection.execute(select(*columns))  # noqa: E731
        offers = read(tables.offer.c.id, tables.offer.c.state)
        assert [row for row in offers if row.state in floor.LIVE_OFFER_STATES] == []
        queued = read(tables.queued_call.c.id, tables.queued_call.c.state)
        assert [row for row in queued if row.state in floor.LIVE_QUEUED_STATES] == []
        assert [row for row in read(tables.call.c.sid, tables.call.c.ended_at) if row.ended_at is None] == []
        assert [row for row in read(tables.job.c.key, tables.job.c.error) if row.error] == []
        states = {row.id: row.state for row in read(tables.agent.c.id, tables.agent.c.state)}
        assert not {"offered", "on_call"} & set(states.values()), states
    ends = terminal_events(line)
    assert {leg.sid: ends[leg.sid] for leg in callers(line) if ends[leg.sid] != 1} == {}


def terminal_events(line: SimulatedLine) -> Counter[str]:
    """How often each call ended, by the journal."""
    journal = tables.journal
    ends = select(journal.c.call_sid).where(journal.c.kind.in_(("ended", "ended_unseen")))
    with line.database.read() as connection:
        return Counter(connection.execute(ends).scalars())


def outcome(line: SimulatedLine, sid: str) -> str | None:
    with line.database.read() as connection:
        return connection.execute(select(tables.call.c.outcome).where(tables.call.c.sid == sid)).scalar()


def rows(line: SimulatedLine, table, **where) -> list:
    query = select(table)
    for name, value in where.items():
        query = query.where(table.c[name] == value)
    with line.database.read() as connection:
        return list(connection.execute(query))


def snapshot(line: SimulatedLine) -> dict[str, list]:
    """Everything in the database that a repeated request may not change."""
    kept = ("call", "turn", "queued_call", "offer", "agent", "contact", "recording", "journal")
    return {name: sorted(map(tuple, rows(line, tables.metadata.tables[name])), key=repr) for name in kept}
