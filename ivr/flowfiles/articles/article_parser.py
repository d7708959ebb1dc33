"""Reads files into articles, or problems with file, line, column and remedy, and checks the names in them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ivr.engine.flow import FlowSet
from ivr.engine.prompts import PromptText
from ivr.engine.templates import Condition, Template
from ivr.engine.values import ANYTHING, MEMBERS, VALUE
from ivr.flowfiles.articles.article import Article, Head
from ivr.flowfiles.problems import ERROR, WARNING, Problem, errors, in_order, quoted
from ivr.flowfiles.pydantic_errors import Part, problems_of
from ivr.flowfiles.reader import YamlDocument, read_bytes, read_text
from ivr.flowfiles.syntax import text_problems
from ivr.flowfiles.variable_checks import at_path, unknown_members
from ivr.settings import Settings

LONGEST = 1000  # the limit of the customer's history; the carrier takes 1600
MOST_SEGMENTS = 3
# GSM 03.38: the characters of a segment of 160; those of the second line take two places.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")


def segments(text: str) -> int:
    """Return how many text messages a text costs. One letter outside the GSM alphabet makes all segments
    shorter."""
    if set(text) <= BASIC | EXTENDED:
        places = sum(2 if char in EXTENDED else 1 for char in text)
        return 1 if places <= 160 else -(-places // 153)
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= 70 else -(-units // 67)


def check_text(head: Head, part: Part) -> list[Problem]:
    """Report a text message that is too long, even without its values."""
    found = []
    for tag, template in head.text.texts.items() if head.text else ():
        inside = ("text", tag) if tag else ("text",)
        fixed = re.sub(r"\{\{.*?\}\}", "", " ".join(template.source.split()))
        count = segments(fixed)
        if len(fixed) > LONGEST:
            message = f"this text message has {len(fixed)} characters"
            found.append(part.problem(inside, message, f"at most {LONGEST}", "long_text", severity=ERROR))
        elif count > MOST_SEGMENTS:
            message = f"this goes out as {count} text messages, each of which is paid for"
            remedy = f"shorten it to {MOST_SEGMENTS}, or put the rest on a page and link to it"
            found.append(part.problem(inside, message, remedy, "long_text", severity=WARNING))
    return found


SUFFIX = ".md"
MAX_BYTES = 200_000
MOST_FILES = 200_000
NAME = re.compile(r"[A-Za-z0-9_-]{1,60}(/[A-Za-z0-9_-]{1,60}){0,3}")
LINE = "---"
# These characters reverse the text after them: an agent would read and send something else than is written.
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")
ALLOWED_LINKS = ("https://", "tel:", "mailto:")


@dataclass(frozen=True, slots=True)
class Read:
    """The result of reading an article. `article` is None when there are errors."""

    article: Article | None
    problems: list[Problem] = field(default_factory=list)
    text: str = ""
    part: Part | None = None


def article_files(folder: Path) -> list[str]:
    """Return the names of the articles below a folder, without their suffix; hidden files and a README are
    skipped."""
    found = []
    for path in folder.rglob(f"*{SUFFIX}"):
        name = path.relative_to(folder)
        if not any(part.startswith(".") for part in name.parts) and name.name.upper() != "README.MD":
            found.append(name.with_suffix("").as_posix())
    return sorted(found)[:MOST_FILES]


def digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:32]


def file_bytes(folder: Path, name: str) -> bytes | None:
    """Read at most one byte more than an article may have. Return None if the file cannot be read, or is a
    link out of the folder."""
    path = folder / f"{name}{SUFFIX}"
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            return None
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return None


def read_article_bytes(raw: bytes | None, name: str, shown: str) -> Read:
    """Read the bytes of a file; problems call it `shown`. Never raises for its content."""
    if raw is None:
        return _refused(shown, "this file cannot be read", "check its permissions", "unreadable")
    if len(raw) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1000} kB"
        return _refused(shown, f"this article is larger than {limit}", "split it into several", "too_big")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Read(None, read_bytes(raw, shown).problems)
    return read_article(text, name, shown)


def read_article(text: str, name: str, shown: str) -> Read:
    """Read a text: a line of three hyphens, settings, another such line, then Markdown."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    problems = _characters(text, shown)
    if not NAME.fullmatch(name):
        message = "this cannot be the name of an article"
        remedy = "use letters, digits, _ and - in names of files and folders"
        problems.append(Problem(shown, 1, 1, "file", message, remedy, "bad_name"))
    cut = _cut(text)
    if cut is None:
        remedy = f"begin with a line {LINE}, then 'title: …', then a line {LINE}"
        problems.append(Problem(shown, 1, 1, "file", "the head of the article is missing", remedy, "no_head"))
    if problems or cut is None:
        return Read(None, problems, text)
    return _of_parts(name, shown, text, *cut)


