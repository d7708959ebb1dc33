"""What callers hear: missing languages, prompts too long to listen to, whether the first mentions 0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.engine.person import announces_zero
from ivr.engine.prompts import PromptText
from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.menus import check_menus
from ivr.flowfiles.paths import PASSING, successors
from ivr.flowfiles.problems import WARNING, Problem, quoted
from ivr.flowfiles.reader import KeyPath
from ivr.flowfiles.references import values_in
from ivr.flowfiles.variables import check_variables

if TYPE_CHECKING:
    from ivr.settings import Settings

CHARACTERS_PER_SECOND = 15
LONGEST_SECONDS = 60


def check_prompts(drafts: list[Draft], settings: Settings) -> list[Problem]:
    """All problems of one book with what callers hear."""
    found = check_variables(drafts, settings)
    for read in drafts:
        for name, inside, prompt in prompts_of(read):
            found += _languages(read, name, inside, prompt)
            found += _length(read, name, inside, prompt)
        found += check_menus(read)
    for read in _entries(drafts, settings):
        found += _first_words(read)
    return found


def prompts_of(read: Draft) -> Iterator[tuple[str, KeyPath, PromptText]]:
    """Every prompt of a flow: step, path inside the step, prompt."""
    for name, step in read.steps.items():
        for inside, value in values_in(step):
            if isinstance(value, PromptText):
                yield name, inside, value


def plain_words(text: str) -> str:
    """A prompt without its markup."""
    return re.sub(r"<[^<>]*>", " ", text)


def _languages(read: Draft, name: str, inside: KeyPath, prompt: PromptText) -> list[Problem]:
    part, found = read.step_part(name), []
    written = prompt.languages or frozenset(read.languages[:1])
    missing = [language for language in read.languages if language not in written]
    words = " ".join(re.sub(r"\{\{.*?\}\}", "", template.source) for template in prompt.texts.values())
    if missing and re.search(r"\w", plain_words(words)):
        message = f"this is not said in {', '.join(missing)}"
        remedy = f"callers hear it in {read.languages[0]}; add a text for each language"
        found.append(part.problem(inside, message, remedy, "missing_language", at_key=True, severity=WARNING))
    for language in sorted(prompt.languages - set(read.languages)):
        message = f"nobody hears {quoted(language)}: it is not one of this flow's languages"
        remedy = part.speller.remedy(language, read.languages)
        problem = part.problem((*inside, language), message, remedy, "unused_language", at_key=True)
        found.append(replace(problem, severity=WARNING))
    return found


def _length(read: Draft, name: str, inside: KeyPath, prompt: PromptText) -> list[Problem]:
    found = []
    for language, template in prompt.texts.items():
        seconds = len(re.sub(r"\s+", " ", plain_words(template.source))) // CHARACTERS_PER_SECOND
        if seconds > LONGEST_SECONDS:
            message = f"this takes about {seconds} seconds to say"
            remedy = "callers stop listening after a few sentences: make it shorter"
            path = (*inside, language) if language else inside
            part = read.step_part(name)
            found.append(part.problem(path, message, remedy, "long_prompt", severity=WARNING))
    return found


def _entries(drafts: list[Draft], settings: Settings) -> list[Draft]:
    """The flows that answer calls: those of our numbers, or else those that no other flow enters."""
    answering = [read for read in drafts if read.name in settings.numbers.values()]
    called = {
        ref.name for read in drafts for refs in read.references.values() for ref in refs if ref.what == "flow"
    }
    return answering or [read for read in drafts if read.name not in called]


def _first_words(read: Draft) -> list[Problem]:
    """The first thing each caller hears has to mention 0; the engine adds it, an author says it better."""
    found = []
    for name in _first_prompts(read):
        silent = [language for language in read.languages if not _announces(read, name, language)]
        if silent:
            inside = next(path for step, path, _ in prompts_of(read) if step == name)
            where = "" if len(read.languages) == 1 else f" in {', '.join(silent)}"
            message = f"the first words of a call do not mention 0{where}"
            remedy = "say it in the first sentence or two, such as 'Press 0 at any time to speak to a person'"
            part = read.step_part(name)
            found.append(part.problem(inside, message, remedy, "zero_unsaid", at_key=True, severity=WARNING))
    return found


def _first_prompts(read: Draft) -> list[str]:
    onward, speaking = successors(read), {step for step, _, _ in prompts_of(read)}
    waiting, seen, found = [read.start], set(), []
    while waiting:
        name = waiting.pop()
        if name in seen or name not in read.steps:
            continue
        seen.add(name)
        if name in speaking:
            # Whoever is put through to a person at once need not ask for one, nor whoever we say goodbye to.
            step = read.steps[name]
            found += [] if step.toward_person or step.kind == "hang_up" else [name]
        elif read.kinds[name] in PASSING:
            waiting += onward[name]
    return [name for name in read.step_names if name in found]


def _announces(read: Draft, first: str, language: str) -> bool:
    """Whether the prompts up to the first pause, together, say so early enough."""
    onward, name, words, seen = successors(read), first, [], set()
    while name and name not in seen:
        seen.add(name)
        words += [
            _text(prompt, language, read.languages[0]) for step, _, prompt in prompts_of(read) if step == name
        ]
        name = onward[name][0] if read.kinds[name] == "say" and len(onward[name]) == 1 else ""
    return announces_zero(" ".join(words), language)


def _text(prompt: PromptText, language: str, default: str) -> str:
    texts = prompt.texts
    template = texts.get(language) or texts.get(default) or texts.get("") or next(iter(texts.values()))
    return plain_words(template.source)
