"""One form for every problem in a file: the same in the terminal, the log and the desk.

Plain: `file:line:column: where: what is wrong (what to do)`.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

ERROR, WARNING = "error", "warning"
PROBLEMS_PER_FILE = 100
SHOWN = 110  # characters of a line
LONGEST_QUOTE = 60
MOST_NAMES = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is stable, for machines. An error could hurt a caller; a warning only makes the flow worse."""

    file: str
    line: int
    column: int
    where: str
    message: str
    remedy: str = ""
    code: str = "wrong"
    severity: str = ERROR

    def __str__(self) -> str:
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{self.file}:{self.line}:{self.column}: {self.where}: {self.message}{remedy}"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class SettingsProblems(Exception):
    """The settings file has errors; `problems` lists them all."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def errors(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == ERROR]


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return errors first, then by place; no problem twice; a file full of problems is cut short and
    says so."""
    ordered = sorted(
        set(problems), key=lambda p: (p.severity != ERROR, p.file, p.line, p.column, p.where, p.message)
    )
    kept: list[Problem] = []
    seen: dict[str, int] = {}
    for problem in ordered:
        seen[problem.file] = seen.get(problem.file, 0) + 1
        if seen[problem.file] <= PROBLEMS_PER_FILE:
            kept.append(problem)
    for file, count in seen.items():
        if count > PROBLEMS_PER_FILE:
            more = f"{count - PROBLEMS_PER_FILE} more problems are not shown"
            kept.append(Problem(file, 1, 1, "file", more, "repair the ones above first", "too_many_problems"))
    return kept


def quoted(value: object) -> str:
    """Return what the author wrote in a form safe to show: one line, cut short, control characters made
    visible."""
    text = str(value)
    if not text.isprintable():
        text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    text = re.sub(r" {2,}", " ", text)  # of all white space, only the blank is printable
    return f"'{text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + '…'}'"


def listed(names: Iterable[str], limit: int = 20) -> str:
    """Return `a, b or c`; a long list is cut."""
    every = list(names)
    shown = [str(name)[:LONGEST_QUOTE] for name in every[:limit]]
    if len(every) > limit:
        return ", ".join(shown) + ", …"
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " or " + shown[-1] if shown else "none"


class Suggestions:
    """Makes "did you mean" suggestions. Comparing is quadratic, so each file gets a limited number."""

    def __init__(self, guesses: int = 20) -> None:
        self._guesses = guesses

    def remedy(self, word: str, names: Iterable[str], otherwise: str = "") -> str:
        """Return `did you mean 'billing'?`, or `otherwise`, or the list of the names."""
        every = list(islice(names, MOST_NAMES + 1))
        if self._guesses > 0 and every and len(every) <= MOST_NAMES and 0 < len(word) <= 64:
            self._guesses -= 1
            by_lower = {name.lower(): name for name in reversed(every)}
            close = difflib.get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.6)
            if close:
                return f"did you mean {quoted(by_lower[close[0]])}?"
        if otherwise:
            return otherwise
        return f"there is {listed(every)}" if every else ""


def pretty(problem: Problem, texts: Mapping[str, str]) -> str:
    """Return the problem for a terminal, with its line and a caret under the column. An empty line is not
    shown."""
    head = f"{problem.severity}: {problem}"
    lines = split_lines(texts.get(problem.file, ""))
    if not 1 <= problem.line <= len(lines) or not lines[problem.line - 1].strip():
        return head
    line = "".join(char if char.isprintable() else " " for char in lines[problem.line - 1])
    start = max(0, problem.column - 80)
    before, after = line[start : problem.column - 1], line[problem.column - 1 : start + SHOWN]
    begin, end = "…" if start else "", "…" if len(line) > start + SHOWN else ""
    number = f"{problem.line:>5} | {begin}"
    return f"{head}\n{number}{before}{after}{end}\n{' ' * (len(number) + _cells(before))}^"


def _cells(text: str) -> int:
    """Return the width on a terminal, where some scripts take two cells a character."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def split_lines(text: str) -> list[str]:
    """Split the text into lines as the YAML parser counts them."""
    return re.split("\r\n|[\n\r\x85\u2028\u2029]", text)
