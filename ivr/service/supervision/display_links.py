"""Long-lived links of wallboards: for screens nobody signs in at. They show figures and no person."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence

from ivr.acd.journal import JournalKind
from ivr.errors import Invalid
from ivr.floor.transaction import Transactions
from ivr.settings import Settings
from ivr.store import display_links
from ivr.store.display_links import LinkRow

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ .-]{0,63}")


class LinkProblem(Invalid):
    """A link that cannot be made or revoked, in words."""


class DisplayLinks:
    def __init__(self, transactions: Transactions, settings: Settings) -> None:
        self._transactions, self._settings = transactions, settings

    def make(self, name: str, queues: Sequence[str]) -> str:
        """A new secret, shown this once: only its hash is kept. No queues: all of them."""
        if not _NAME.fullmatch(name):
            raise LinkProblem(f"{name!r} is no name for a link (letters, digits, spaces and _ . -)")
        for queue in queues:
            if queue not in self._settings.queues:
                known = ", ".join(sorted(self._settings.queues))
                raise LinkProblem(f"there is no queue {queue!r} in the settings (there are: {known})")
        secret = secrets.token_urlsafe(32)
        with self._transactions.begin() as tx:
            display_links.add(tx.connection, _hash(secret), name, list(queues), tx.now)
            tx.note(JournalKind.DISPLAY_LINK_MADE, name=name, queues=list(queues))
        return secret

    def queues(self, secret: str) -> list[str] | None:
        """Return the queues that this link shows; None for one that does not exist or was revoked."""
        with self._transactions.database.read() as connection:
            found = display_links.find(connection, _hash(secret))
        return found.queues if found else None

    def listed(self) -> list[LinkRow]:
        with self._transactions.database.read() as connection:
            return display_links.everything(connection)

    def revoke(self, name: str) -> int:
        """Screens with links of that name go dark within seconds. Raises LinkProblem."""
        with self._transactions.begin() as tx:
            count = display_links.revoke(tx.connection, name, tx.now)
            if not count:
                raise LinkProblem(f"there is no link {name!r} (see: ivr wallboard list)")
            tx.note(JournalKind.DISPLAY_LINK_REVOKED, name=name)
        return count


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
