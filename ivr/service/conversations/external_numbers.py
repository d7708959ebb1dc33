"""Numbers outside that a caller may be given to: those named in config.yaml, and others where it says so."""

from __future__ import annotations

import re

import phonenumbers

from ivr.customers.numbers import EXTENSION_WORDS, for_people, to_e164
from ivr.floor.callback_rules import OURS, CallbackRules
from ivr.flowfiles.destinations import FORBIDDEN, FOREIGN, INVALID, SPECIAL
from ivr.settings import Settings

MOST_KEYS = 20
_LOOKS_DIALLED = re.compile(r"[+(0-9][0-9 ()./-]{4,}")
_EXTENSION = re.compile(rf"[\s,;-]*\(?{EXTENSION_WORDS}([0-9*#wW]+)\)?\s*$", re.IGNORECASE)
_WHY_NOT = {
    INVALID: "This is no telephone number.",
    FORBIDDEN: "This number may not be dialled.",
    FOREIGN: "Numbers of other countries are not dialled.",
    SPECIAL: "Only ordinary telephone numbers are dialled.",
    OURS: "This is a number of ours: choose a queue.",
}
NAMED_ONLY = "Only the numbers named under targets in config.yaml are dialled."


class ExternalNumbers:
    def __init__(self, settings: Settings) -> None:
        self.named = {name: str(number) for name, number in settings.targets.items()}
        self._free, self._country = settings.transfers.numbers == "any", settings.country
        self._rules = CallbackRules(settings)

    def typed(self, text: str) -> tuple[str, str] | None:
        """(E.164, extension) of what an agent typed; None for what was not meant as a number."""
        number, extension = split(text.strip())
        if not _LOOKS_DIALLED.fullmatch(number):
            return None
        return to_e164(number, self._country) or number, extension

    def why_not(self, number: str) -> str:
        """Why a number that has no name in the settings is not dialled; "" when it is."""
        if number in self.named.values():
            return ""
        if not self._free:
            return NAMED_ONLY
        return _WHY_NOT.get(self._rules.refusal(number), "") if is_e164(number) else _WHY_NOT[INVALID]


def split(written: str) -> tuple[str, str]:
    """(number or name, extension): "+4930123456;ext=12" or, as people write, "030 123456 ext. 12"."""
    found = _EXTENSION.search(written)
    if found is None:
        return written, ""
    return written[: found.start()].strip(), found[1].lower()[:MOST_KEYS]


def joined(number: str, extension: str) -> str:
    """Both in one, as they are kept."""
    return f"{number};ext={extension}" if extension else number


def formatted(number: str, extension: str) -> str:
    """Both for people."""
    return for_people(number) + (f" ext. {extension}" if extension else "")


def pressed(extension: str) -> str:
    """The keys of an extension as the carrier presses them: after two seconds, in which a machine begins to
    listen. w is another half."""
    return f"wwww{extension}" if extension else ""


def is_e164(number: str) -> bool:
    return bool(re.fullmatch(r"\+[1-9][0-9]{6,14}", number)) and phonenumbers.is_possible_number(
        phonenumbers.parse(number, None)
    )
