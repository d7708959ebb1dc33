"""Checks what callers hear: missing languages, prompts too long to listen to, whether the first
mentions 0."""

from __future__ import annotations

import re
from dataclasses import replace

from ivr.engine.person_requests import announces_zero
from ivr.engine.prompts import PromptText
from ivr.flowfiles.audio import check_audio
from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.menu_checks import check_menus
from ivr.flowfiles.number_checks import check_cards
from ivr.flowfiles.problems import WARNING, Problem, quoted
from ivr.flowfiles.reachability import PASSING, successors
from ivr.flowfiles.reader import KeyPath
from ivr.flowfiles.references import values_in
from ivr.flowfiles.variable_checks import check_order, check_variables
from ivr.settings import Settings

CHARACTERS_PER_SECOND = 15
LONGEST_SECONDS = 60
LONGEST_BEGINNING = 5  # steps; two sentences are over by then


Prompts = dict[str, list[tuple[KeyPath, PromptText]]]


def check_prompts(drafts: list[Draft], settings: Settings, complete: bool = True) -> list[Problem]:
    """Return all problems of one flow set with what callers hear. `complete` is False when a file could not
    be read: then it is unknown which flow a call begins with."""
    found = check_variables(drafts, settings)
    entries = _entries(drafts, settings)
    found += check_order(drafts, entries) if complete else []
    for read in drafts:
        prompts = prompts_of(read)
        for name, every in prompts.items():
            for inside, prompt in every:
                found += _languages(read, name, inside, prompt)
                found += _length(read, name, inside, prompt)
                found += check_audio(read, name, inside, prompt, settings)
        found += check_menus(read)
        found += check_cards(read, prompts)
        if complete and read in entries:
            found += _first_words(read, prompts)
    return found


def prompts_of(read: Draft) -> Prompts:
    """Return every prompt of a flow: step → path inside the step, prompt."""
    found: Prompts = {}
    for name, step in read.steps.items():
        every = [(inside, value) for inside, value in values_in(step) if isinstance(value, PromptText)]
        if every:
            found[name] = every
    return found


def plain_words(text: str) -> str:
    """Return a prompt without its markup."""
    return re.sub(r"<[^<>]*>", " ", text)


def _languages(read: Draft, name: str, inside: KeyPath, prompt: PromptText) -> list[Problem]:
    found = []
    written = prompt.languages or frozenset(read.languages[:1])
    families = {language.split("-")[0] for language in written - set(read.languages)}
    missing = [
        language
        for language in read.languages
        if language not in written and language.split("-")[0] not in families
    ]
    if missing and re.search(r"\w", _written_words(prompt)):
        part = read.step_part(name)
        message = f"this is not said in {', '.join(missing)}"
        remedy = f"callers hear it in {read.languages[0]}; add a text for each language"
        found.append(part.problem(inside, message, remedy, "missing_language", at_key=True, severity=WARNING))
    for language in sorted(prompt.languages - set(read.languages)):
        part = read.step_part(name)
        message = f"{quoted(language)} is not one of this flow's languages"
        kin = [each for each in read.languages if each.split("-")[0] == language.split("-")[0]]
        remedy = (
            f"did you mean {quoted(kin[0])}?" if kin else part.suggestions.remedy(language, read.languages)
        )
        problem = part.problem((*inside, language), message, remedy, "unused_language", at_key=True)
        found.append(replace(problem, severity=WARNING))
    return found


def _written_words(prompt: PromptText) -> str:
    """Return the words that are said whatever the values are."""
    return plain_words(" ".join(re.sub(r"\{\{.*?\}\}", "", one.source) for one in prompt.texts.values()))


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
    """Return the flows that answer calls: those of our numbers, or else those that no other flow enters."""
    answering = [read for read in drafts if read.name in settings.numbers.values()]
    called = {
        ref.name for read in drafts for refs in read.references.values() for ref in refs if ref.what == "flow"
    }
    return answering or [read for read in drafts if read.name not in called]


def _first_words(read: Draft, prompts: Prompts) -> list[Problem]:
    """Report a first prompt that does not mention 0; the engine adds a sentence, but the author's is
    better."""
    found, onward = [], successors(read)
    for name in _first_prompts(read, prompts, onward):
        texts = _until_pause(read, name, prompts, onward)
        silent = [language for language in read.languages if not _announces(read, texts, language)]
        if silent:
            where = "" if len(read.languages) == 1 else f" in {', '.join(silent)}"
            message = f"the first words of a call do not mention 0{where}"
            remedy = "say it in the first sentence or two, such as 'Press 0 at any time to speak to a person'"
            part, inside = read.step_part(name), prompts[name][0][0]
            found.append(part.problem(inside, message, remedy, "zero_unsaid", at_key=True, severity=WARNING))
    return found


def _first_prompts(read: Draft, prompts: Prompts, onward: dict[str, list[str]]) -> list[str]:
    waiting, seen, found = [read.start], set(), set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in read.steps:
            continue
        seen.add(name)
        if name in prompts and read.kinds[name] != "text":  # which is read, not heard
            # A caller who is put through to a person at once, or hears a goodbye, need not hear of 0.
            step = read.steps[name]
            found |= set() if step.toward_person or step.kind == "hang_up" else {name}
        elif read.kinds[name] in PASSING:
            waiting += onward[name]
    return [name for name in read.step_names if name in found]


def _until_pause(read: Draft, first: str, prompts: Prompts, onward: dict[str, list[str]]) -> list[PromptText]:
    """Return the prompts that are heard one after the other before the caller has to do anything."""
    name, texts = first, []
    for _ in range(LONGEST_BEGINNING):
        texts += [prompt for _, prompt in prompts.get(name, [])]
        if read.kinds[name] != "say" or len(onward[name]) != 1:
            break
        name = onward[name][0]
    return texts


def _announces(read: Draft, texts: list[PromptText], language: str) -> bool:
    return announces_zero(" ".join(_text(prompt, language, read.languages[0]) for prompt in texts), language)


def _text(prompt: PromptText, language: str, default: str) -> str:
    """Return the words for this language, as a call chooses them."""
    texts = prompt.texts
    kin = next((tag for tag in texts if tag and tag.split("-")[0] == language.split("-")[0]), "")
    template = texts.get(language) or texts.get(kin) or texts.get(default) or next(iter(texts.values()))
    return plain_words(template.source)
