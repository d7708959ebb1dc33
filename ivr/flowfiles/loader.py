"""Loads a folder of flow files, or their stored texts, into a flow set, or returns all problems in them.

A flow set with errors is never returned: the last good one stays live.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ivr.engine.flow import FlowSet
from ivr.flowfiles.flow_checks import check_book
from ivr.flowfiles.flow_file import Draft, StepTypes, draft
from ivr.flowfiles.problems import Problem, errors, in_order, quoted
from ivr.flowfiles.reader import YamlDocument, read_file, read_text
from ivr.settings import Settings
from ivr.steps import STEP_TYPES
from ivr.steps.built_in import BuiltIn

SUFFIXES = (".yaml", ".yml")
NOT_FLOWS = ("scenarios", "audio")
SETTINGS_NAMES = ("config.yaml", "config.suggested.yaml")
MOST_FILES = 1000
FROM_SETTINGS = frozenset(
    {"unknown_queue", "unknown_calendar", "unknown_target", "unknown_source", "audio_missing", "audio_format"}
)
NOT_ALWAYS_CHECKED = frozenset(
    {"comment_cuts", "source_values", "unknown_member", "language_unknown", "markup_value"}
)
"""Problems that were accepted when texts were stored; calls on them continue unchanged."""
ENTERS = re.compile(r"^\s+flow:[ \t]*([A-Za-z0-9_-]{1,64})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The result of loading. `flow_set` is None when there are errors. `texts` are the files read, by the
    name used in problems."""

    flow_set: FlowSet | None
    problems: list[Problem]
    texts: dict[str, str] = field(default_factory=dict)


def load_book(folder: Path, settings: Settings, *, shown: str = "", whole: bool = True) -> Loaded:
    """Read all flows below a folder. Problems call the folder `shown`, by default its own name.

    `whole` is False for flows that need not answer every number of the settings.
    """
    shown = shown or folder.name or "."
    if not folder.is_dir():
        return _nothing(shown, "there is no such folder", "check 'flows_folder' in config.yaml", "no_folder")
    documents = {name: _read_inside(folder, name, f"{shown}/{name}") for name in flow_files(folder)}
    if not documents:
        return _nothing(shown, "there is no flow file in this folder", "write main.yaml", "no_flows")
    return book_of(documents, settings, whole=whole)


def load_files(paths: Iterable[Path], settings: Settings) -> Loaded:
    """Check single files; only the problems in these files are of use, not the flow set.

    A file of the company's flows is read among the others; any other one with the neighbours that it enters.
    """
    paths = list(paths)
    home = settings.flows_path.resolve()
    ours = [path for path in paths if path.resolve().is_relative_to(home)]
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    if ours:
        loaded = load_book(home, settings, shown=str(settings.flows_path))
        names = {f"{settings.flows_path}/{path.resolve().relative_to(home).as_posix()}" for path in ours}
        problems += [problem for problem in loaded.problems if problem.file in names]
        texts |= loaded.texts
        problems += [each for name in names - set(texts) for each in read_file(Path(name), name).problems]
    others = [path for path in paths if path not in ours]
    if others:
        documents = {str(path): read_file(path, str(path)) for path in others}
        named = set(documents)
        for path in others:
            documents |= {str(near): read_file(near, str(near)) for near in _entered(path, documents)}
        loaded = book_of(documents, settings, whole=False)
        problems += [problem for problem in loaded.problems if problem.file in named]
        texts |= loaded.texts
    return Loaded(None, in_order(problems), texts)


def read_book(texts: Mapping[str, str], settings: Settings, *, stored: bool = False) -> Loaded:
    """Build the flow set from texts: file name → YAML text.

    `stored` texts were good once, and calls still use them: a queue or calendar that the settings lost since
    is reported, and the flow set is returned all the same; so are problems that were not errors when the
    texts were stored.
    """
    documents = {name: read_text(text, f"{settings.flows_folder}/{name}") for name, text in texts.items()}
    if not documents:
        return _nothing(settings.flows_folder, "there is no flow", "write main.yaml", "no_flows")
    forgiven = FROM_SETTINGS | NOT_ALWAYS_CHECKED if stored else frozenset()
    return book_of(documents, settings, whole=not stored, forgiven=forgiven)


