"""A text message from a customer: on their timeline at once, and their wish for no more texts obeyed."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.customers.opt_out_words import START, STOP, wish
from ivr.customers.text import plain
from ivr.service.change import Change, Changes
from ivr.store import calls, floor, messages, texts

SUMMARY = 1000
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class IncomingText:
    """As the carrier tells of it. `sender` is E.164, or "" for what is no number; `told` is OptOutType."""

    sid: str
    sender: str
    sender_raw: str
    to: str
    body: str
    attachments: int = 0
    told: str = ""


class IncomingTexts:
    """Keeps what comes in, each message once."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    def arrived(self, message: IncomingText) -> bool:
        """Write it down; False when it was known. Whoever has this caller on the phone sees it at once."""
        with self._changes.begin() as change:
            if not texts.is_new(change.connection, message.sid, change.now):
                return False
            wanted = self._obey(change, message)
            self._keep(change, message, {STOP: "wants no texts", START: "wants texts"}.get(wanted, ""))
            change.note(
                "text_received", number=message.sender or plain(message.sender_raw, 64), to=message.to
            )
            self._tell(change, message.sender)
        return True

    def _obey(self, change: Change, message: IncomingText) -> str:
        wanted = wish(message.body, message.told) if message.sender else ""
        word = plain(message.body, 40) or wanted
        if wanted == STOP and texts.opt_out_number(change.connection, message.sender, word, change.now):
            change.note("opted_out", number=message.sender, word=word)
        if wanted == START and texts.opt_in_number(change.connection, message.sender):
            change.note("opted_in", number=message.sender, word=word)
        return wanted

    def _keep(self, change: Change, message: IncomingText, outcome: str) -> None:
        body = plain(message.body, LONGEST, lines=True)
        if message.attachments:
            some = "1 attachment" if message.attachments == 1 else f"{message.attachments} attachments"
            body = f"{body} [{some}, not kept]".strip()
        messages.add(
            change.connection,
            {
                "at": change.now,
                "customer_id": calls.customer_of(change.connection, message.sender)
                if message.sender
                else None,
                "number": message.sender or plain(message.sender_raw, 64),
                "channel": messages.TEXT,
                "direction": "in",
                "summary": body[:SUMMARY] or "(empty message)",
                "note": body[SUMMARY:],
                "outcome": outcome,
            },
        )

    def _tell(self, change: Change, number: str) -> None:
        """The page of whoever has, or has just had, a call from this number."""
        last = texts.last_call_of(change.connection, number)
        if last is None:
            return
        sid, agent_id = last
        offer = floor.live_offer_of_call(change.connection, sid)
        for agent in {offer.agent_id if offer else None, agent_id} - {None}:
            change.tell_agent(str(agent))
