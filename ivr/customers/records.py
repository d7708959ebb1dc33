"""Records of a customer and of a contact with them, and the problem with a row of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """One customer. `numbers` are E.164; `fields` are all other columns of the list they came from."""

    id: str
    name: str
    company: str = ""
    language: str = ""
    email: str = ""
    numbers: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    warning: str = ""
    warning_expires: float | None = None


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """One past contact, by `customer_id` or by `number`. `at` is epoch seconds; it stands on `line`."""

    at: float
    customer_id: str = ""
    number: str = ""
    channel: str = "phone"
    direction: str = "in"
    summary: str = ""
    note: str = ""
    agent: str = ""
    queue: str = ""
    outcome: str = ""
    disposition: str = ""
    seconds: int = 0
    line: int = 0

    @property
    def same_contact(self) -> tuple[str, float, str, str]:
        """Return the key of a contact: two rows with the same key are the same contact."""
        who = self.customer_id or self.number
        return (who, self.at, self.channel, self.direction)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that was not imported: its line in the file, and the reason."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"
