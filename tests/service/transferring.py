"""Talks that are given on warm, in a few words, and what must hold of each."""

from __future__ import annotations

from itertools import pairwise

from ivr.store import floor, tables, transfers
from tests.service.driving import picks_up, talks
from tests.service.witness_checks import check_quiet_floor, documents_go_on, rows

NOTE = "Wants the invoice of March again."


class WarmTalk:
    """desk-1 talks with a customer; desk-2 serves the same queue but is away, and boss-1 is a supervisor."""

    def __init__(self, line) -> None:
        self.line, self.talks = line, line.line.talks
        self.one = line.add_agent("desk-1", ["support"])
        self.customer = talks(line, self.one)
        self.two = line.add_agent("desk-2", ["support", "billing"], available=False)
        self.boss = line.add_agent("boss-1", ["support"], available=False)
        line.line.accounts.set_role("boss-1", "supervisor")
        line.line.agents.sign_in("boss-1")
        line.line.agents.go_away("boss-1", "lunch")
        line.line.agents.go_available("desk-2")
        line.run(1)

    @property
    def sid(self) -> str:
        return self.customer.sid

    def asks(self, target: str = "agent:desk-2", note: str = NOTE) -> None:
        self.talks.consult("desk-1", self.sid, target, note)
        self.line.run(1)

    def consults(self, target: str = "agent:desk-2", phone=None, key: str = "1") -> None:
        """The one asked has picked up: the agent and they talk, the customer holds."""
        phone = phone or self.two
        self.asks(target)
        picks_up(self.line, phone, key)
        self.line.run(2)
        assert phone.address in self.one.talking_to and self.one.address in phone.talking_to
        assert self.customer.talking_to == set() and self.customer.music

    def together(self, target: str = "agent:desk-2", phone=None) -> None:
        self.consults(target, phone)
        self.talks.together("desk-1", self.sid)
        self.line.run(1)

    def hands_over(self) -> None:
        self.talks.hand_over("desk-1", self.sid)
        self.line.run(3)

    def transfer(self):
        """The newest of the call."""
        with self.line.database.read() as connection:
            return transfers.of_call(connection, self.sid)[-1]

    def owner(self):
        with self.line.database.read() as connection:
            return floor.live_offer_of_call(connection, self.sid)

    def status(self, agent_id: str):
        return self.line.line.agents.status(agent_id)

    def state(self, agent_id: str) -> str:
        return self.status(agent_id).state

    def shown(self, agent_id: str = "desk-1"):
        return self.talks.shown(agent_id, self.sid)

    def finish(self) -> None:
        """The customer hangs up; everything runs out, and nothing is left."""
        self.customer.hang_up()
        self.line.run(120)
        self.check()

    def check(self) -> None:
        check_quiet_floor(self.line)
        documents_go_on(self.line)
        assert self.line.account.faults == []
        assert [row.state for row in rows(self.line, tables.metadata.tables["transfer"]) if _live(row)] == []
        with self.line.database.read() as connection:
            for row in transfers.of_call(connection, self.sid):
                silence = silence_between(self.line, self.sid, row.made_at, (row.ended_at or 0.0) + 2.0)
                assert silence <= 2.0, f"I-34: {silence:.1f} s"
        one_at_a_time(self.line, self.sid)


def _live(row) -> bool:
    return row.state in transfers.LIVE_STATES


def silence_between(line, sid: str, since: float, until: float) -> float:
    """The longest time between these two in which this leg, while it lived, heard nothing."""
    until = min(until, line.account.calls[sid].ended or until)
    return line.account.witness.longest_silence(sid, since, until)


def one_at_a_time(line, sid: str) -> None:
    """I-03: the customer hears two only while somebody brought them together, or one of them supervises."""
    beside = {row.leg_sid for row in rows(line, tables.metadata.tables["supervision"])}
    heard = [at.detail for at in line.account.witness.of("hears", sid) if at.detail["speaker"] not in beside]
    spans = [(one["start"], one["end"], one["speaker"]) for one in heard]
    for (_, end, first), (start, _, second) in pairwise(sorted(spans, key=lambda span: span[0])):
        if (end is not None and start >= end) or first == second:
            continue
        assert start in brought_together(line), f"{sid} hears {first} and {second} at {start}"


def brought_together(line) -> set[float]:
    """The moments at which three heard each other from then on, as the phone company saw it."""
    return {entry.t for entry in line.account.witness.of("conference") if _unheld(entry)}


def _unheld(entry) -> bool:
    return entry.detail["event"] == "participant-unhold"
