"""Comments that were spoken in surveys: which recording belongs to which contact, and who may hear it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select, update

from ivr.flowfiles.equivalents import equivalents
from ivr.store.customer_tables import contact
from ivr.store.recordings import DROPPED, recording

MOST = 10


@dataclass(frozen=True, slots=True)
class SpokenComment:
    """`at` is the moment of its contact; `status` is that of the recording."""

    at: float
    recording: str
    seconds: int
    status: str


_attach = (
    update(contact)
    .where(contact.c.id == bindparam("p_id"), contact.c.recording_sid.is_(None))
    .values(recording_sid=bindparam("p_recording"))
)
_lately = (
    select(contact.c.at, recording.c.sid, recording.c.seconds, recording.c.status)
    .join(recording, recording.c.sid == contact.c.recording_sid)
    .where(contact.c.at >= bindparam("since"), recording.c.status != DROPPED)
    .order_by(contact.c.at.desc())
    .limit(MOST)
)
_of_customer = _lately.where(contact.c.customer_id == bindparam("who"))
_of_number = _lately.where(
    contact.c.number.in_(bindparam("who", expanding=True)), contact.c.customer_id.is_(None)
)


def attach(connection: Connection, contact_id: int, recording_sid: str) -> bool:
    """This recording belongs to that contact. False when there is another one, or no such contact."""
    values = {"p_id": contact_id, "p_recording": recording_sid}
    return connection.execute(_attach, values).rowcount == 1


def comments_of(
    connection: Connection, customer_id: str | None, number: str, since: float
) -> tuple[SpokenComment, ...]:
    """Those of this customer or, if unknown, of this number since then, the newest first."""
    if not (customer_id or number):
        return ()
    statement, who = (_of_customer, customer_id) if customer_id else (_of_number, equivalents(number))
    rows = connection.execute(statement, {"who": who, "since": since})
    return tuple(SpokenComment(*row) for row in rows)
