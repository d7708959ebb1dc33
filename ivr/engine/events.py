"""Events of a call, named in the past tense. One webhook becomes one event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from ivr.engine.context import WaitContext
from ivr.engine.instructions import Dial, HangUp, Instruction, Join, Pause, Pay, Play, Prompt, Record, Say
from ivr.engine.session import Session

POUND = "#"


@dataclass(frozen=True, slots=True)
class CallArrived:
    """The caller dialled one of our numbers; nothing has been said yet."""


@dataclass(frozen=True, slots=True)
class DigitsPressed:
    """Keys were pressed, without the finish key. `digits` has 1 or more of 0-9, * and #."""

    digits: str


@dataclass(frozen=True, slots=True)
class SpeechHeard:
    """The carrier recognised speech. `confidence` is 0..1, or None when not given."""

    text: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class InputTimedOut:
    """The prompts ended and the caller neither pressed nor said anything."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """A failure lost the caller's answer to a document that they heard."""


@dataclass(frozen=True, slots=True)
class RecordingEnded:
    """A recording is over. `seconds` is its length; `key` ended it ("" for silence, "hangup" for hang-up).

    The file may not be ready yet: `recording` names it until the carrier reports it stored.
    """

    recording: str
    seconds: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """A dialled transfer is over: completed, busy, no-answer, failed or canceled."""

    status: str
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class QueueReported:
    """The answer to a `JoinQueue` effect: the caller's place in line."""

    wait: WaitContext


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The answer to a `LookUp` effect: found (with a value of plain JSON), missing or failed; locked when its
    tries are used up, too_many when this call has asked too often. Then nothing was asked."""

    status: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class RecordingPaused:
    """The answer to a `PauseRecording` effect. Not `surely`: the recording may still run."""

    surely: bool


@dataclass(frozen=True, slots=True)
class RecordingFetched:
    """The answer to a `FetchRecording` effect: the address that plays it, "" while it is not ready."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class PaymentEnded:
    """The carrier took a payment, or did not. `result` is the carrier's word, "success" for a payment taken;
    the `token` stands for the card at the payment provider. We receive nothing of the card itself."""

    result: str
    confirmation: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class CallbackTerms:
    """The answer to an `AskCallback` effect. `number` is E.164, or "" when it is not a number.

    `refused` says why the number is not called back, "" if it is; "queue" when the queue has no callbacks.
    The caller may choose from `times` (ISO, local), the earliest first; when that is `now`, it stands for the
    caller's turn in line. `booked`: there is one already, for `booked_at` or, with "", for its turn.
    """

    number: str
    refused: str = ""
    now: bool = True
    times: tuple[str, ...] = ()
    booked: bool = False
    booked_at: str = ""


@dataclass(frozen=True, slots=True)
class CallbackBooked:
    """The answer to a `BookCallback` effect. `status` is booked, exists (one was booked before), ringing (an
    agent's phone rings for this caller now) or refused.

    `at` is the time (ISO, local) from which it is dialled, "" for the caller's turn; then the remaining wait
    has been estimated at most at `high` seconds, None when no honest number is known.
    """

    status: str
    at: str = ""
    high: float | None = None


@dataclass(frozen=True, slots=True)
class CallbackCancelled:
    """The answer to a `CancelCallback` effect. `status` is cancelled, linked (the address that cancels was
    sent to the number, because the caller may not be its owner), kept (no text can be sent there, so it stays
    booked) or none (there is no callback any more)."""

    status: str


@dataclass(frozen=True, slots=True)
class PlaceTakenUp:
    """The answer to a `TakeUpPlace` effect: the session that continues in line, with everything said and
    keyed in the earlier call; None when the place is gone."""

    story: Session | None


@dataclass(frozen=True, slots=True)
class CallbackAnswered:
    """The customer we rang has pressed the key and now waits in line on the phone. `free`: an agent is
    free."""

    free: bool = True


@dataclass(frozen=True, slots=True)
class AgentAccepted:
    """An agent took the call; the caller now goes to the conference `room`."""

    room: str


@dataclass(frozen=True, slots=True)
class TalkEnded:
    """The conversation with the agent is over and the caller is still on the line. `lost`: the agent's phone
    was lost while the caller was on hold, so the caller is to be put through again."""

    lost: bool = False


@dataclass(frozen=True, slots=True)
class Transferred:
    """The agent transfers the caller: to the line of `queue`, for one of its agents when `for_one`; or to the
    outside `number` (E.164) and its `extension`, keys pressed once it answers."""

    queue: str = ""
    number: str = ""
    extension: str = ""
    for_one: bool = False


@dataclass(frozen=True, slots=True)
class CallerHungUp:
    """The caller's leg ended, by either side."""


Event = (
    CallArrived
    | DigitsPressed
    | SpeechHeard
    | InputTimedOut
    | CutOff
    | RecordingEnded
    | TransferEnded
    | QueueReported
    | LookedUp
    | RecordingPaused
    | RecordingFetched
    | PaymentEnded
    | CallbackTerms
    | CallbackBooked
    | CallbackCancelled
    | PlaceTakenUp
    | CallbackAnswered
    | AgentAccepted
    | TalkEnded
    | Transferred
    | CallerHungUp
)


_PROMPTS = {kind.__name__: kind for kind in (Say, Play, Pause)}
_HELD = {kind.__name__: kind for kind in (Record, Dial, Pay, Join, HangUp)}


def store_prompts(prompts: Iterable[Prompt]) -> list[dict[str, Any]]:
    """Return prompts as JSON values."""
    return [{"is": type(prompt).__name__, **asdict(prompt)} for prompt in prompts]


def read_prompts(stored: Iterable[dict[str, Any]]) -> tuple[Prompt, ...]:
    """Return the prompts that `store_prompts` wrote."""
    return tuple(_PROMPTS[one["is"]](**{key: one[key] for key in one if key != "is"}) for one in stored)


def store_instruction(instruction: Instruction) -> dict[str, Any]:
    """Return an instruction that accepts no keys as JSON values."""
    stored = {"is": type(instruction).__name__, **asdict(instruction)}
    if isinstance(instruction, HangUp):
        stored["prompts"] = store_prompts(instruction.prompts)
    return stored


def read_instruction(stored: dict[str, Any]) -> Instruction:
    """Return the instruction that `store_instruction` wrote."""
    fields = {key: value for key, value in stored.items() if key != "is"}
    if "prompts" in fields:
        fields["prompts"] = read_prompts(fields["prompts"])
    return _HELD[stored["is"]](**fields)


def store_ahead(event: Event) -> dict[str, str]:
    """Return what was pressed or said before the question as JSON values."""
    if isinstance(event, SpeechHeard):
        return {"text": event.text}
    if isinstance(event, DigitsPressed):
        return {"digits": event.digits}
    raise TypeError(f"{event} was neither pressed nor said")


def read_ahead(stored: dict[str, str] | None) -> Event | None:
    """Return the event that `store_ahead` wrote."""
    if stored is None:
        return None
    return SpeechHeard(stored["text"]) if "text" in stored else DigitsPressed(stored["digits"])
