"""Prompts and expected words as flow authors write them: one text or list, or one per language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, PlainValidator, TypeAdapter
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ivr.engine.context import NOTHING
from ivr.engine.instructions import Play, Prompt, Say
from ivr.engine.step import Visit
from ivr.engine.templates import Condition, Template, TemplateProblem, compile_condition, compile_text
from ivr.engine.values import values_for

FILE = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./-]*\.(wav|mp3)")
KEYS = frozenset({"audio", "text"})


def is_recording(written: Any) -> bool:
    """Return whether this is a recording: no language is called audio or text, so that these keys decide."""
    return isinstance(written, Mapping) and not KEYS.isdisjoint(written)


def recorded(written: Mapping[str, Any], compiled: Callable[[str], Template]) -> tuple[Template, str]:
    """Return (transcript, file below the audio folder). Agents and tests read the transcript."""
    for key in written:
        if key not in KEYS:
            raise PydanticCustomError("audio", "a recording has audio and text only, not {key}", {"key": key})
    audio, text = written.get("audio"), written.get("text")
    if not isinstance(audio, str) or not FILE.fullmatch(audio):
        raise PydanticCustomError(
            "audio", "name a file below the audio folder that ends in .wav or .mp3 (audio: welcome.wav)"
        )
    if not isinstance(text, str) or not text.strip():
        raise PydanticCustomError(
            "audio", "write down what is said in {file} (text: Thank you for calling.)", {"file": audio}
        )
    template = compiled(text)
    if "{{" in text or template.markup_used:
        raise PydanticCustomError(
            "audio", "a recording cannot say values or markup (write plain text, or leave the audio out)"
        )
    return template, audio


def prompt_schema() -> dict[str, Any]:
    """Return the JSON Schema of a prompt."""
    text = {"type": "string", "description": "What the caller hears; {{ name }} puts a value in."}
    recording = {
        "type": "object",
        "properties": {"audio": {"type": "string", "pattern": r"\.(wav|mp3)$"}, "text": {"type": "string"}},
        "required": ["audio", "text"],
        "additionalProperties": False,
    }
    one = {"anyOf": [text, recording]}
    return {"anyOf": [text, recording, {"type": "object", "additionalProperties": one, "minProperties": 1}]}


LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class PromptText:
    """A prompt by language; the key "" holds a text written without a language (the flow's first).

    `audio` names, by the same keys, the recording that is played instead; the text is then its transcript.
    """

    texts: Mapping[str, Template]
    audio: Mapping[str, str] = field(default_factory=lambda: NOTHING)

    @property
    def names(self) -> frozenset[str]:
        """Return the variables used in any language."""
        return frozenset().union(*(template.names for template in self.texts.values()))

    @property
    def languages(self) -> frozenset[str]:
        """Return the languages written; empty for a text without one."""
        return frozenset(self.texts) - {""}

    def spoken(self, visit: Visit) -> tuple[Prompt, ...]:
        """Return the text or recording for this caller; empty texts say nothing. Variables without a value
        are noted in the visit."""
        language, template, audio = self._chosen(visit)
        if audio:
            return (Play(audio, template.render({}, language, visit.context).text),)
        rendered = template.render(values_for(visit), language, visit.context)
        visit.missing.extend(rendered.missing)
        return (Say(rendered.text, language, rendered.markup),) if rendered.text else ()

    def spoken_in_each(self, visit: Visit) -> tuple[Prompt, ...]:
        """Return every language's text one after the other, each in its own voice, for use before a language
        is chosen."""
        found: list[Prompt] = []
        for language in self.languages_in_order:
            session = visit.session.with_(language=language)
            found += self.spoken(replace(visit, session=session))
        return tuple(found) or self.spoken(visit)

    @property
    def languages_in_order(self) -> tuple[str, ...]:
        """Return the languages in the author's order."""
        return tuple(tag for tag in self.texts if tag)

    def _chosen(self, visit: Visit) -> tuple[str, Template, str]:
        """Return (language it is spoken in, text, recording or "")."""
        wanted, first = visit.session.language, visit.flow.languages[0]
        for language in (wanted, first):
            family = [tag for tag in self.texts if tag and tag.split("-")[0] == language.split("-")[0]]
            for tag in (language, *family):
                if tag in self.texts:
                    return language, self.texts[tag], self.audio.get(tag, "")
        tag = next(iter(self.texts))
        return tag or first, self.texts[tag], self.audio.get(tag, "")

    @classmethod
    def of(cls, written: Any) -> PromptText:
        """Read YAML: a text, a recording with its text, or a mapping of language to either."""
        if isinstance(written, cls):
            return written
        if isinstance(written, str) or is_recording(written):
            return cls._of_parts({"": _one_language(written)})
        if isinstance(written, Mapping) and written:
            return cls._of_parts(_BY_LANGUAGE.validate_python(dict(written)))
        raise PydanticCustomError("prompt", "a prompt is a text, or one text per language (en-US: Hello)")

    @classmethod
    def _of_parts(cls, parts: Mapping[str, tuple[Template, str]]) -> PromptText:
        texts = {tag: template for tag, (template, _) in parts.items()}
        return cls(texts, {tag: audio for tag, (_, audio) in parts.items() if audio})

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.of, serialization=core_schema.plain_serializer_function_ser_schema(cls.written)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return prompt_schema()

    def written(self) -> Any:
        """Return what the author wrote."""
        parts = {
            tag: {"audio": self.audio[tag], "text": template.source} if tag in self.audio else template.source
            for tag, template in self.texts.items()
        }
        return parts[""] if set(parts) == {""} else parts


def problem_as_pydantic(problem: TemplateProblem) -> PydanticCustomError:
    """Return the error for the reader of flow files, with line and column within the text, and the remedy."""
    context = {"what": problem.message, "line": problem.line, "column": problem.column, "hint": problem.hint}
    return PydanticCustomError("template", "{what} ({hint})" if problem.hint else "{what}", context)


def _template(text: str) -> Template:
    if not text.strip():
        raise PydanticCustomError("prompt", "the prompt is empty: write what the caller hears")
    try:
        return compile_text(text)
    except TemplateProblem as problem:
        raise problem_as_pydantic(problem) from problem


def _one_language(written: Any) -> tuple[Template, str]:
    """Return (text, recording or "")."""
    if isinstance(written, str):
        return _template(written), ""
    if is_recording(written):
        return recorded(written, _template)
    raise PydanticCustomError("prompt", "write the text for this language here")


def _language_tag(tag: Any) -> str:
    if isinstance(tag, str) and LANGUAGE_TAG.fullmatch(tag):
        return tag
    raise PydanticCustomError(
        "language", "'{tag}' is not a language: write for example en-US", {"tag": str(tag)}
    )


_ByLanguage = dict[
    Annotated[str, PlainValidator(_language_tag)],
    Annotated[tuple[Template, str], PlainValidator(_one_language)],
]
_BY_LANGUAGE: TypeAdapter[_ByLanguage] = TypeAdapter(_ByLanguage)


class ValueText:
    """A field holding a value with {{ }} in it, not spoken: `template` is compiled."""

    def __init__(self, template: Template) -> None:
        self.template = template

    def value(self, visit: Visit) -> Any:
        """Return the value for this caller: the object itself for a single {{ name }}, text otherwise."""
        return self.template.value(values_for(visit), visit.session.language, visit.context)

    @classmethod
    def of(cls, written: Any) -> ValueText:
        if isinstance(written, cls):
            return written
        try:
            return cls(compile_text("" if written is None else str(written)))
        except TemplateProblem as problem:
            raise problem_as_pydantic(problem) from problem

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.of,
            serialization=core_schema.plain_serializer_function_ser_schema(lambda kept: kept.template.source),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean"]}


class WhenText:
    """A field holding a condition, such as `customer.tier == 'gold'`."""

    def __init__(self, condition: Condition) -> None:
        self.condition = condition

    def holds(self, visit: Visit) -> bool:
        """Return whether the condition holds for this caller now."""
        return self.condition.holds(values_for(visit), visit.session.language, visit.context)

    @classmethod
    def of(cls, written: Any) -> WhenText:
        if isinstance(written, cls):
            return written
        try:
            return cls(compile_condition(str(written)))
        except TemplateProblem as problem:
            raise problem_as_pydantic(problem) from problem

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.of,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda kept: kept.condition.source
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string"}


WRONG = "write words: [small, little], or such a list for each language (en-US: [small, little])"


@dataclass(frozen=True)
class SpokenWords:
    """Words by language; the key "" holds words written without one, which count in all."""

    by_language: Mapping[str, tuple[str, ...]]

    def in_language(self, language: str) -> tuple[str, ...]:
        """Return the words for a caller who speaks this language, or another of its family."""
        family = language.split("-")[0].lower()
        found = [
            words
            for tag, words in self.by_language.items()
            if tag == "" or tag.split("-")[0].lower() == family
        ]
        return tuple(word for words in found for word in words)

    @classmethod
    def of(cls, written: Any) -> SpokenWords:
        if isinstance(written, cls):
            return written
        if isinstance(written, Mapping):
            if not written or not all(
                isinstance(tag, str) and LANGUAGE_TAG.fullmatch(tag) for tag in written
            ):
                raise PydanticCustomError("words", WRONG)
            return cls({tag: _words(words) for tag, words in written.items()})
        return cls({"": _words(written)})

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.of, serialization=core_schema.plain_serializer_function_ser_schema(cls.written)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        listed = {"type": "array", "items": {"type": "string"}}
        one = {"anyOf": [{"type": "string"}, listed]}
        return {"anyOf": [*one["anyOf"], {"type": "object", "additionalProperties": one}]}

    def written(self) -> Any:
        """Return what the author wrote."""
        plain = {tag: list(words) for tag, words in self.by_language.items()}
        return plain[""] if set(plain) == {""} else plain


def _words(written: Any) -> tuple[str, ...]:
    words = [written] if isinstance(written, str) else written
    if not isinstance(words, list | tuple) or not words or not all(isinstance(one, str) for one in words):
        raise PydanticCustomError("words", WRONG)
    return tuple(words)


NO_WORDS = SpokenWords({})
