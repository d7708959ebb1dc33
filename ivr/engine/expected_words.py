"""Words to expect from a caller, as flow authors write them: one list, or a list per language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ivr.engine.prompts import LANGUAGE_TAG

WRONG = "write words: [small, little], or such a list for each language (en-US: [small, little])"


@dataclass(frozen=True)
class SpokenWords:
    """By language; the key "" holds words written without one, which count in all."""

    by_language: Mapping[str, tuple[str, ...]]

    def in_language(self, language: str) -> tuple[str, ...]:
        """The words for a caller who speaks this language, or another of its family."""
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
        """What the author wrote."""
        plain = {tag: list(words) for tag, words in self.by_language.items()}
        return plain[""] if set(plain) == {""} else plain


def _words(written: Any) -> tuple[str, ...]:
    words = [written] if isinstance(written, str) else written
    if not isinstance(words, list | tuple) or not words or not all(isinstance(one, str) for one in words):
        raise PydanticCustomError("words", WRONG)
    return tuple(words)


NO_WORDS = SpokenWords({})
