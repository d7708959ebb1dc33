"""Filters: each says a value the way a voice should, in the caller's language. A bad value is said plainly
and is never an error."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from ivr.engine.context import CallContext
from ivr.engine.languages import language_of

LISTED = 20


class ListenerLocale(Protocol):
    """The listener: the part of a scope that filters need."""

    language: str
    context: CallContext


@dataclass(frozen=True, slots=True)
class Filter:
    """`function` takes the value, the hearing, and between `arguments` low and high further values."""

    function: Callable[..., Any]
    arguments: tuple[int, int] = (0, 0)


def locale_of(tag: str) -> Locale:
    """Return Babel's locale for a language tag; US English when unknown."""
    try:
        return Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en", "US")


def plain(value: Any) -> str:
    """Return a value unchanged as text, for whatever a filter cannot use."""
    return "" if value is None else str(value)


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 15 else None


def _moment(value: Any, context: CallContext) -> datetime | date | time | None:
    """Return a date, a time or both, from itself or from ISO text; instants in the company's own time
    zone."""
    if isinstance(value, str):
        value = _from_text(value.strip())
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=ZoneInfo(context.zone))).astimezone(
            ZoneInfo(context.zone)
        )
    return value if isinstance(value, date | time) else None


def _from_text(text: str) -> datetime | date | time | None:
    for read in (date.fromisoformat, time.fromisoformat, datetime.fromisoformat):
        if read is time.fromisoformat and ":" not in text:
            continue  # 1234 would be read as 12:34
        try:
            return read(text)
        except ValueError:
            continue
    return None


def say_digits(value: Any, hearing: ListenerLocale | None) -> str:
    """Each letter and digit by itself."""
    return " ".join(re.sub(r"[^\w*#]", "", plain(value)))


def say_phone(value: Any, hearing: ListenerLocale) -> str:
    """A telephone number in groups, digit by digit: as people dial it in the company's own country, and with
    the country code anywhere else."""
    written = _as_dialled(plain(value).strip(), hearing.context.country)
    groups = re.findall(r"\d+", written)
    cuts = [cut for group in groups for cut in (re.findall(r"\d{1,3}", group) if len(group) > 5 else [group])]
    return ", ".join(" ".join(cut) for cut in cuts) or plain(value)


def _as_dialled(text: str, country: str) -> str:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number):
        return text
    at_home = number.country_code == phonenumbers.country_code_for_region(country)
    form = (
        phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, form)


def say_date(value: Any, hearing: ListenerLocale) -> str:
    """A date with its day of the week, and the year only when it is not this one."""
    moment = _moment(value, hearing.context)
    if moment is None or isinstance(moment, time):
        return plain(value)
    spoken = language_of(hearing.language)
    today = hearing.context.now.astimezone(ZoneInfo(hearing.context.zone))
    pattern = spoken.date if moment.year == today.year else spoken.date_with_year
    return format_date(moment, pattern, locale=locale_of(hearing.language))


def say_time(value: Any, hearing: ListenerLocale) -> str:
    """A time of day in the company's zone, as people say it."""
    moment = _moment(value, hearing.context)
    if not isinstance(moment, datetime | time):
        return plain(value)
    spoken, locale = language_of(hearing.language), locale_of(hearing.language)
    if spoken.code == "es":
        return _spanish_time(moment)
    if spoken.clock == 12:
        return format_time(
            time(moment.hour, moment.minute), "h:mm a" if moment.minute else "h a", locale=locale
        )
    joint = {"de": " Uhr", "fr": " heures" if moment.hour > 1 else " heure"}.get(spoken.code, "")
    return f"{moment.hour}{joint}" + (f" {moment.minute}" if moment.minute else "")


