"""What the desk shows of a talk, and whom it may be given to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TransferTargetView:
    """A person, queue or number that can be asked to take a caller. `kind` is agent, supervisor, queue or
    number.

    `key` is "agent:<id>", "queue:<name>", "number:<name of a target in config.yaml>" or "number:+E164".
    `says` is one line for people; `blind` and `warm` tell what is possible now, `why_not` when one is not.
    """

    key: str
    kind: str
    title: str
    says: str
    blind: bool
    warm: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class TransferView:
    """A transfer for people: who gives, to whom, with which note, how far it is, and why it ended."""

    kind: str
    target_kind: str
    target_title: str
    note: str
    state: str
    since: float
    from_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoLongerAsked:
    """A colleague asked this agent about a call until `at`, and needs them no more: the caller hung up, or
    the question was taken back."""

    from_name: str
    caller_left: bool
    at: float


@dataclass(frozen=True, slots=True)
class ConversationStatus:
    """An agent's part in a talk. Times are epoch seconds, `None` when it is not so.

    `ask_leave` is what to say before holding, in the caller's language. `recording` is on, paused, or ""
    when nothing is recorded. `transfer` is the live one, `last` the latest that came to nothing, `story` how
    the call came to this agent. `asked_by` names who asks, for an agent who is only consulted. `caller_left`
    names who was being asked when the caller hung up.
    """

    held_at: float | None
    hold_reminder_s: float
    ask_leave: str
    recording: str
    paused_at: float | None
    transfer: TransferView | None
    last: TransferView | None
    story: tuple[TransferView, ...]
    asked_by: str
    caller_left: str = ""
