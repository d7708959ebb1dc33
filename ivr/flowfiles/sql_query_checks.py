"""The query of an SQL source as the database will see it: which values it names, and where a name is none."""

from __future__ import annotations

import re

from ivr.flowfiles.problems import quoted

# As SQLAlchemy finds them, which knows neither quotes nor comments.
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
    """The values that a query wants, which are written :name."""
    return frozenset(NAMED.findall(query))


def wrong_query(query: str) -> str:
    """Why this cannot be asked; empty for a query that can."""
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
    """Names in braces inside quotes: text to the database, and most often meant as a value."""
    return frozenset(name for part in QUOTED.findall(query) for name in BRACES.findall(part))
