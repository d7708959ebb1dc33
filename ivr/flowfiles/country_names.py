"""Which country is meant by what is no code of one: uk, USA, Germany."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers
from babel import Locale
from babel.core import get_global

ALSO = {
    "england": "GB", "scotland": "GB", "wales": "GB", "britain": "GB", "great britain": "GB", "u.k.": "GB",
    "u.s.": "US", "u.s.a.": "US", "america": "US", "ger": "DE", "holland": "NL",
}  # fmt: skip


def country_meant(written: str) -> str:
    """The two letters of the country, or "" when it cannot be told."""
    word = written.strip()
    aliases = get_global("territory_aliases").get(word.upper(), ())
    codes = (word.upper(), *aliases, _names().get(word.casefold(), ""))
    return next((code for code in codes if code in phonenumbers.SUPPORTED_REGIONS), "")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    named = {name.casefold(): code for code, name in Locale("en").territories.items() if len(code) == 2}
    return named | ALSO
