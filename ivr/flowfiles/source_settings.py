"""`sources:` of config.yaml: the systems in which flows look things up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ivr.flowfiles.problems import quoted

# The pattern of SQLAlchemy, which knows neither quotes nor comments.
NAMED = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
CAST = re.compile(r"(?<![:\w\\]):([A-Za-z_]\w*)::\s*(\w+)")
BRACES = re.compile(r"\{\{?\s*([A-Za-z]\w*)[^{}]*\}?\}")
# Values as drivers and other tools write them, and a member of a value.
FOREIGN = re.compile(
    r"(?:[=<>(,]|\blike|\bin)\s*(\?)|(%s|%\(\w+\)s|\$\d+|@\w+)|((?<![:\w\\]):\w+\.\w+)", re.IGNORECASE
)
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_SKIPPED = re.compile(f"{QUOTED.pattern}|{COMMENT.pattern}", re.DOTALL)


def names_in(query: str) -> frozenset[str]:
    """Return the values that a query needs, written as :name."""
    return frozenset(NAMED.findall(query))


def wrong_query(query: str) -> str:
    """Return why this query cannot be sent, or ""."""
    bare = _SKIPPED.sub(lambda part: "''" if QUOTED.fullmatch(part[0]) else "", query).strip()
    if not re.match(r"(?i)(select|with)\b", bare) or ";" in bare.rstrip(";"):
        return "a query is one SELECT (write select … from … where number = :number)"
    cast = CAST.search(query)
    if cast:
        return f"{quoted(cast[0])} hides the name of the value (write cast(:{cast[1]} as {cast[2]}))"
    for part in _SKIPPED.findall(query):
        name = NAMED.search(part)
        if name and QUOTED.fullmatch(part):
            return f"{quoted(name[0])} stands in quotes and would be no value (write {name[0]} without them)"
        if name:
            return f"{quoted(name[0])} stands in a comment (take it out of the query)"
    foreign = FOREIGN.search(bare)
    if foreign:
        return f"{quoted(next(filter(None, foreign.groups())))} is no value of a query (write :number)"
    name = BRACES.search(bare)
    if name:
        return f"{quoted(name[0])} is no value of a query (write :{name[1]})"
    return ""


def braced_names(query: str) -> frozenset[str]:
    """Return names in braces inside quotes: plain text to the database, and usually meant as a value."""
    return frozenset(name for part in QUOTED.findall(query) for name in BRACES.findall(part))


HOLE = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
ENVIRONMENT = re.compile(r"\$\{([^}]*)\}")
VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# Placeholders as other tools write them: :number, <number>, =[number], {{ number }}, %s.
_PLACE = re.compile(
    r"[/=]:([A-Za-z]\w*)|<\s*(\w+)[^>]*>|=\[(\w+)\]|\{\{?\s*([A-Za-z]\w*)\s*\}\}?|[{}]|%(?![0-9A-Fa-f]{2})"
)
TIMEOUT_S, LONGEST_S = 2.5, 8.0

Timeout = Annotated[float, Field(gt=0, le=LONGEST_S, allow_inf_nan=False)]


class _SourceModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HttpSource(_SourceModel):
    """A web service that answers in JSON. Values of the flow fill the placeholders of `url`; those without a
    placeholder go into the query, or with POST into the body as JSON.

    `items` is the path to the value inside the answer, such as data.orders.0. `${NAME}` in a header is a
    variable of the environment. `internal: true` allows a host in our own network, which is refused
    otherwise. `timeout` is for everything together, including retries.
    """

    url: Annotated[str, Field(max_length=2000)]
    method: Literal["GET", "POST"] = "GET"
    headers: dict[str, str] = {}
    items: Annotated[str, Field(max_length=200)] = ""
    timeout: Timeout = TIMEOUT_S
    cache_seconds: Annotated[int, Field(ge=0, le=86_400)] = 0
    retries: Annotated[int, Field(ge=0, le=3)] = 0
    internal: bool = False

    @model_validator(mode="after")
    def _host_is_fixed(self) -> HttpSource:
        wrong = wrong_url(self.url, self.internal)
        if wrong:
            raise ValueError(wrong)
        for name, text in self.headers.items():
            if not re.fullmatch(r"[A-Za-z0-9-]+", name) or not text.isprintable():
                raise ValueError(f"{quoted(name)} cannot be a header (use letters, digits and -)")
            if wrong := _wrong_header(text):
                raise ValueError(wrong)
        return self

    @property
    def variables(self) -> frozenset[str]:
        """Return the variables of the environment that it needs."""
        return frozenset(name for text in self.headers.values() for name in ENVIRONMENT.findall(text))


def _wrong_header(text: str) -> str:
    """Return why this header would be sent as written, and not as intended, or ""."""
    for variable in ENVIRONMENT.findall(text):
        if not VARIABLE.fullmatch(variable):
            return f"{quoted(variable)} is not a variable (write it like ${{SHOP_TOKEN}})"
    found = re.search(r"[{}]|\$\w+|%[A-Za-z_]+%", ENVIRONMENT.sub("", text))
    if found:
        remedy = "write a variable of the environment like ${SHOP_TOKEN}; values of a call go into url"
        return f"{quoted(found[0])} in a header is sent as it stands ({remedy})"
    return ""


def wrong_url(url: str, internal: bool) -> str:
    """Return why no request may go to this address, or ""."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return f"{quoted(url)} is not an address (write it like https://shop.example.com/orders/{{number}})"
    if "{" in parts.netloc or "{" in parts.scheme or "$" in parts.netloc:
        return "the host is fixed here (put {name} behind the host only)"
    if "$" in url:
        return f"{quoted(url)} has a $ in it (write a value like {{number}}; a variable goes into headers)"
    place = _PLACE.search(HOLE.sub("", url.partition(parts.netloc)[2]))
    if place:
        name = next(filter(None, place.groups()), "number")
        return f"{quoted(url)} has a place that no value goes into (write it like {{{name}}})"
    if parts.username or parts.password or "\\" in url or not url.isascii() or any(map(str.isspace, url)):
        return f"{quoted(url)} has something in it that no address needs (user names go into headers)"
    if not host or port == 0 or parts.fragment:
        return f"{quoted(url)} is not an address (write it like https://shop.example.com/orders/{{number}})"
    if parts.scheme == "https" or (parts.scheme == "http" and internal and host in LOOPBACK):
        return ""
    return "only https:// is asked (http:// may be used on this machine, with internal: true)"


def _variable(value: str) -> str:
    """Check the name of the variable. The value is not repeated: an address contains a password."""
    if "://" in value:
        raise ValueError(
            "an address does not belong here (put it into a variable of the environment, and write its name, "
            "such as INVOICES_DB)"
        )
    if not VARIABLE.fullmatch(value):
        raise ValueError(f"{quoted(value)} is not the name of a variable (write it like INVOICES_DB)")
    return value


def _query(value: str) -> str:
    if wrong := wrong_query(value):
        raise ValueError(wrong)
    return value


class SqlSource(_SourceModel):
    """A database that is only read. `url` is the name of the environment variable that holds its address; the
    query names its values as :number. `rows: one` gives one row, `rows: list` up to twenty."""

    url: Annotated[str, AfterValidator(_variable)]
    query: Annotated[str, Field(max_length=5000), AfterValidator(_query)]
    rows: Literal["one", "list"] = "one"
    timeout: Timeout = TIMEOUT_S
    cache_seconds: Annotated[int, Field(ge=0, le=86_400)] = 0
    retries: Annotated[int, Field(ge=0, le=3)] = 0

    @property
    def variables(self) -> frozenset[str]:
        """Return the variables of the environment that it needs."""
        return frozenset({self.url})


def _entry_point(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", value):
        raise ValueError(
            f"{quoted(value)} cannot be a plug-in (write the name of its entry point, such as address_book)"
        )
    return value


class PluginSource(_SourceModel):
    """A source of an installed package: its entry point `name` in the group presszero.sources. `options` are
    passed to it as written."""

    name: Annotated[str, AfterValidator(_entry_point)]
    options: dict[str, str | int | float | bool] = {}
    timeout: Timeout = TIMEOUT_S
    cache_seconds: Annotated[int, Field(ge=0, le=86_400)] = 0
    retries: Annotated[int, Field(ge=0, le=3)] = 0

    @property
    def variables(self) -> frozenset[str]:
        """Return nothing: a plug-in reads what it needs from the environment that it is given."""
        return frozenset()


class SourceSettings(_SourceModel):
    """A system in which flows look things up: an http service, an sql database or a plug-in."""

    http: HttpSource | None = None
    sql: SqlSource | None = None
    plugin: PluginSource | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_of_three(cls, written: Any) -> Any:
        if isinstance(written, dict) and len({"http", "sql", "plugin"} & set(written)) != 1:
            raise ValueError("a source is one of three (write http:, sql: or plugin: below its name)")
        return written

    @property
    def settings(self) -> HttpSource | SqlSource | PluginSource:
        return self.http or self.sql or self.plugin  # type: ignore[return-value]  # one of them is there

    @property
    def needed(self) -> frozenset[str]:
        """Return the values without which it cannot be asked."""
        if self.http:
            return frozenset(HOLE.findall(self.http.url))
        return names_in(self.sql.query) if self.sql else frozenset()

    def without_place(self, names: Iterable[str]) -> list[str]:
        """Return those of these values that it would ignore. An address takes every value: those without a
        placeholder go into the query or the body."""
        return sorted(set(names) - self.needed) if self.sql else []
