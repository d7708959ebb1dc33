"""What an agent's phone may be: a number, a SIP address, the browser, or another client at Twilio."""

from __future__ import annotations

import re

from ivr.floor.browser_phone import CLIENT, IDENTITY, LONGEST_IDENTITY, identity_of, phone_of
from ivr.store import accounts
from ivr.store.database import Connection

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
