"""Files → articles, or problems with file, line, column and remedy."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from ivr.flowfiles.articles.article import Article, Head
from ivr.flowfiles.articles.text_length import check_text
from ivr.flowfiles.problems import WARNING, Problem, errors, in_order, quoted
from ivr.flowfiles.pydantic_errors import Part, problems_of
from ivr.flowfiles.reader import YamlDocument, read_bytes, read_text
from ivr.flowfiles.syntax import text_problems

SUFFIX = ".md"
MAX_BYTES = 200_000
MOST_FILES = 200_000
NAME = re.compile(r"[A-Za-z0-9_-]{1,60}(/[A-Za-z0-9_-]{1,60}){0,3}")
LINE = "---"
# They turn around what follows them: an agent would read, and send, something else than what stands there.
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")
ALLOWED_LINKS = ("https://", "tel:", "mailto:")


@dataclass(frozen=True, slots=True)
class Read:
    """`article` is None when there are errors."""

    article: Article | None
    problems: list[Problem] = field(default_factory=list)
    text: str = ""
    part: Part | None = None


def article_files(folder: Path) -> list[str]:
    """The names of the articles below a folder, without their ending; hidden files and a README are none."""
    found = []
    for path in folder.rglob(f"*{SUFFIX}"):
        name = path.relative_to(folder)
        if not any(part.startswith(".") for part in name.parts) and name.name.upper() != "README.MD":
            found.append(name.with_suffix("").as_posix())
    return sorted(found)[:MOST_FILES]


def digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:32]


def file_bytes(folder: Path, name: str) -> bytes | None:
    """At most as many bytes as an article may have, and one more. None: it cannot be read, or is a link that
    leads out of the folder."""
    path = folder / f"{name}{SUFFIX}"
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            return None
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return None


def read_article_bytes(raw: bytes | None, name: str, shown: str) -> Read:
    """Read the bytes of a file; `shown` is what problems call it. Never raises for what is in it."""
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
    """(head, body, line on which the body begins). In the head every line keeps its number."""
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
    """Links that the page would not make: better said to the author than left out on the desk."""
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
