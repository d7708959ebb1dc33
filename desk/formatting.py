"""PURE: times and names as people read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError

STATES = {
    "signed_out": "Signed out",
    "away": "Away",
    "available": "Available",
    "offered": "Call offered",
    "on_call": "On a call",
    "wrapping_up": "Wrapping up",
}
CHANNELS = {
    "phone": "phone", "call": "phone", "voice": "phone",
    "voicemail": "voicemail", "callback": "callback",
    "sms": "text", "text": "text", "whatsapp": "text", "chat": "chat", "webchat": "chat",
    "email": "email", "mail": "email", "letter": "email",
    "web": "web", "form": "web", "ticket": "web",
}  # fmt: skip
CASE_STATES = {"open": "Open", "waiting": "Waiting for somebody", "closed": "Closed"}
WARNING_KINDS = {
    "note": "Warning", "difficult": "Difficult caller", "legal": "Legal matter",
    "vulnerable": "Vulnerable person",
}  # fmt: skip
HOW_TO_ACCEPT = "Press Enter to accept, Control Enter while you type."
# The contents of a User-Agent header. The first match counts: most browsers claim to be others as well.
BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox",
    "FxiOS": "Firefox", "Chrome": "Chrome", "CriOS": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "CrOS": "ChromeOS", "Windows": "Windows",
    "Mac OS X": "macOS", "Linux": "Linux",
}  # fmt: skip
INPUT_KINDS = {"keys": "keyed", "speech": "said"}


def duration(seconds: float) -> str:
    """Return 65 as 1:05, 3700 as 1:01:40."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def moment(at: float, zone: ZoneInfo) -> str:
    """Return the company's own time: 2 Mar 2026, 10:00."""
    local = datetime.fromtimestamp(at, zone)
    return f"{local.day} {local:%b %Y, %H:%M}"


def ago(at: float, now: float) -> str:
    """Return how long ago, as one says it: just now, 5 minutes ago, yesterday, 3 weeks ago."""
    seconds = now - at
    if seconds < 60:
        return "just now" if seconds > -60 else "ahead"
    for size, name, limit in (
        (60, "minute", 60),
        (3600, "hour", 24),
        (86400, "day", 14),
        (604800, "week", 9),
    ):
        count = int(seconds // size)
        if count < limit:
            return (
                "yesterday"
                if (name, count) == ("day", 1)
                else f"{count} {name}{'s' if count > 1 else ''} ago"
            )
    months = int(seconds // (30.44 * 86400))
    if months < 24:
        return f"{months} months ago"
    return f"{months // 12} years ago"


SID = r"(?:CA[0-9a-f]{32}|cb-[\w-]+)"
"""What the phone company, and we, call a call: for machines and the command line."""


def without_sids(sentence: str) -> str:
    """Return a sentence without SIDs of calls, which belong to other callers."""
    told = re.sub(rf" \({SID}\)", "", sentence)
    told = re.sub(rf"\bcall {SID}", "call of another caller", told)
    told = re.sub(rf"^{SID}", "Another caller", told)
    return re.sub(rf"\b{SID}", "another caller", told)


def no_number(kind: str) -> str:
    """Return the text in place of a number, by the card's `number_kind`."""
    return {"placeholder": "No number", "erased": "Erased"}.get(kind, "Number withheld")


def ordinal(number: int) -> str:
    """Return 3 as 3rd."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def channel(name: str) -> str:
    """Return the icon and the word for a channel; an unknown one gets the plain one."""
    return CHANNELS.get(name.lower(), "other")


def channel_word(name: str) -> str:
    """Return the channel in a sentence. Ours are written as `text`, those of imported lists often as
    `sms`."""
    return "text" if name.lower() == "sms" else name


def language(tag: str) -> str:
    """Return en-US as English (United States); an unknown tag is unchanged."""
    try:
        return Locale.parse(tag, sep="-").get_display_name("en") or tag
    except (UnknownLocaleError, ValueError):
        return tag


def outcome(name: str) -> str:
    """Return callback_booked as callback booked."""
    return name.replace("_", " ")


def input_kind(kind: str) -> str:
    return INPUT_KINDS.get(kind, kind.replace("_", " ") or "gave")


def browser(header: str) -> str:
    """Return a User-Agent header in words: Firefox on Windows."""
    found = [
        next((name for sign, name in known.items() if sign in header), "") for known in (BROWSERS, SYSTEMS)
    ]
    return " on ".join(filter(None, found)) or "Unknown browser"


def fours(key: str) -> str:
    """Return a long key as one types it: ABCD EFGH."""
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


MOST_NAMES = 3


def one_of(names: Sequence[str]) -> str:
    """Return alternatives: "A or B", of many the first three."""
    more = len(names) - MOST_NAMES
    others = [f"{more} more"] if more > 1 else names[MOST_NAMES:]
    return " or ".join([*names[:MOST_NAMES], *others])
