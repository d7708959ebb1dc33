"""The steps behind 0: nobody writes them, every flow has them. Handed to `FlowSet(implicit=Implicit())`."""

from __future__ import annotations

from functools import lru_cache

from ivr.engine.step import Step
from ivr.engine.welcome_back import WelcomeBack


class BuiltIn:
    """Makes the steps the engine enters by itself."""

    def queue(self, name: str) -> Step:
        """The step that puts a caller in line for a person in the queue `name`."""
        return _made("queue", name)

    def message(self, name: str) -> Step:
        """The step that takes a voicemail for the queue `name`."""
        return _made("voicemail", name)

    def callback(self, name: str) -> Step:
        """The step that books a callback for the queue `name`."""
        return _made("callback", name)

    def returned(self, kept: str, name: str, sure: bool) -> Step:
        """The step that tells of the place kept in the queue `name`: `kept` is place or callback."""
        return WelcomeBack.model_validate({"queue": name, "kept": kept, "sure": sure})


@lru_cache(maxsize=256)
def _made(kind: str, name: str) -> Step:
    from ivr.steps import STEP_TYPES  # at the first call: discovery imports this file too

    return STEP_TYPES[kind].model_validate({kind: name})