def _cut(text: str) -> tuple[str, str, int] | None:
    """Return (head, body, line on which the body begins). In the head every line keeps its number."""
    lines = text.split("\n")
    if lines[0].rstrip() != LINE:
        return None
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == LINE:
            return "\n".join(["", *lines[1:number]]), "\n".join(lines[number + 1 :]), number + 2
    return None


def _of_parts(name: str, shown: str, text: str, head_text: str, body: str, body_line: int) -> Read:
    document = read_text(head_text, shown)
    part = Part(document, (), ("article",))
    problems = list(document.problems)
    head = _head(document, part, problems)
    problems += _links(body, body_line, shown)
    article = None
    if head is not None:
        article = Article(name, head, body.strip("\n"), _names(head))
        if not (head.say or head.text or body.strip()):
            remedy = "write 'say: …' or Markdown below the head"
            problems.append(part.problem((), "this article says nothing", remedy, "empty_article"))
        problems += check_text(head, part)
    good = article is not None and not errors(problems)
    return Read(article if good else None, in_order(problems), text, part)


def _head(document: YamlDocument, part: Part, problems: list[Problem]) -> Head | None:
    if document.value is None:
        return None
    if not isinstance(document.value, dict):
        problems.append(part.problem((), "this is no head of an article", "write 'title: …'", "shape"))
        return None
    try:
        return Head.model_validate(document.value)
    except ValidationError as fault:
        problems += problems_of(fault, part, Head, document.value)
    return None


def _names(head: Head) -> frozenset[str]:
    written = [each.names for each in (head.say, head.offer, head.fails, head.text) if each]
    return frozenset().union(*written, head.when.condition.names if head.when else ())


def _characters(text: str, shown: str) -> list[Problem]:
    problems = text_problems(text, shown)
    turning = TURNING.search(text)
    if turning and not problems:
        line = text.count("\n", 0, turning.start()) + 1
        column = turning.start() - text.rfind("\n", 0, turning.start())
        message = f"the invisible character U+{ord(turning[0]):04X} turns the text around"
        problems.append(Problem(shown, line, column, "file", message, "delete it", "binary"))
    return problems


def _links(body: str, first_line: int, shown: str) -> list[Problem]:
    """Report links that the page would not render: the author hears of them before agents miss them."""
    found = []
    for number, line in enumerate(body.split("\n"), first_line):
        for link in LINK.finditer(line):
            if not link[1].lower().startswith(ALLOWED_LINKS):
                message = f"a link to {quoted(link[1])} is not shown"
                remedy = "begin it with https://, tel: or mailto:"
                place = number, link.start(1) + 1
                found.append(Problem(shown, *place, "article", message, remedy, "link", WARNING))
    return found


def _refused(shown: str, message: str, remedy: str, code: str) -> Read:
    return Read(None, [Problem(shown, 1, 1, "file", message, remedy, code)])


CALL: Mapping[str, str] = {
    "waited_minutes": VALUE,
    "longer_than_told": VALUE,
    "calls_this_week": VALUE,
    "wanted_person": VALUE,
    "wanted_supervisor": VALUE,
    "not_understood": VALUE,
    "language": VALUE,
    "queue": VALUE,
    "path": ANYTHING,
}
"""The members of `call` in conditions of articles, beside the flows' variables."""
ASKED: Mapping[str, Any] = {**{name: MEMBERS[name] for name in MEMBERS if name != "queues"}, "call": CALL}
"""The names that no flow can take, as an article finds them."""


