"""Passwords: which are taken, how they are kept, and how many are looked at at once.

A check is made to be dear: a fifth of a second of a processor and 64 MiB. So there are two at a time, few may
wait and none of them long; known devices go before strangers, and one network never fills the room.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST, LONGEST = 8, 200
READ_FOR_WORDS = 40  # characters: the search for words in a password grows fast with its length
EASY, EASY_WITH_A_WORD = 1e6, 1e8  # guesses
SHORTEST_OWN_WORD, LEFT_WITHOUT_OWN_WORDS = 3, 6

_hasher = PasswordHasher()


class Busy(Exception):
    """Too many passwords wait to be looked at."""


class PasswordCheckQueue:
    """The turns in which passwords are looked at. Strangers wait for known devices, never the other way."""

    AT_ONCE, STRANGERS, OF_ONE_NETWORK, KNOWN = 2, 8, 4, 24
    STRANGERS_WAIT_S, KNOWN_WAIT_S = 1.0, 3.0

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._at_work = 0
        self._known = 0  # waiting
        self._strangers: Counter[str] = Counter()  # by network, waiting or at work

    @contextmanager
    def known(self) -> Iterator[None]:
        """For a known device, somebody signed in, or an administrator. Raises Busy."""
        with self._changed:
            if self._known >= self.KNOWN:
                raise Busy
            self._known += 1
            try:
                if not self._changed.wait_for(self._is_room, self.KNOWN_WAIT_S):
                    raise Busy
                self._at_work += 1
            finally:
                self._known -= 1
                self._changed.notify_all()  # strangers may have waited for us
        yield from self._work()

    @contextmanager
    def stranger(self, network: str) -> Iterator[None]:
        """For anybody else, at once or after a short wait. Raises Busy."""
        with self._changed:
            if self._strangers.total() >= self.STRANGERS or self._strangers[network] >= self.OF_ONE_NETWORK:
                raise Busy
            self._strangers[network] += 1
            try:
                if not self._changed.wait_for(self._is_room_for_strangers, self.STRANGERS_WAIT_S):
                    raise Busy
            except Busy:
                self._left(network)
                raise
            self._at_work += 1
        try:
            yield from self._work()
        finally:
            with self._changed:
                self._left(network)

    def _work(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self._changed:
                self._at_work -= 1
                self._changed.notify_all()

    def _left(self, network: str) -> None:
        self._strangers[network] -= 1
        self._strangers += Counter()  # keeps only what is above zero

    def _is_room(self) -> bool:
        return self._at_work < self.AT_ONCE

    def _is_room_for_strangers(self) -> bool:
        return self._is_room() and not self._known


turns = PasswordCheckQueue()
"""Of this process: what has to be spared is its memory and its machine."""


def hashed(password: str) -> str:
    """argon2id, as it is stored."""
    return _hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Is it the password? Takes as long when there is nothing to compare with."""
    try:
        _hasher.verify(stored or _nobodys_hash(), password)
    except (Argon2Error, InvalidHashError):
        return False
    return stored is not None


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_hex(16))


def why_refused(password: str, own_words: Sequence[str]) -> str | None:
    """Why this password may not be taken, in a sentence, or None. `own_words`: names that a guesser tries
    first, of the company, the agent and their phone."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"a password has {SHORTEST} to {LONGEST} characters"
    if len(set(password)) < 3 or not password.strip():
        return "this password is one or two characters again and again: take several words"
    words = _words(own_words)
    if _is_of_own_words(password, words):
        return "this password is little more than a name of the company or of the agent: take other words"
    if _is_easily_guessed(password, words):
        return "this password is among the first that are guessed: take several words that have no connection"
    return None


def _words(names: Sequence[str]) -> list[str]:
    """Each name, its parts, and its parts without what is between them."""
    found = []
    for name in filter(None, names):
        parts = [part for part in re.split(r"[\W_]+", name) if len(part) >= SHORTEST_OWN_WORD]
        found += [name, re.sub(r"[\W_]+", "", name), *parts]
    words = {word.casefold() for word in found if len(word) >= SHORTEST_OWN_WORD}
    return sorted(words, key=len, reverse=True)


def _is_of_own_words(password: str, words: Sequence[str]) -> bool:
    rest = password.casefold()
    for word in words:
        rest = rest.replace(word, "")
    return len(rest) < len(password) and len(rest) < LEFT_WITHOUT_OWN_WORDS


def _is_easily_guessed(password: str, words: Sequence[str]) -> bool:
    # Its lists of words take a while to load, and are wanted here only.
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]

    found = zxcvbn(password[:READ_FOR_WORDS], user_inputs=list(words))
    parts = (len(part["token"]) for part in found["sequence"] if part["pattern"] == "dictionary")
    longest = max(parts, default=0)
    limit = EASY_WITH_A_WORD if 2 * longest >= len(password) else EASY
    return float(found["guesses"]) < limit
