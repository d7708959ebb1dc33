"""Notices: what operations staff have said at once to every caller, or to those of one queue."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ivr.engine.instructions import Say


@dataclass(frozen=True, slots=True)
class Notice:
    """`queue` is "" for one that every new caller hears. `words` by language, at least one."""

    id: int
    queue: str
    words: Mapping[str, str]

    def said(self, language: str) -> Say:
        """In the caller's language where it was written, else as it was written first."""
        family = [tag for tag in self.words if tag.split("-")[0] == language.split("-")[0]]
        tag = next((tag for tag in (language, *family) if tag in self.words), next(iter(self.words)))
        return Say(self.words[tag], tag)


def for_everybody(notices: Iterable[Notice], language: str) -> tuple[Say, ...]:
    """What a new caller hears before anything else."""
    return tuple(notice.said(language) for notice in notices if not notice.queue)


def translated(notices: Iterable[Notice], told: Mapping[str, str], language: str) -> tuple[Say, ...]:
    """What a caller hears who has chosen a language; `told` is id → language in which they heard it."""
    family = language.split("-")[0]
    missed = [one for one in notices if told.get(str(one.id), family).split("-")[0] != family]
    said = (notice.said(language) for notice in missed)
    return tuple(words for words in said if words.language.split("-")[0] == family)


def of_queue(notices: Iterable[Notice], queue: str, but: Collection[int]) -> list[Notice]:
    """What a caller in this queue has not heard yet; `but` are the ids of those they have."""
    return [notice for notice in notices if notice.queue == queue and notice.id not in but]
