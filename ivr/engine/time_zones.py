"""Time zones as people write them: the zone of a city is taken, an abbreviation is answered with one.

An abbreviation or an offset knows no summer time, or not whose: a line that follows it is an hour late for
half of the year.
"""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from ivr.engine.problems import closest

FIXED = {
    "EST": "America/New_York", "MST": "America/Denver, or America/Phoenix", "HST": "Pacific/Honolulu",
    "GMT": "Europe/London", "GMT0": "Europe/London", "GMT+0": "Europe/London", "GMT-0": "Europe/London",
    "Greenwich": "Europe/London",
}  # fmt: skip
"""Zones that exist and never change, although the places that people mean by them do."""
KNOWN = {
    "EDT": "America/New_York", "ET": "America/New_York", "EASTERN": "America/New_York",
    "CST": "America/Chicago", "CDT": "America/Chicago", "CT": "America/Chicago", "CENTRAL": "America/Chicago",
    "MDT": "America/Denver", "MT": "America/Denver", "MOUNTAIN": "America/Denver",
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "PT": "America/Los_Angeles",
    "PACIFIC": "America/Los_Angeles", "AKST": "America/Anchorage", "AKDT": "America/Anchorage",
    "AST": "America/Halifax", "ADT": "America/Halifax", "NST": "America/St_Johns", "BST": "Europe/London",
    "WEST": "Europe/Lisbon", "CEST": "Europe/Berlin", "MEZ": "Europe/Berlin", "MESZ": "Europe/Berlin",
    "EEST": "Europe/Athens", "MSK": "Europe/Moscow", "IST": "Asia/Kolkata", "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul", "SGT": "Asia/Singapore", "HKT": "Asia/Hong_Kong", "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney", "AWST": "Australia/Perth", "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland", "BRT": "America/Sao_Paulo", "SAST": "Africa/Johannesburg",
}  # fmt: skip
OF_THE_MACHINE = re.compile(r"(?i)factory|localtime|local|posixrules|(posix|right)/.*")
OFFSET = re.compile(r"(?i)etc/(?!utc$|uct$|zulu$|universal$).*|(utc|gmt)\s*[+-]\s*\d.*|[+-]\d.*")
EXAMPLE = "write the zone of a city, such as America/New_York"


def wrong_zone(name: str) -> tuple[str, str] | None:
    """(what is wrong, what to write), or None for a zone that can be followed."""
    if OF_THE_MACHINE.fullmatch(name):
        return f"'{name}' is whatever this machine is set to", EXAMPLE
    if OFFSET.fullmatch(name):
        return f"'{name}' is an offset, and follows the summer time of no place", f"{EXAMPLE}, or UTC"
    if name in FIXED:
        return f"'{name}' is an offset, and follows the summer time of no place", f"write {FIXED[name]}"
    zones = available_timezones()
    if name in zones:
        return None
    return f"'{name}' is not a time zone", _remedy(name, zones)


def _remedy(name: str, zones: set[str]) -> str:
    word = name.strip().upper().removeprefix("US/").removeprefix("US ").removesuffix(" TIME").strip()
    fixed = {each.upper(): zone.partition(",")[0] for each, zone in FIXED.items()}
    meant = KNOWN.get(word) or fixed.get(word)
    if meant:
        return f"did you mean '{meant}'?"
    place = re.sub(r"[\s_-]+", "_", name.strip().casefold())
    for zone in sorted(zones):
        if place in (zone.casefold(), zone.casefold().rpartition("/")[2]):
            return f"did you mean '{zone}'?"
    return closest(name, zones) or EXAMPLE
