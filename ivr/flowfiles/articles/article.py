"""The content of an article and the calls it is for: front matter in YAML, then Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from ivr.engine.context import CallContext
from ivr.engine.prompts import PromptText, WhenText
from ivr.engine.templates import Rendered, Template
from ivr.flowfiles.fields import Language, Name
from ivr.flowfiles.problems import quoted
from ivr.flowfiles.queue_settings import STRICT

STEP = re.compile(r"[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64})?")
MOST_KEYWORDS = 40


def _listed(value: Any) -> Any:
    """Accept one name without brackets as a list."""
    return [value] if isinstance(value, str) else value


def _step(value: str) -> str:
    if not STEP.fullmatch(value):
        raise ValueError(f"{quoted(value)} names no step (write flow.step, or flow for all its steps)")
    return value


def _keyword(value: str) -> str:
    if not re.search(r"\w", value):
        raise ValueError(f"{quoted(value)} is not a word (write what an agent would look for)")
    return value


Step = Annotated[str, AfterValidator(_step)]
Keyword = Annotated[str, Field(max_length=60), AfterValidator(_keyword)]


class Head(BaseModel):
    """The front matter of an article, between two lines of `---`."""

    model_config = STRICT

    title: Annotated[str, Field(min_length=1, max_length=120, description="what the agent looks for")]
    keywords: Annotated[list[Keyword], BeforeValidator(_listed), Field(max_length=MOST_KEYWORDS)] = []
    languages: Annotated[
        list[Language],
        BeforeValidator(_listed),
        Field(description="only for callers who speak one of these; without it, for everybody"),
    ] = []
    steps: Annotated[
        list[Step],
        BeforeValidator(_listed),
        Field(max_length=100, description="steps (flow.step) or whole flows that callers came through"),
    ] = []
    queues: Annotated[list[Name], BeforeValidator(_listed), Field(description="queues they wait in")] = []
    when: Annotated[WhenText | None, Field(description="only when this is so for the call")] = None
    say: Annotated[PromptText | None, Field(description="words to say to the caller")] = None
    offer: Annotated[PromptText | None, Field(description="what to offer")] = None
    fails: Annotated[PromptText | None, Field(description="what to do when it does not help")] = None
    text: Annotated[PromptText | None, Field(description="the short version, to send by SMS")] = None

    @model_validator(mode="before")
    @classmethod
    def _something(cls, data: Any) -> Any:
        """Drop a key with nothing after it: the reader reports empty values, and it must not become the text
        None."""
        if isinstance(data, Mapping):
            for key in ("say", "offer", "fails", "text", "when"):
                if key in data and data[key] is None:
                    raise PydanticCustomError(
                        "empty", "'{key}' is empty (write its words, or delete the line)", {"key": key}
                    )
        return data

    @field_validator("say", "offer", "fails", "text")
    @classmethod
    def _plain(cls, written: PromptText | None) -> PromptText | None:
        if written is not None and written.audio:
            raise PydanticCustomError("article", "an article has no recordings (write the words)")
        if written is not None and any(template.markup_used for template in written.texts.values()):
            raise PydanticCustomError("article", "a person reads this, so it has no tags (write plain words)")
        return written


@dataclass(frozen=True)
class Article:
    """An article. `name` is its file's path in the folder of articles without `.md`; `body` is Markdown."""

    name: str
    head: Head
    body: str
    names: frozenset[str] = field(default_factory=frozenset)

    @property
    def title(self) -> str:
        return self.head.title

    @property
    def places(self) -> tuple[str, ...]:
        """Return the places of the article: `flow.step`, `flow`, `queue:name`; "" if only a condition selects
        it."""
        found = (*self.head.steps, *(f"queue:{queue}" for queue in self.head.queues))
        return found or (("",) if self.head.when is not None else ())

    @property
    def words(self) -> str:
        """Return all its text for searching."""
        written = [each for each in (self.head.say, self.head.offer, self.head.fails, self.head.text) if each]
        return "\n".join([*(text.source for each in written for text in each.texts.values()), self.body])

    def speaks_to(self, language: str) -> bool:
        """Return whether it is meant for callers of this language; for everybody if it names none."""
        family = language.split("-")[0]
        return not self.head.languages or any(tag.split("-")[0] == family for tag in self.head.languages)


def rendered(written: PromptText, language: str, values: Mapping[str, Any], facts: CallContext) -> Rendered:
    """Return the text for a caller of this language, with the facts of the call filled in."""
    tag, template = in_language(written, language)
    return template.render(values, tag or language, facts)


def in_language(written: PromptText, language: str) -> tuple[str, Template]:
    """Return the text in this language, in another of its family, or the first that was written."""
    family = [tag for tag in written.texts if tag.split("-")[0] == language.split("-")[0]]
    tag = next((each for each in (language, *family) if each in written.texts), next(iter(written.texts)))
    return tag, written.texts[tag]