def _spanish_time(moment: datetime | time) -> str:
    hour, minute = moment.hour, moment.minute
    of_day = "de la mañana" if hour < 12 else "de la tarde" if hour < 20 else "de la noche"
    article = "la" if hour % 12 == 1 else "las"
    past = {0: "", 15: " y cuarto", 30: " y media"}.get(minute, f" y {minute}")
    if hour == 12 and minute == 0:
        return "las 12 del mediodía"
    return f"{article} {hour % 12 or 12}{past} {of_day}"


def say_money(value: Any, hearing: ListenerLocale, currency: Any = None) -> str:
    """An amount with its units in words, as a person would say it."""
    amount, spoken = _number(value), language_of(hearing.language)
    code = plain(currency or hearing.context.currency).upper()
    if amount is None:
        return plain(value)
    if code not in spoken.units:
        return f"{say_number(value, hearing)} {code}"
    one, many, one_part, many_parts = spoken.units[code]
    cents = int((abs(amount) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    whole, part = divmod(cents, 100)
    words = [f"{say_number(whole, hearing)} {one if whole == 1 else many}"] if whole or not part else []
    if part:
        words.append(f"{part} {one_part if part == 1 else many_parts}")
    text = f" {spoken.money_joint} ".join(words)
    return f"{spoken.minus} {text}" if amount < 0 and cents else text


def say_number(value: Any, hearing: ListenerLocale) -> str:
    """A number in the language's way of writing it."""
    number = _number(value)
    return plain(value) if number is None else format_decimal(number, locale=locale_of(hearing.language))


def say_count(value: Any, hearing: ListenerLocale, one: Any, many: Any) -> str:
    """A number with its noun: 1 order, 2 orders."""
    number = _number(value)
    if number is None:
        return plain(value)
    single = locale_of(hearing.language).plural_form(abs(number)) == "one"
    return f"{say_number(value, hearing)} {plain(one if single else many)}"


def say_ordinal(value: Any, hearing: ListenerLocale) -> str:
    """Which one in a row: 3rd, 3.º, 3., 3e."""
    number = _number(value)
    if number is None or number != int(number):
        return plain(value)
    whole = int(number)
    code = language_of(hearing.language).code
    if code != "en":
        return {"es": f"{whole}.º", "de": f"{whole}.", "fr": "1er" if whole == 1 else f"{whole}e"}[code]
    ending = "th" if whole % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(whole % 10, "th")
    return f"{whole}{ending}"


def say_list(value: Any, hearing: ListenerLocale, joint: Any = None) -> str:
    """Several things in a row: a, b and c."""
    if not isinstance(value, list | tuple | set | frozenset):
        return plain(value)
    items = [plain(item) for item in list(value)[:LISTED]]
    word = plain(joint) or language_of(hearing.language).conjunction
    return f" {word} ".join(part for part in (", ".join(items[:-1]), items[-1] if items else "") if part)


def default(value: Any, hearing: ListenerLocale, instead: Any = "") -> Any:
    """Another text in place of a value that is missing or empty."""
    return instead if value in (None, "") else value


def upper(value: Any, hearing: ListenerLocale) -> str:
    """In capital letters."""
    return plain(value).upper()


def lower(value: Any, hearing: ListenerLocale) -> str:
    """In small letters."""
    return plain(value).lower()


def title(value: Any, hearing: ListenerLocale) -> str:
    """Each word with a capital letter."""
    return plain(value).title()


def trim(value: Any, hearing: ListenerLocale) -> str:
    """Without blanks at its ends."""
    return plain(value).strip()


FILTERS: dict[str, Filter] = {
    "digits": Filter(say_digits),
    "phone": Filter(say_phone),
    "date": Filter(say_date),
    "time": Filter(say_time),
    "money": Filter(say_money, (0, 1)),
    "number": Filter(say_number),
    "count": Filter(say_count, (2, 2)),
    "ordinal": Filter(say_ordinal),
    "list": Filter(say_list, (0, 1)),
    "default": Filter(default, (0, 1)),
    "upper": Filter(upper),
    "lower": Filter(lower),
    "title": Filter(title),
    "trim": Filter(trim),
}
