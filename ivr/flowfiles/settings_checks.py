"""Checks across fields of config.yaml: names that lead nowhere, phrases that cannot be spoken."""

from __future__ import annotations

from dataclasses import replace

from ivr.engine.effects import CUSTOMER
from ivr.engine.phrases import PHRASE_NAMES, names_in_phrases
from ivr.engine.problems import TemplateProblem
from ivr.engine.templates import compile_text
from ivr.flowfiles.language_checks import check_person_words, unknown_languages
from ivr.flowfiles.lookup_checks import values_problems
from ivr.flowfiles.problems import Problem, quoted
from ivr.flowfiles.pydantic_errors import Part
from ivr.flowfiles.queue_checks import check_callbacks, check_queues
from ivr.flowfiles.reader import KeyPath
from ivr.flowfiles.variable_checks import at_path
from ivr.settings import Settings


def check_settings(settings: Settings, part: Part) -> list[Problem]:
    """Return all problems of settings whose single fields are right."""
    return [
        *_calendars(settings, part),
        *unknown_languages(part, settings.languages),
        *_numbers(settings, part),
        *_phrases(settings, part),
        *check_person_words(settings, part),
        *_alerts(settings, part),
        *_sources(settings, part),
        *_customers(settings, part),
        *_texts(settings, part),
        *check_queues(settings, part),
        *check_callbacks(settings, part),
    ]


def _calendars(settings: Settings, part: Part) -> list[Problem]:
    found = []
    for name, queue in settings.queues.items():
        if queue.calendar is not None and queue.calendar not in settings.calendars:
            message = f"there is no calendar {quoted(queue.calendar)}"
            remedy = part.suggestions.remedy(
                queue.calendar, settings.calendars, "describe it under 'calendars'"
            )
            found.append(part.problem(("queues", name, "calendar"), message, remedy, "unknown_calendar"))
    return found


def _numbers(settings: Settings, part: Part) -> list[Problem]:
    places = [(("targets", name), number) for name, number in settings.targets.items()]
    places += [
        (("emergency_numbers", index), number) for index, number in enumerate(settings.emergency_numbers)
    ]
    found = []
    for inside, number in places:
        wrong = settings.destinations.refusal_with_remedy(number)
        if wrong:
            found.append(part.problem(inside, *wrong, "number"))
    return found


def _alerts(settings: Settings, part: Part) -> list[Problem]:
    """Report an alert without a recipient."""
    if settings.reports.alerts.anybody:
        return []
    return [
        part.problem(
            ("queues", name, "goal", "alert_after_minutes"),
            "nobody would be told",
            "name mail addresses or a webhook under reports › alerts",
            "nobody_told",
        )
        for name, queue in settings.queues.items()
        if queue.goal.alert_after_minutes is not None
    ]


def _sources(settings: Settings, part: Part) -> list[Problem]:
    """Report a source with a name that every line already has."""
    if CUSTOMER not in settings.sources:
        return []
    message = f"{quoted(CUSTOMER)} are the customers who have the caller's number, on every line"
    remedy = "choose another name for this source"
    return [part.problem(("sources", CUSTOMER), message, remedy, "customer_choice", at_key=True)]


def _customers(settings: Settings, part: Part) -> list[Problem]:
    """Report a source that the card asks and that does not exist, or that gets other values than it needs."""
    asked = settings.customers
    if asked.source is None:
        return []
    if asked.source not in settings.sources:
        message = f"there is no source {quoted(asked.source)}"
        remedy = part.suggestions.remedy(asked.source, settings.sources, "describe it under 'sources'")
        return [part.problem(("customers", "source"), message, remedy, "unknown_source")]
    source = settings.sources[asked.source]
    return values_problems(part, ("customers",), asked.source, source, asked.values)


def _texts(settings: Settings, part: Part) -> list[Problem]:
    """Report incoming texts that nobody would answer."""
    queue = settings.texts.queue
    if queue is None or queue in settings.queues:
        return []
    remedy = part.suggestions.remedy(queue, settings.queues, "describe it under 'queues'")
    return [part.problem(("texts", "queue"), f"there is no queue {quoted(queue)}", remedy, "unknown_queue")]


def _phrases(settings: Settings, part: Part) -> list[Problem]:
    found = []
    for language, phrases in settings.phrases.items():
        for key, text in phrases.items():
            inside = ("phrases", language, key)
            if key not in PHRASE_NAMES:
                message = f"there is no phrase {quoted(key)}"
                remedy = part.suggestions.remedy(key, PHRASE_NAMES)
                found.append(part.problem(inside, message, remedy, "unknown_phrase", at_key=True))
            found += _wording(part, inside, text)
    return found


def _wording(part: Part, inside: KeyPath, text: str) -> list[Problem]:
    """Report a sentence that cannot be spoken, or that uses a value which the engine does not provide."""
    try:
        template = compile_text(text)
    except TemplateProblem as fault:
        mark = part.document.inside((*part.path, *inside), text, fault.offset)
        problem = part.problem(inside, fault.message, fault.hint, "prompt")
        return [replace(problem, line=mark.line, column=mark.column)]
    known, found = names_in_phrases(), []
    for name in sorted(template.names - known):
        message = f"no sentence of ours is given {quoted(name)}"
        problem = part.problem(
            inside, message, part.suggestions.remedy(name, sorted(known)), "unknown_variable"
        )
        found.append(at_path(part, problem, inside, text, (name,)))
    return found
