"""Agents' browsers as phones: their tokens, and the lease that says they are there, with its end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from ivr.acd.journal import JournalKind
from ivr.errors import NotFound
from ivr.floor import browser_phone
from ivr.floor.agent_states import UnknownAgent, move_agent
from ivr.floor.browser_phone import (
    CLIENT,
    GONE_S,
    IDENTITY,
    LEASE_S,
    LONGEST_IDENTITY,
    LOST,
    NOT_CONNECTED,
    OFFER_LEASE_S,
    identity_of,
    phone_of,
)
from ivr.floor.offers import Offers, TooLate, lock_offer
from ivr.floor.transaction import Retry, Transaction, Transactions
from ivr.store import accounts, floor
from ivr.store.database import Connection
from ivr.store.floor import AgentRow
from ivr.store.jobs import Job

BROWSER = "browser"
_SIP = re.compile(
    r"sips?:[^\s@<>;?\"]{1,100}@[A-Za-z0-9.:\[\]-]{1,200}(?:;transport=(?:udp|tcp|tls))?", re.ASCII
)


class PhoneProblem(ValueError):
    """This cannot be the agent's phone; the message is for people."""


def read_address(text: str, agent_id: str) -> str | None:
    """The phone as it is kept, or None when it is no such address, but perhaps a number. Raises PhoneProblem.

    `browser` is short for the client with the agent's own name.
    """
    if text in (BROWSER, CLIENT + agent_id):
        if len(identity_of(agent_id)) > LONGEST_IDENTITY:
            raise PhoneProblem(f"agent id {agent_id!r} is too long for a phone in the browser")
        return phone_of(agent_id)
    if text.startswith(CLIENT):
        if not IDENTITY.fullmatch(text.removeprefix(CLIENT)):
            raise PhoneProblem(f"{text!r}: a client's name has letters, digits and _ only, at most 121")
        return text
    if text.startswith(("sip:", "sips:")):
        if not _SIP.fullmatch(text):
            raise PhoneProblem(f"{text!r} is not a SIP address (write it like sip:desk-1@pbx.example.com)")
        return text
    return None


def must_be_free(connection: Connection, agent_id: str, phone: str) -> None:
    """Two agents with one phone would be rung for each other's calls. Raises PhoneProblem."""
    for row, _, _ in accounts.everybody(connection):
        if phone and row.phone == phone and row.id != agent_id and not row.disabled:
            raise PhoneProblem(f"{phone} is the phone of {row.id} already: every agent needs their own")


TOKEN_S = 30 * 60
LATE_S = 3.0  # so late nothing was done at all: we were away, and the pages could not tell us anything


class NoBrowserPhone(NotFound):
    """This agent's phone is not the browser."""


class VoiceTokenIssuer(Protocol):
    """The signer of a browser's entry at the phone company."""

    @property
    def missing(self) -> str: ...
    def make(self, identity: str, seconds: int) -> str: ...


class BrowserPhoneService:
    """The requests of a page that is a phone."""

    def __init__(self, transactions: Transactions, offers: Offers, tokens: VoiceTokenIssuer) -> None:
        self._transactions, self._offers, self._tokens = transactions, offers, tokens

    @property
    def missing(self) -> str:
        """Why no browser can be a phone here, for people; "" when it can."""
        return self._tokens.missing

    def uses_browser(self, agent_id: str) -> bool:
        with self._transactions.database.read() as connection:
            agent = floor.find_agent(connection, agent_id)
        return agent is not None and browser_phone.is_browser(agent.id, agent.phone)

    def token(self, agent_id: str) -> tuple[str, int]:
        """(token, seconds it lasts). Raises TooLate with words for the agent."""
        if not self.uses_browser(agent_id):
            raise NoBrowserPhone("Your phone is not the browser.")
        if self.missing:
            raise TooLate(self.missing)
        return self._tokens.make(browser_phone.identity_of(agent_id), TOKEN_S), TOKEN_S

    def here(self, agent_id: str, tab: str, take: bool = False) -> bool:
        """This tab is registered and can be rung. False: another one is the phone, and stays so unless this
        one is to `take` it."""
        with self._transactions.begin() as tx:
            agent = self._agent(tx, agent_id)
            lease = browser_phone.lease_of(tx.connection, agent_id)
            if lease is not None and lease.body.get("tab") != tab and not take:
                return False
            lasts_s = OFFER_LEASE_S if agent.state == "offered" else LEASE_S
            browser_phone.hold_lease(tx, agent, tab, lasts_s)
            if lease is None:
                tx.note(JournalKind.PHONE_CONNECTED, agent=agent_id)
                tx.tell_agent(agent_id)
        return True

    def gone(self, agent_id: str, tab: str) -> None:
        """The tab is being closed, loaded again or cannot be rung any more."""
        with self._transactions.begin() as tx:
            agent = self._agent(tx, agent_id)
            lease = browser_phone.lease_of(tx.connection, agent_id)
            if lease is not None and lease.body.get("tab") == tab:
                browser_phone.hold_lease(tx, agent, tab, GONE_S)

    def jobs(self) -> dict[str, Callable[[Job], Retry | None]]:
        return {LOST: self._lost}

    def _lost(self, job: Job) -> Retry | None:
        """Nothing was heard of the phone for too long: no caller is to wait for it."""
        if self._transactions.clock() - job.due > LATE_S and not job.body.get("late"):
            return Retry(LEASE_S / 2, timer=True, body={**job.body, "late": True})
        agent_id = str(job.body["agent"])
        with self._transactions.begin() as tx:
            offer = floor.live_offer_of_agent(tx.connection, agent_id)
            locked = lock_offer(tx, offer.id) if offer else None  # the call first, as everywhere
            agent = floor.find_agent(tx.connection, agent_id, lock=True)
            lease = browser_phone.lease_of(tx.connection, agent_id)
            if agent is None or lease is None or lease.fence != job.fence:
                return None  # it was heard of meanwhile
            tx.cancel_job(job.key)
            tx.note(JournalKind.PHONE_LOST, agent=agent_id)
            tx.tell_agent(agent_id)
            if locked is not None and locked.state in ("pending", "accepted"):
                self._offers.release(tx, locked, "leg_failed", NOT_CONNECTED)
            elif agent.state == "available":
                move_agent(tx, agent_id, "go_away", reason=NOT_CONNECTED)
        return None

    def _agent(self, tx: Transaction, agent_id: str) -> AgentRow:
        agent = floor.find_agent(tx.connection, agent_id)
        if agent is None:
            raise UnknownAgent(agent_id)
        if not browser_phone.is_browser(agent.id, agent.phone):
            raise NoBrowserPhone("Your phone is not the browser.")
        return agent
