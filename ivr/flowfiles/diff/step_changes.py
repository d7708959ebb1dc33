"""Two versions of a step → sentences: where its keys lead, what it says, its other settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ivr.engine.prompts import PromptText
from ivr.engine.step import Step
from ivr.flowfiles.diff.sentences import CHANGED, Sentence, changed_to, reworded
from ivr.flowfiles.references import values_in


def body_of(step: Step) -> dict[str, Any]:
    """The step as plain values, as its author wrote it, with its type."""
    return {"type": step.kind, **step.model_dump(by_alias=True, mode="json", exclude_none=True)}


def step_sentences(name: str, old: Step, new: Step, known: Mapping[str, str]) -> Iterator[Sentence]:
    """All that differs between two versions of one step; `known` are steps that only changed their names."""
    texts = []
    if old.kind != new.kind:
        texts.append(f"{name} is now of type {new.kind.replace('_', ' ')} (was {old.kind.replace('_', ' ')})")
    texts += _exits(name, old, new, known)
    texts += _prompts(name, old, new)
    if old.kind == new.kind:
        texts += _settings(name, old, new)
    for text in texts:
        yield Sentence(name, CHANGED, text)


def _exits(name: str, old: Step, new: Step, known: Mapping[str, str]) -> Iterator[str]:
    before = {path: known.get(to, to) for path, to in old.exits().items() if not path.startswith("words.")}
    after = {path: to for path, to in new.exits().items() if not path.startswith("words.")}
    for path in [*before, *(path for path in after if path not in before)]:
        was, now = before.get(path), after.get(path)
        if was == now:
            continue
        option = _option(name, path)
        if was is None:
            yield f"{option} is new and leads to {now}"
        elif now is None:
            yield f"{option} is gone (it led to {was})"
        else:
            yield f"{option} now leads to {now} (was {was})"


def _option(name: str, path: str) -> str:
    parts = path.split(".")
    if parts[0] == "keys":
        return f"option {'.'.join(parts[1:])} of {name}"
    if len(parts) > 1 and parts[1].isdigit():
        return f"way {int(parts[1]) + 1} of {name}"
    if path == "next":
        return f"{name}, when it is done,"
    return f"“{path.replace('_', ' ')}” of {name}"


def _said(step: Step) -> dict[tuple, str]:
    """Every text of a step: (path, language) → text."""
    return {
        (*inside, language): template.source
        for inside, value in values_in(step)
        if isinstance(value, PromptText)
        for language, template in value.texts.items()
    }


def _prompts(name: str, old: Step, new: Step) -> Iterator[str]:
    before, after = _said(old), _said(new)
    if old.kind != new.kind:  # the first words of both, whatever the setting is called
        before = {("", path[-1]): text for path, text in before.items()}
        after = {("", path[-1]): text for path, text in after.items()}
    for path in [*before, *(path for path in after if path not in before)]:
        was, now = before.get(path), after.get(path)
        language = f" in {path[-1]}" if path[-1] else ""
        if was is None:
            yield f"{name} now says{language}: “{now}”"
        elif now is None:
            yield f"{name} no longer says{language}: “{was}”"
        elif was.split() != now.split():
            yield f"{name} says{language}: {reworded(was, now)}"


def _settings(name: str, old: Step, new: Step) -> Iterator[str]:
    """What is neither a way out nor a prompt."""
    before, after = _others(old), _others(new)
    for key in [*before, *(key for key in after if key not in before)]:
        if before.get(key) != after.get(key):
            label = " ".join(part for part in key.split(".") if part != old.kind).replace("_", " ")
            what = f"{label} of {name}" if label else name
            yield changed_to(what, before.get(key), after.get(key))


def _others(step: Step) -> dict[str, Any]:
    exits = set(step.exits())
    found: dict[str, Any] = {}
    for inside, value in values_in(step):
        path = ".".join(map(str, inside))
        if isinstance(value, PromptText) or path in exits or value is None:
            continue
        if inside[0] == "words" and len(inside) > 1:
            path, value = f"words for {inside[1]}", [*found.get(f"words for {inside[1]}", []), value]
        for part in ("template", "condition"):  # values and conditions as written
            value = getattr(getattr(value, part, None), "source", value)
        found[path] = value
    return found
