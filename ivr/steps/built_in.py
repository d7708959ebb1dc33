"""The steps that every flow has without writing them. They are passed to `FlowSet(implicit=BuiltIn())`."""

from __future__ import annotations

from functools import lru_cache

from ivr.engine.step import Step
from ivr.engine.welcome_back import WelcomeBack


class BuiltIn:
    """Makes the steps that the engine enters by itself."""

    def queue(self, name: str) -> Step:
        """Return the step that puts a caller in line for a person in the queue `name`."""
        return _made("queue", name)

    def message(self, name: str) -> Step:
        """Return the step that takes a voicemail for the queue `name`."""
        return _made("voicemail", name)

    def callback(self, name: str) -> Step:
        """Return the step that books a callback for the queue `name`."""
        return _made("callback", name)

    def returned(self, kept: str, name: str, sure: bool) -> Step:
        """Return the step that offers the place kept in the queue `name`: `kept` is place or callback."""
        return WelcomeBack.model_validate({"queue": name, "kept": kept, "sure": sure})


@lru_cache(maxsize=256)
def _made(kind: str, name: str) -> Step:
    from ivr.steps import STEP_TYPES  # imported late, because discovery imports this file too

    return STEP_TYPES[kind].model_validate({kind: name})
