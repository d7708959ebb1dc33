"""Checks voices and markup that the phone company does not support: callers would not hear such a
sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ivr.engine.problems import closest
from ivr.engine.prompts import PromptText
from ivr.engine.ssml import Element
from ivr.engine.templates import Template, compile_text
from ivr.flowfiles.carrier_lists import MARKUP
from ivr.flowfiles.carrier_voices import (
    NO_EMPHASIS,
    is_known,
    known,
    languages_of,
    languages_with_voice,
    nearest,
    speaks_language,
    voices_of,
)
from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.problems import WARNING, Problem, quoted
from ivr.flowfiles.prompt_checks import prompts_of
from ivr.flowfiles.pydantic_errors import Part
from ivr.flowfiles.reader import KeyPath
from ivr.settings import Settings

LONGEST_BREAK_S = 10
SLOWEST, FASTEST = 20, 200  # percent of the usual rate
LOWEST, HIGHEST = -33.3, 50  # percent from the usual pitch
FORMS = {
    ("break", "time"): f"a time of at most {LONGEST_BREAK_S} seconds, such as 500ms or 2s",
    ("prosody", "rate"): f"x-slow, slow, medium, fast, x-fast, default, or {SLOWEST}% to {FASTEST}%",
    ("prosody", "pitch"): f"x-low, low, medium, high, x-high, default, or {LOWEST}% to +{HIGHEST}%",
    ("prosody", "volume"): "silent, x-soft, soft, medium, loud, x-loud, default, or such as +6dB",
}
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"


def check_voices(settings: Settings) -> Iterator[Problem]:
    """Report voices of config.yaml that do not exist, or that speak another language. These are warnings,
    since voices come and go and the phone company may know more than its library."""
    part = Part(settings.document, (), ("settings",))
    for language, voice in settings.voices.items():
        inside = ("voices", language)
        if not known(voice):
            message = f"the phone company has no voice {quoted(voice)}"
            remedy = _likely(voice, language)
            yield part.problem(inside, message, remedy, "voice_unknown", severity=WARNING)
        elif not speaks_language(voice, language):
            message = f"{quoted(voice)} speaks {' and '.join(languages_of(voice))}, not {language}"
            remedy = _likely(voice, language)
            yield part.problem(inside, message, remedy, "voice_language", severity=WARNING)
    yield from _without_voice(part, settings)


def _without_voice(part: Part, settings: Settings) -> Iterator[Problem]:
    spoken = voices_of(settings.languages, settings.voices)
    for place, language in enumerate(settings.languages):
        if language not in spoken and is_known(language):  # another check reports an unknown one
            message = f"the phone company has no voice for {language} that we know of"
            remedy = f"write one under voices, such as voices: {{{language}: ...}}"
            if others := languages_with_voice(language):
                remedy = f"write a language that has one ({', '.join(others)}), or a voice under voices"
            yield part.problem(("languages", place), message, remedy, "voice_missing", severity=WARNING)


def _likely(voice: str, language: str) -> str:
    likely = nearest(voice, language)
    return f"did you mean {quoted(likely)}?" if likely else "take one from Twilio's list of voices"


def check_markup(drafts: list[Draft], settings: Settings, *, whole: bool) -> Iterator[Problem]:
    """Report tags with invalid values, and tags that the voice of the language does not support. `whole` is
    False when config.yaml is not being checked."""
    for read in drafts:
        for name, every in prompts_of(read).items():
            heard = read.kinds[name] != "text"
            for inside, prompt in every:
                yield from _of_prompt(read.step_part(name), inside, prompt, settings, read.languages, heard)
    if whole:
        yield from _of_settings(settings)


def _of_settings(settings: Settings) -> Iterator[Problem]:
    part = Part(settings.document, (), ("settings",))
    for name, queue in settings.queues.items():
        for place, message in enumerate(queue.messages):
            inside: KeyPath = ("queues", name, "messages", place)
            if isinstance(message, str):
                voices = _voices(settings, settings.languages)
                yield from _of_text(part, inside, compile_text(message), voices)
            else:
                yield from _by_language(part, inside, message, settings)
    for language, phrases in settings.phrases.items():
        for key, text in phrases.items():
            inside = ("phrases", language, key)
            yield from _of_text(part, inside, compile_text(text), _voices(settings, [language]))


def _by_language(
    part: Part, inside: KeyPath, texts: Mapping[str, str], settings: Settings
) -> Iterator[Problem]:
    for language, text in texts.items():
        yield from _of_text(part, (*inside, language), compile_text(text), _voices(settings, [language]))


def _of_prompt(
    part: Part, inside: KeyPath, prompt: PromptText, settings: Settings, languages: Iterable[str], heard: bool
) -> Iterator[Problem]:
    for tag, template in prompt.texts.items():
        path = (*inside, tag) if tag else inside
        path = (*path, "text") if tag in prompt.audio else path
        voices = _voices(settings, [tag] if tag else languages) if heard else []
        yield from _of_text(part, path, template, voices)


def _voices(settings: Settings, languages: Iterable[str]) -> list[str]:
    spoken = voices_of(settings.languages, settings.voices)
    return [spoken[language] for language in languages if language in spoken]


def _of_text(part: Part, inside: KeyPath, template: Template, voices: list[str]) -> Iterator[Problem]:
    plain = next((voice for voice in voices if voice.endswith(NO_EMPHASIS)), "")
    for element in template.tags():
        for name, value in element.attributes:
            allowed = wrong_value(element.tag, name, value)
            if allowed:
                message = f"<{element.tag}> cannot be spoken with {name}={quoted(value)}"
                problem = part.problem(inside, message, allowed, "markup_value")
                yield _at(part, problem, inside, template, element)
        if plain and (lost := _lost(element)):
            message = f"{quoted(plain)} does not take {lost}"
            remedy = "leave it out, or choose another voice under voices in config.yaml"
            problem = part.problem(inside, message, remedy, "markup_voice", severity=WARNING)
            yield _at(part, problem, inside, template, element)


def _lost(element: Element) -> str:
    if element.tag == "emphasis":
        return "<emphasis>"
    return "<prosody pitch>" if any(name == "pitch" for name, _ in element.attributes) else ""


def _at(part: Part, problem: Problem, inside: KeyPath, template: Template, element: Element) -> Problem:
    mark = part.document.inside((*part.path, *inside), template.source, element.offset)
    return replace(problem, line=mark.line, column=mark.column)


def wrong_value(tag: str, name: str, value: str) -> str:
    """Return what may be written instead of an invalid value; "" if it is valid, or if anything is."""
    if (tag, name) in MARKUP:
        values = MARKUP[tag, name]
        if value in values:
            return ""
        return " ".join(filter(None, (closest(value, values), f"allowed: {', '.join(sorted(values))}")))
    form = FORMS.get((tag, name), "")
    return "" if not form or _has_form(tag, name, value, form) else f"write {form}"


def _has_form(tag: str, name: str, value: str, form: str) -> bool:
    if (tag, name) == ("break", "time"):
        found = re.fullmatch(rf"({_NUMBER})(ms|s)", value)
        seconds = float(found[1]) / (1000 if found[2] == "ms" else 1) if found else -1
        return 0 <= seconds <= LONGEST_BREAK_S
    words = form.split(", or ")[0].split(", ")
    if value in words:
        return True
    found = re.fullmatch(rf"({_NUMBER})(%|st|dB)", value)
    if found is None:
        return False
    amount, unit = float(found[1]), found[2]
    if name == "volume":
        return unit == "dB"
    if name == "pitch":
        return unit == "st" or (unit == "%" and value[0] in "+-0" and LOWEST <= amount <= HIGHEST)
    return unit == "%" and SLOWEST <= amount <= FASTEST
