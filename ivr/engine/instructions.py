"""Instructions to a phone line. Every turn ends in exactly one `Instruction`.

Prompts are part of the instruction that accepts keys while they play; only `HangUp` has prompts that cannot
be interrupted (a goodbye).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LETTERS_PER_SECOND = 15  # of a voice reading


@dataclass(frozen=True, slots=True)
class Say:
    """Speak `text` (plain words). `markup`, when not empty, is the same as a well-formed SSML fragment."""

    text: str
    language: str
    markup: str = ""


@dataclass(frozen=True, slots=True)
class Play:
    """Play a sound file. `path` is below /audio/ of our own server, or an absolute https URL."""

    path: str
    transcript: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: int


Prompt = Say | Play | Pause


def words_of(prompt: Prompt) -> str:
    """Return the words of a prompt: its text, or the transcript of its recording."""
    if isinstance(prompt, Say):
        return prompt.text
    return prompt.transcript if isinstance(prompt, Play) else ""


def spoken_seconds(prompts: Iterable[Prompt]) -> float:
    """Return about how long a voice takes."""
    return sum(
        prompt.seconds if isinstance(prompt, Pause) else len(words_of(prompt)) / LETTERS_PER_SECOND
        for prompt in prompts
    )


@dataclass(frozen=True, slots=True)
class Listen:
    """Play the prompts and wait for keys (and speech); keys interrupt the prompts.

    `digits` is the number of keys that ends the input, None for any number ended by `finish_on` or silence.
    `timeout` is whole seconds of silence, at least 1. `hints` are words to expect, in `language`.
    """

    prompts: tuple[Prompt, ...]
    digits: int | None = 1
    finish_on: str = "#"
    timeout: int = 5
    speech: bool = False
    hints: tuple[str, ...] = ()
    language: str = "en-US"


@dataclass(frozen=True, slots=True)
class Record:
    """Record the caller, at most `max_seconds`, until `silence` seconds of nothing or one of `finish_on`.

    The message is for `queue`. `transcribe` asks the carrier for its words.
    """

    max_seconds: int = 120
    silence: int = 5
    finish_on: str = "0*#"
    queue: str = ""
    transcribe: bool = False


@dataclass(frozen=True, slots=True)
class Dial:
    """Connect the caller to an outside number (E.164) and come back when that ends. The keys of `extension`
    are pressed once it answers; each w waits half a second."""

    number: str
    timeout: int = 30
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Pay:
    """Let the carrier take a card payment: it asks for the card, and we never receive the digits.

    `connector` is the carrier's name of the payment provider. `amount` has two decimals; "" charges nothing
    and only makes a token of the card.
    """

    connector: str
    amount: str = ""
    currency: str = "usd"
    description: str = ""
    reusable: bool = False
    attempts: int = 3
    language: str = "en-US"


@dataclass(frozen=True, slots=True)
class Join:
    """Put the caller into the conference `room`, where the agent is or will be."""

    room: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """Say goodbye and end the call."""

    prompts: tuple[Prompt, ...] = ()


Instruction = Listen | Record | Dial | Pay | Join | HangUp
