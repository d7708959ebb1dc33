"""A folder of flow files, or their stored texts → a book of flows, or all problems in them.

A book with errors is never handed out: the last good one stays live.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.engine.flow import FlowBook
from ivr.flowfiles.checks import check_book
from ivr.flowfiles.flow_file import Draft, StepTypes, draft
from ivr.flowfiles.problems import Problem, errors, in_order, quoted
from ivr.flowfiles.reader import Document, read_file, read_text

if TYPE_CHECKING:
    from ivr.settings import Settings

SUFFIXES = (".yaml", ".yml")
NOT_FLOWS = ("scenarios", "audio")
MOST_FILES = 1000


@dataclass(frozen=True, slots=True)
class Loaded:
    """`book` is None when there are errors."""

    book: FlowBook | None
    problems: list[Problem]


def load_book(
    folder: Path, settings: Settings, *, shown: str = "", step_types: StepTypes | None = None
) -> Loaded:
    """Read all flows below a folder. `shown` is what problems call the folder, its own name by default."""
    shown = shown or folder.name or "."
    if not folder.is_dir():
        missing = Problem(shown, 1, 1, "file", "there is no such folder", "check 'flows_folder'", "no_folder")
        return Loaded(None, [missing])
    documents = {name: _read_inside(folder, name, f"{shown}/{name}") for name in flow_files(folder)}
    if not documents:
        empty = Problem(
            shown, 1, 1, "file", "there is no flow file in this folder", "write main.yaml", "no_flows"
        )
        return Loaded(None, [empty])
    return book_of(documents, settings, step_types)


def read_book(texts: Mapping[str, str], settings: Settings, *, step_types: StepTypes | None = None) -> Loaded:
    """The book of stored texts: file name → YAML text."""
    documents = {name: read_text(text, f"{settings.flows_folder}/{name}") for name, text in texts.items()}
    return book_of(documents, settings, step_types)


def flow_files(folder: Path) -> list[str]:
    """The names of the flow files below a folder, with / between folders; scenarios and audio are none."""
    found = []
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in name.parts)
        if path.suffix in SUFFIXES and not hidden and name.parts[0] not in NOT_FLOWS:
            found.append(name.as_posix())
    return sorted(found)[:MOST_FILES]


def revision_of(texts: Mapping[str, str]) -> str:
    """The name of a book: the same for the same files, however their lines end."""
    digest = hashlib.sha256()
    for name in sorted(texts):
        for part in (name, texts[name]):
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:16]


def book_of(
    documents: Mapping[str, Document], settings: Settings, step_types: StepTypes | None = None
) -> Loaded:
    """Check documents that were read, and make the book of them."""
    if step_types is None:
        from ivr.steps import STEP_TYPES as step_types  # late: steps may themselves want problems' wording
    drafts = []
    for document in documents.values():
        read = draft(document, step_types, settings.languages)
        drafts += [read] if read else []
    problems = [problem for document in documents.values() for problem in document.problems]
    problems += _defined_twice(drafts)
    problems += check_book(drafts, settings, complete=len(drafts) == len(documents))
    problems += [problem for read in drafts for problem in read.problems]
    problems = in_order(problems)
    if errors(problems):
        return Loaded(None, problems)
    texts = {name: document.text for name, document in documents.items()}
    flows = {read.name: read.finished() for read in drafts}
    return Loaded(_book(revision_of(texts), flows, texts), problems)


def _book(revision: str, flows: dict, texts: dict[str, str]) -> FlowBook:
    return FlowBook(revision=revision, flows=flows, texts=texts)


def _read_inside(folder: Path, name: str, shown: str) -> Document:
    """A link that leads out of the folder could show any file of the machine in a problem: not followed."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        document = Document(shown)
        document.problems.append(
            Problem(shown, 1, 1, "file", "this link leads out of the folder", "copy the file here", "link")
        )
        return document
    return read_file(path, shown)


def _defined_twice(drafts: list[Draft]) -> list[Problem]:
    first: dict[str, Draft] = {}
    found = []
    for read in drafts:
        other = first.setdefault(read.name, read)
        if other is not read and read.name != "?":
            message = f"flow {quoted(read.name)} is already in {other.part.document.file}"
            found.append(read.part.problem(("flow",), message, "give one of them another name", "flow_twice"))
    return found