def settings_in(folder: Path) -> Path | None:
    """Return the settings that a folder of flows brings along, such as those suggested for an imported
    flow."""
    return next((folder / name for name in SETTINGS_NAMES if (folder / name).is_file()), None)


def flow_files(folder: Path) -> list[str]:
    """Return the names of the flow files below a folder, with / between folders. Scenarios, audio and the
    settings of an imported flow are not flow files."""
    found = []
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in name.parts)
        if name.as_posix() in SETTINGS_NAMES:
            continue
        if path.suffix.lower() in SUFFIXES and not hidden and name.parts[0] not in NOT_FLOWS:
            found.append(name.as_posix())
    return sorted(found)[:MOST_FILES]


def revision_of(texts: Mapping[str, str]) -> str:
    """Return the name of a flow set: the same for the same files, whatever their line ends."""
    digest = hashlib.sha256()
    for name in sorted(texts):
        for part in (name, texts[name]):
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:16]


def book_of(
    documents: Mapping[str, YamlDocument],
    settings: Settings,
    step_types: StepTypes = STEP_TYPES,
    *,
    whole: bool = True,
    forgiven: frozenset[str] = frozenset(),
) -> Loaded:
    """Check documents, and build the flow set unless there are errors other than the `forgiven`."""
    drafts = []
    for document in documents.values():
        read = draft(document, step_types, settings.languages)
        drafts += [read] if read else []
    problems = [problem for document in documents.values() for problem in document.problems]
    # A place that the reader refused needs no second complaint.
    refused = {(problem.file, problem.line, problem.column) for problem in problems}
    problems += _defined_twice(drafts)
    complete = len(drafts) == len(documents)
    problems += check_book(drafts, settings, complete=complete, whole=whole)
    later = [problem for read in drafts for problem in read.problems]
    problems += [each for each in later if (each.file, each.line, each.column) not in refused]
    problems = in_order(problems)
    shown = {document.file: document.text for document in documents.values()}
    if any(problem.code not in forgiven for problem in errors(problems)):
        return Loaded(None, problems, shown)
    texts = {name: document.text for name, document in documents.items()}
    flows = {read.name: read.finished() for read in drafts}
    return Loaded(FlowSet(revision_of(texts), flows, texts, BuiltIn()), problems, shown)


def _nothing(shown: str, message: str, remedy: str, code: str) -> Loaded:
    return Loaded(None, [Problem(shown, 1, 1, "file", message, remedy, code)])


def _entered(path: Path, known: Mapping[str, YamlDocument]) -> list[Path]:
    """Return files beside this one that are named like a flow it enters."""
    text = known[str(path)].text
    near = (path.with_name(f"{name}.yaml") for name in sorted(set(ENTERS.findall(text)))[:20])
    return [other for other in near if str(other) not in known and other.is_file()]


def _read_inside(folder: Path, name: str, shown: str) -> YamlDocument:
    """Read a file inside the folder. A link out of the folder is not followed: it could show any file of the
    machine in a problem."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        document = YamlDocument(shown)
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


class FlowProblems(Exception):
    """The flow files have errors: nothing is served from them. `problems` says what and where."""

    def __init__(self, problems: Sequence[object]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = list(problems)


def live_book(settings: Settings) -> FlowSet:
    """Return the flow set of the flows folder, for new calls. Raises FlowProblems."""
    loaded = load_book(settings.flows_path, settings)
    if loaded.flow_set is None:
        raise FlowProblems(errors(loaded.problems))
    return loaded.flow_set


def stored_book(texts: Mapping[str, str], settings: Settings) -> FlowSet:
    """Return the flow set that a call in progress began with, from its stored texts. Raises FlowProblems."""
    return stored(texts, settings)[0]


def stored(texts: Mapping[str, str], settings: Settings) -> tuple[FlowSet, list[Problem]]:
    """Return the same with problems for names that config.yaml no longer has: config.yaml is not part of a
    revision, and calls go on without them. Raises FlowProblems."""
    loaded = read_book(texts, settings, stored=True)
    if loaded.flow_set is None:
        raise FlowProblems(errors(loaded.problems))
    return loaded.flow_set, errors(loaded.problems)
