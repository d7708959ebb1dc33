"""Checks of a whole flow set: names that lead nowhere, callers who could get stuck, misleading words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from ivr.engine.effects import CUSTOMER
from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.language_checks import check_languages
from ivr.flowfiles.lookup_checks import check_lookups
from ivr.flowfiles.markup_checks import check_markup, check_voices
from ivr.flowfiles.number_checks import check_numbers, is_number
from ivr.flowfiles.problems import Problem, quoted
from ivr.flowfiles.prompt_checks import check_prompts
from ivr.flowfiles.pydantic_errors import Part
from ivr.flowfiles.queue_checks import check_calendars, check_callback_steps
from ivr.flowfiles.reachability import check_paths
from ivr.settings import Settings


def check_book(
    drafts: list[Draft], settings: Settings, *, complete: bool, whole: bool = True
) -> list[Problem]:
    """Return all problems of the drafts together. `complete` is False when some file could not be read at
    all.

    `whole` is False for flows that need not answer every number of the settings.
    """
    found: list[Problem] = []
    flows = {read.name: read for read in drafts}
    for read in drafts:
        found += _head_names(read, settings)
        found += _step_names(read, flows, settings, complete)
        found += check_numbers(read, settings)
        found += check_callback_steps(read, settings)
        found += check_lookups(read, settings)
    if whole and complete:
        found += _numbers(flows, settings)
        found += check_calendars(settings, datetime.now(UTC))
    found += check_languages(drafts, settings, whole=whole and complete)
    found += check_paths(drafts)
    found += check_prompts(drafts, settings, complete)
    found += check_voices(settings) if whole and complete else []
    found += check_markup(drafts, settings, whole=whole and complete)
    return found


def _head_names(read: Draft, settings: Settings) -> list[Problem]:
    found = []
    if read.start and read.step_names and read.start not in read.step_names:
        found.append(_unknown(read, None, ("start",), "step", read.start, read.step_names))
    if read.human and read.human not in settings.queues:
        found.append(_unknown(read, None, ("human",), "queue", read.human, settings.queues))
    return found


def _step_names(read: Draft, flows: dict[str, Draft], settings: Settings, complete: bool) -> list[Problem]:
    known: dict[str, Iterable[str]] = {
        "step": read.kinds,
        "queue": settings.queues,
        "calendar": settings.calendars,
        "target": settings.targets,
        "source": [*settings.sources, CUSTOMER],
        "language": read.languages,
    }
    if complete:
        known["flow"] = flows
    found = []
    for name in read.step_names:
        for reference in read.refs(name):
            names = known.get(reference.what)
            if reference.what == "target" and is_number(reference.name):
                continue
            if names is not None and reference.name not in names:
                found.append(_unknown(read, name, reference.inside, reference.what, reference.name, names))
    return found


def _numbers(flows: dict[str, Draft], settings: Settings) -> list[Problem]:
    """Report numbers of the settings that no flow answers."""
    part = Part(settings.document, (), ("settings",))
    found = []
    for number, flow in settings.numbers.items():
        if flow not in flows:
            message = f"there is no flow {quoted(flow)}"
            remedy = part.suggestions.remedy(flow, flows)
            found.append(part.problem(("numbers", number), message, remedy, "unknown_flow"))
    return found


def _unknown(
    read: Draft, step: str | None, inside: tuple, what: str, name: str, names: Iterable[str]
) -> Problem:
    part = read.step_part(step) if step else read.part
    places = {"step": "in this flow", "flow": "in this folder", "language": "among this flow's"}
    place = places.get(what, "in config.yaml")
    message = f"there is no {what} {quoted(name)} {place}"
    return part.problem(inside, message, part.suggestions.remedy(name, names), f"unknown_{what}")
