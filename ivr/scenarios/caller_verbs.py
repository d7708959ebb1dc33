"""The verbs of the caller: what the caller does and hears."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator

from ivr.flowfiles.problems import listed, quoted
from ivr.scenarios.context import LISTENS_S, PATIENCE_S, ExpectationFailed, ScenarioContext, flat
from ivr.scenarios.given import Seconds, Texts
from ivr.scenarios.verb import ScenarioVerb, Within
from simulator.speech import seconds_to_say

MEETS_S = 20.0
TALK_S = 10.0  # a conversation that is over within seconds counts as never had: the caller is back in line


def _keys(value: str) -> str:
    if not re.fullmatch(r"[0-9*#w]+", value):
        raise ValueError(f"{quoted(value)} are not keys (use 0 to 9, * and #; w waits half a second)")
    return value


class Hears(ScenarioVerb):
    """The caller hears this text, or one of several, as part of what is said next. Time stands at the
    beginning of it."""

    word: ClassVar[str] = "hears"
    hears: Texts
    within: Within = PATIENCE_S

    def play(self, context: ScenarioContext) -> None:
        if not context.until(lambda: context.finds(self.hears), self.within):
            why = " before the call was over" if context.is_over else f" within {self.within:g} seconds"
            raise ExpectationFailed(f"hears {_either(self.hears)}{why}", context.nearest(self.hears))


class NotHears(ScenarioVerb):
    """Nothing like this has been said in the call so far."""

    word: ClassVar[str] = "not_hears"
    not_hears: Texts

    def play(self, context: ScenarioContext) -> None:
        for entry in context.told:
            said = entry.detail["text"]
            if any(flat(text) in flat(said) for text in self.not_hears):
                raise ExpectationFailed(f"does not hear {_either(self.not_hears)}", said)


class Presses(ScenarioVerb):
    """The caller presses keys in the middle of what is being said, as soon as somebody listens for them."""

    word: ClassVar[str] = "presses"
    presses: Annotated[str, AfterValidator(_keys)]

    def play(self, context: ScenarioContext) -> None:
        context.reach_middle("dtmf")
        if context.is_over:
            raise ExpectationFailed(f"presses {self.presses}", "the call was over")
        context.did_at = context.now
        context.caller.press(self.presses)
        context.settle()


class Says(ScenarioVerb):
    """The caller says something: into the menu that is being read, or into the message being recorded."""

    word: ClassVar[str] = "says"
    says: str
    seconds: Seconds | None = None

    def play(self, context: ScenarioContext) -> None:
        context.reach_middle("speech")
        if context.is_over:
            raise ExpectationFailed(f"says {quoted(self.says)}", "the call was over")
        lasts = seconds_to_say(self.says) if self.seconds is None else self.seconds
        context.did_at = context.now
        context.caller.say(self.says, lasts, context.given.speech)
        context.run(lasts)


class Tone(ScenarioVerb):
    """The caller hears the tone: from now on a message is recorded."""

    word: ClassVar[str] = "tone"
    bare: ClassVar[bool] = True
    tone: Literal[""] | None = None

    def play(self, context: ScenarioContext) -> None:
        if not context.until(lambda: context.is_recorded, PATIENCE_S):
            raise ExpectationFailed("hears the tone of a recording", now_heard(context))


class Silent(ScenarioVerb):
    """The caller does nothing for so many seconds."""

    word: ClassVar[str] = "silent"
    silent: Seconds

    def play(self, context: ScenarioContext) -> None:
        context.run(self.silent)


class Waits(ScenarioVerb):
    """Time passes: the caller listens for so many seconds."""

    word: ClassVar[str] = "waits"
    waits: Seconds

    def play(self, context: ScenarioContext) -> None:
        context.run(self.waits)


class Music(ScenarioVerb):
    """Music plays, or has begun since the caller last did something: it comes and goes between announcements.
    With a number: at least so many seconds of it from now on, announcements not counted."""

    word: ClassVar[str] = "music"
    bare: ClassVar[bool] = True
    music: Seconds | None = None

    def play(self, context: ScenarioContext) -> None:
        if not context.until(lambda: context.caller.music is not None or context.has_had_music, LISTENS_S):
            raise ExpectationFailed("hears music", now_heard(context))
        if self.music:
            begin, wanted = context.caller.music_seconds, self.music
            limit = wanted * 2 + PATIENCE_S
            if not context.until(lambda: context.caller.music_seconds - begin >= wanted, limit):
                heard = context.caller.music_seconds - begin
                raise ExpectationFailed(f"hears {wanted:g} seconds of music", f"{heard:.0f} seconds of it")


class Talking(ScenarioVerb):
    """Caller and agent hear each other, and talk for a while."""

    word: ClassVar[str] = "talking"
    bare: ClassVar[bool] = True
    talking: str | None = None

    def play(self, context: ScenarioContext) -> None:
        wanted = {context.agents[self.talking].address} if self.talking else None

        def together() -> bool:
            partners = context.caller.talking_to
            return partners == wanted if wanted else bool(partners)

        if not context.until(together, MEETS_S):
            raise ExpectationFailed(f"talks to {self.talking or 'an agent'}", now_heard(context))
        context.run(TALK_S)


class HangsUp(ScenarioVerb):
    """The caller hangs up."""

    word: ClassVar[str] = "hangs_up"
    bare: ClassVar[bool] = True
    hangs_up: Literal["", "true"] | None = None

    def play(self, context: ScenarioContext) -> None:
        if context.is_over:
            raise ExpectationFailed("hangs up", f"the call was over already ({context.caller.call.ended_by})")
        context.caller.hang_up()
        context.settle()


def _either(texts: list[str]) -> str:
    return listed([quoted(text) for text in texts])


def now_heard(context: ScenarioContext) -> str:
    """Return what the caller is hearing at this moment."""
    if context.is_over:
        return f"the call is over (ended by {context.caller.call.ended_by})"
    if context.caller.talking_to:
        return "talking to " + ", ".join(sorted(context.caller.talking_to))
    if context.caller.speaking:
        return context.caller.speaking
    if context.caller.music:
        return "music"
    return context.told[-1].detail["text"] if context.told else "silence"
