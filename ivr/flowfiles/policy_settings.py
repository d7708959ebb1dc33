"""Settings of retention, signing in, spending and reports."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ivr.flowfiles.problems import quoted
from ivr.flowfiles.queue_settings import STRICT
from ivr.flowfiles.source_settings import wrong_url


class RetentionSettings(BaseModel):
    """Days after which personal data is removed; counts, times and sums stay. Without a number it is kept.

    `calls`: numbers, notes, what was said and keyed, contacts, and recordings of those calls. `texts`: text
    messages, here and at the phone company. `recordings`: messages and recorded calls, here and there.
    `journal`: numbers and words in it. `sign_ins`: who signed in from where.
    """

    model_config = STRICT

    calls: Annotated[int, Field(ge=30, le=3650)] | None = None
    texts: Annotated[int, Field(ge=7, le=3650)] | None = None
    recordings: Annotated[int, Field(ge=1, le=3650)] | None = None
    journal: Annotated[int, Field(ge=30, le=3650)] | None = None
    sign_ins: Annotated[int, Field(ge=7, le=3650)] | None = 365


class SignInSettings(BaseModel):
    """Rules of signing in. Agents of a role that is listed under `second_factor` must set one up before
    anything else, and give its code at each sign-in; all others may. With `change_given_password`, a password
    set by an administrator is valid for one sign-in, at which the agent sets another."""

    model_config = STRICT

    second_factor: list[Literal["agent", "supervisor", "editor", "administrator"]] = []
    change_given_password: bool = False


Amount = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class SpendingSettings(BaseModel):
    """Limits for the cost of texts and calls that others can cause, in the company's currency.

    `text` and `call_minute` are estimates of the carrier's prices, `minutes_of_a_call` of a callback or a
    transfer. Once a day has cost `per_day`, no more texts are sent, no callbacks are booked and no typed
    numbers are called until the next; everybody still reaches a person. `texts_per_hour` limits the texts of
    all flows together.
    """

    model_config = STRICT

    per_day: Amount = 500.0
    text: Amount = 0.05
    call_minute: Amount = 0.05
    minutes_of_a_call: Annotated[float, Field(gt=0, le=240, allow_inf_nan=False)] = 5.0
    texts_per_hour: Annotated[int, Field(ge=0, le=100_000)] = 300

    @property
    def call(self) -> float:
        """Return the assumed cost of one call."""
        return self.call_minute * self.minutes_of_a_call


_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def _mail_address(value: str) -> str:
    if len(value) > 200 or not _ADDRESS.fullmatch(value):
        raise ValueError(f"{quoted(value)} is not a mail address (write it like floor@example.com)")
    return value


class _ReportModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AlertSettings(_ReportModel):
    """Where alerts go when a queue misses its goal, and when it meets it again: mail addresses, and a web
    address that gets a signed POST. `internal: true` allows a web address in our own network, refused
    otherwise. The mail server and the key of the signature are in the environment. An alert also reports an
    agent who opens the files of more than `files_per_hour` callers within an hour.
    """

    mail: list[Annotated[str, AfterValidator(_mail_address)]] = []
    webhook: Annotated[str, Field(max_length=2000)] | None = None
    internal: bool = False
    files_per_hour: Annotated[int, Field(ge=1, le=1000)] = 60

    def model_post_init(self, _context: object) -> None:
        if self.webhook is not None and (wrong := wrong_url(self.webhook, self.internal)):
            raise ValueError(wrong)

    @property
    def anybody(self) -> bool:
        return bool(self.mail or self.webhook)


class ReportSettings(_ReportModel):
    """How figures are measured. Callers who hang up within `short_abandon_seconds` are counted apart; a call
    of the same number within `repeat_days` after a conversation means that the conversation did not settle
    it."""

    short_abandon_seconds: Annotated[int, Field(ge=0, le=60)] = 5
    repeat_days: Annotated[int, Field(ge=1, le=30)] = 7
    alerts: AlertSettings = AlertSettings()
