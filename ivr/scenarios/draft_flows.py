"""The settings and flows that a command works with: the live ones, or a draft in another folder."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ivr.customers.csv_rows import UnreadableFile
from ivr.engine.flow import FlowSet
from ivr.flowfiles.loader import FlowProblems, load_book
from ivr.flowfiles.problems import errors
from ivr.scenarios.participants import CustomersUnreadable
from ivr.settings import Settings


def draft_book(folder: Path, settings: Settings) -> FlowSet:
    """Return the flows of a folder, checked against the settings. Raises FlowProblems."""
    loaded = load_book(folder, settings, shown=str(folder))
    if loaded.flow_set is None:
        raise FlowProblems(errors(loaded.problems))
    return loaded.flow_set


@contextmanager
def nothing_to_play() -> Iterator[None]:
    """Report flows or lists that cannot be read, and exit with code 2."""
    try:
        yield
    except (FlowProblems, CustomersUnreadable, UnreadableFile) as problem:
        refuse([problem])


def refuse(problems: Iterable[object], exit_code: int = 2) -> None:
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(exit_code)