@dataclass(frozen=True, slots=True)
class Around:
    """The names that articles can use: steps as `flow.step`, flows, and variables that some step fills."""

    steps: frozenset[str]
    variables: frozenset[str]


def around(flow_set: FlowSet) -> Around:
    """Return the names that a flow set offers to articles."""
    steps = {f"{flow.name}.{name}" for flow in flow_set.flows.values() for name in flow.steps}
    saved = {
        each for flow in flow_set.flows.values() for step in flow.steps.values() for each in _saved(step)
    }
    return Around(frozenset(steps | set(flow_set.flows)), frozenset(saved | set(ASKED)))


def _saved(step: Any) -> Iterable[str]:
    for key in ("save", "set"):
        value = getattr(step, key, None)
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from map(str, value)


def check_articles(
    folder: Path, settings: Settings, flow_set: FlowSet | None, *, shown: str = "", only: Path | None = None
) -> tuple[list[Problem], dict[str, str]]:
    """Return all problems of the articles below a folder, and the texts of their files; with `only`, those of
    one file or folder in it. Without a `flow_set` (the flows have errors) steps and variables are not
    checked."""
    shown = shown or str(folder)
    names = list(article_files(folder)) if folder.is_dir() else []
    known = around(flow_set) if flow_set is not None and names else None
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    for name in names:
        if only is not None and not (folder / f"{name}{SUFFIX}").resolve().is_relative_to(only.resolve()):
            continue
        file = f"{shown}/{name}{SUFFIX}"
        read = read_article_bytes(file_bytes(folder, name), name, file)
        texts[file] = read.text
        problems += [*read.problems, *check_names(read, settings, known)]
    return in_order(problems), texts


def check_names(read: Read, settings: Settings, known: Around | None) -> list[Problem]:
    """Report steps, queues, languages and variables that do not exist: the article would never be
    proposed."""
    if read.article is None or read.part is None:
        return []
    head, part = read.article.head, read.part
    found = _unknown(part, "queues", "queue", head.queues, settings.queues, "in config.yaml")
    if known is not None:
        found += _unknown(part, "steps", "step", head.steps, known.steps, "in the flows")
        found += _variables(part, read, known)
    for language in head.languages:
        if language not in settings.languages:
            message = f"no caller speaks {quoted(language)}: config.yaml does not list it"
            remedy = part.suggestions.remedy(language, settings.languages)
            place = ("languages", head.languages.index(language))
            found.append(part.problem(place, message, remedy, "unknown_language", severity=WARNING))
    return found


def _unknown(
    part: Part, key: str, what: str, names: list[str], there: Iterable[str], place: str
) -> list[Problem]:
    found = []
    every = sorted(there)
    for index, name in enumerate(names):
        if name not in every:
            message = f"there is no {what} {quoted(name)} {place}"
            remedy = part.suggestions.remedy(name, every)
            found.append(part.problem((key, index), message, remedy, f"unknown_{what}"))
    return found


def _variables(part: Part, read: Read, known: Around) -> list[Problem]:
    found = []
    for inside, text in _texts(read):
        for name in sorted(text.names - known.variables):
            message = f"nothing ever fills {quoted(name)}"
            remedy = part.suggestions.remedy(name, sorted(known.variables), "correct the name")
            problem = part.problem(inside, message, remedy, "unknown_variable")
            found.append(at_path(part, problem, inside, text.source, (name,)))
        found += unknown_members(part, inside, text.source, text.paths, ASKED)
    return found


def _texts(read: Read) -> Iterable[tuple[tuple, Template | Condition]]:
    head = read.article.head if read.article else None
    if head is None:
        return
    if head.when is not None:
        yield ("when",), head.when.condition
    for key in ("say", "offer", "fails", "text"):
        written: PromptText | None = getattr(head, key)
        for tag, template in written.texts.items() if written else ():
            yield (key, tag) if tag else (key,), template
