"""The second factor of a sign-in: a code that an app on the agent's telephone shows for thirty seconds (TOTP,
RFC 6238), and ten recovery codes for the day on which the telephone is gone. Each code counts once.

The database holds the secrets sealed, so that a copy of it is no telephone. The key is made of the
environment's, and with another one no secret can be opened.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

import pyotp
import segno

from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Handler, Transactions
from ivr.keys import Seal
from ivr.store import accounts as store
from ivr.store.accounts import SEALED, AccountRow
from ivr.store.database import Connection
from ivr.store.jobs import Job

STEP_S = 30
EARLY_OR_LATE = 1  # steps: clocks of telephones are not ours
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
APP, RECOVERY = "app", "recovery"
BEGUN_WITHIN_S = 15 * 60.0
SEALING = JobKind.SEAL_SECOND_FACTORS


class Unreadable(Exception):
    """The secret of an agent was sealed with another key than the present one."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The set-up of a second factor, for an app. `picture` is a QR code of `address` as SVG, for a page."""

    secret: str
    address: str
    picture: str


def enrolment(secret: str, agent_id: str, company: str) -> Enrolment:
    address = pyotp.TOTP(secret).provisioning_uri(name=agent_id, issuer_name=company or "Presszero")
    picture = segno.make(address, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr-code", lineclass=None, title="QR code"
    )
    return Enrolment(secret, address, picture)


def new_secret() -> str:
    return pyotp.random_base32()


def step_of(secret: str, code: str, now: float) -> int | None:
    """Which thirty seconds this code belongs to, around now; None for a wrong one."""
    digits, totp, here = _plain(code), pyotp.TOTP(secret), int(now // STEP_S)
    found = None
    for step in range(here - EARLY_OR_LATE, here + EARLY_OR_LATE + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), digits.encode()):
            found = step
    return found


def use_code(connection: Connection, seal: Seal, agent_id: str, code: str, now: float) -> str | None:
    """Use up a code: APP or RECOVERY, or None when it is wrong or was used before. Raises Unreadable where
    no code of an app can be right any more."""
    row = store.find(connection, agent_id)
    if row is None or row.totp_secret is None:
        return None
    secret = secret_of(row, seal)
    step = step_of(secret, code, now) if secret else None
    if step is not None:
        return APP if store.use_totp_step(connection, agent_id, step) else None
    if store.use_recovery_code(connection, agent_id, _hash(code)):
        return RECOVERY
    if secret is None:
        raise Unreadable(agent_id)
    return None


def secret_of(row: AccountRow, seal: Seal) -> str | None:
    """The secret of an agent who has one; None where it was sealed with another key."""
    if row.totp_secret != SEALED:
        return row.totp_secret
    opened = seal.open(row.totp_sealed or "")
    return opened.decode() if opened else None


def begun_secret(row: AccountRow, seal: Seal) -> str | None:
    """The secret that waits for its first code, for a quarter of an hour."""
    opened = seal.open(row.totp_begun, BEGUN_WITHIN_S) if row.totp_begun else None
    return opened.decode() if opened else None


def seal_readable(connection: Connection, seal: Seal) -> int:
    """Seal the secrets that an older version left readable; returns how many."""
    readable = store.readable_totps(connection)
    for agent_id, secret in readable.items():
        store.seal_totp(connection, agent_id, secret, seal.close(secret.encode()))
    return len(readable)


def ask_for_sealing(transactions: Transactions) -> None:
    """At each start: an older version may have served meanwhile."""
    with transactions.begin() as tx:
        tx.job(SEALING, SEALING)


def sealing_job(transactions: Transactions, seal: Seal) -> Handler:
    def job(_job: Job) -> None:
        with transactions.begin() as tx:
            if seal_readable(tx.connection, seal):
                tx.job(JobKind.FORGET_WORDS, "forget_words")  # they stand in SQLite's log until it is emptied

    return job


def new_recovery_codes(connection: Connection, agent_id: str) -> list[str]:
    """Ten codes in place of the old ones. Only their hashes are kept."""
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    store.set_recovery_codes(connection, agent_id, map(_hash, codes))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _plain(code: str) -> str:
    """Digits and letters as they were given, in any script that has digits, without what is between."""
    return "".join(
        str(int(char)) if char.isdecimal() else char for char in code[:64].casefold() if char.isalnum()
    )


def _hash(code: str) -> str:
    return hashlib.sha256(_plain(code).encode("utf-8", "replace")).hexdigest()
