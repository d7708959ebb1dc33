"""What config.yaml says of reports: the limits figures are measured by, and who is told of a missed goal."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ivr.flowfiles.problems import quoted
from ivr.flowfiles.source_settings import wrong_url

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
    otherwise. The mail server and the key of the signature are in the environment. An alert also tells of an
    agent who opens the files of more than `files_per_hour` callers within an hour."""

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
    """How figures are measured. Who hangs up within `short_abandon_seconds` is counted apart; a call of the
    same number within `repeat_days` after a talk means that the talk did not settle it."""

    short_abandon_seconds: Annotated[int, Field(ge=0, le=60)] = 5
    repeat_days: Annotated[int, Field(ge=1, le=30)] = 7
    alerts: AlertSettings = AlertSettings()
