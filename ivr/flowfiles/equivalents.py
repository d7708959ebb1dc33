"""Numbers that can be written in two ways for the same telephone. Used for look-ups only: calls always go to
the number on record.

Networks still send Mexican mobiles with the 1 that was dropped in 2019, Argentinian ones with and without the
9 between country and area code, and Brazilian ones with and without the ninth digit.
"""

from __future__ import annotations

import re

_MEXICO = re.compile(r"\+52(1?)([2-9]\d{9})")
_ARGENTINA = re.compile(r"\+54(9?)([1-8]\d{9})")
_BRAZIL = re.compile(r"\+55([1-9]\d)(9?)([6-9]\d{7})")


def equivalents(number: str) -> tuple[str, ...]:
    """Return the E.164 number itself, then the other way to write it, if there is one; nothing for ""."""
    if not number:
        return ()
    other = _other(number)
    return (number, other) if other else (number,)


def _other(number: str) -> str:
    if found := _MEXICO.fullmatch(number):
        return f"+52{'' if found[1] else '1'}{found[2]}"
    if found := _ARGENTINA.fullmatch(number):
        return f"+54{'' if found[1] else '9'}{found[2]}"
    if found := _BRAZIL.fullmatch(number):
        return f"+55{found[1]}{'' if found[2] else '9'}{found[3]}"
    return ""
