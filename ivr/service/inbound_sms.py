"""A text message from a customer: on their timeline at once, and their wish for no more texts obeyed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.customers.numbers import caller_number
from ivr.customers.opt_out_words import START, STOP, cancels, opt_out_wish, says_more
from ivr.customers.safe_text import plain
from ivr.floor.transaction import Transaction, Transactions
from ivr.service import sms_conversations
from ivr.service.sms_surveys import end_for, take_answer
from ivr.settings import Settings
from ivr.store import customers, floor, messages, texts

SUMMARY = 1000
LONGEST = 4000
MOST_ATTACHMENTS = 10
CANCELLED = "cancelled"
OUTCOMES = {STOP: "wants no texts", START: "wants texts", CANCELLED: "cancelled the callback"}
Cancel = Callable[[Transaction, str], bool]


@dataclass(frozen=True, slots=True)
class InboundSms:
    """As the carrier tells of it. `sender` is E.164, or "" for what is no number; `told` is OptOutType."""

    sid: str
    sender: str
    sender_raw: str
    to: str
    body: str
    attachments: int = 0
    told: str = ""


def inbound_sms(form: Mapping[str, Any], region: str) -> InboundSms | None:
    """The message of a form; None when it is none. `region` is where numbers without a country are from."""

    def field(name: str, longest: int) -> str:
        return str(form.get(name) or "")[:longest]

    sid, media = field("MessageSid", 65) or field("SmsSid", 65), field("NumMedia", 4)
    if not re.fullmatch(r"[A-Za-z0-9]{2,64}", sid):
        return None
    return InboundSms(
        sid=sid,
        sender=caller_number(field("From", 100), region),
        sender_raw=plain(field("From", 100), 64),
        to=plain(field("To", 100), 64),
        body=field("Body", LONGEST),
        attachments=min(int(media), MOST_ATTACHMENTS) if re.fullmatch(r"[0-9]{1,3}", media) else 0,
        told=field("OptOutType", 10),
    )


class InboundSmsService:
    """Keeps what comes in, each message once. `cancel` ends the open callbacks of a number, if there are any;
    whether there were."""

    def __init__(
        self,
        transactions: Transactions,
        settings: Settings,
        cancel: Cancel = lambda _change, _number: False,
    ) -> None:
        self._transactions, self._settings, self._cancel = transactions, settings, cancel

    def arrived(self, message: InboundSms) -> bool:
        """Write it down; False when it was known. Whoever has this caller on the phone sees it at once."""
        with self._transactions.begin() as tx:
            return keep_text(tx, message, self._settings, self._cancel)


def keep_text(
    tx: Transaction,
    message: InboundSms,
    settings: Settings,
    cancel: Cancel = lambda _change, _number: False,
) -> bool:
    """The same as part of a transaction."""
    if not texts.is_new(tx.connection, message.sid, tx.now):
        return False
    known = customers.sole_with_number(tx.connection, message.sender)
    cancelled = cancels(message.body) and cancel(tx, message.sender)
    # Who cancels a callback wants no call; a word for no more texts comes by itself, or again.
    wanted = CANCELLED if cancelled and not message.told else _obey(tx, message)
    kept = _keep(tx, message, known, OUTCOMES.get(wanted, ""))
    tx.note(JournalKind.TEXT_RECEIVED, number=message.sender or message.sender_raw, to=message.to)
    answers = False
    if wanted == STOP:
        end_for(tx, message.sender)
    elif not wanted and message.sender:
        answers = take_answer(tx, message.sender, message.body, settings)
    talking = _tell(tx, message.sender)
    # The carrier only knows messages that are one word.
    more = wanted == STOP and not message.told and says_more(message.body)
    read = answers or talking or (bool(wanted) and not more)
    for_people = bool(message.sender) and not read
    if for_people and settings.texts.queue is not None:
        row = sms_conversations.conversation(message.sid, message.sender, message.to, known, tx.now)
        sms_conversations.text_arrived(tx, row, settings)
        messages.in_queue(tx.connection, kept, settings.texts.queue)
    return True


def _obey(tx: Transaction, message: InboundSms) -> str:
    """Obey the word in it, if it has one. A YES from a number that has refused nothing answers a question."""
    wanted = opt_out_wish(message.body, message.told) if message.sender else ""
    word = plain(message.body, 40) or wanted
    if wanted == STOP and texts.opt_out_number(tx.connection, message.sender, word, tx.now):
        tx.note(JournalKind.OPTED_OUT, number=message.sender, word=word)
    if wanted == START:
        if texts.opt_in_number(tx.connection, message.sender):
            tx.note(JournalKind.OPTED_IN, number=message.sender, word=word)
        elif not message.told:
            return ""
    return wanted


def _keep(tx: Transaction, message: InboundSms, known: str | None, outcome: str) -> int:
    body = plain(message.body, LONGEST, lines=True)
    if message.attachments:
        some = "1 attachment" if message.attachments == 1 else f"{message.attachments} attachments"
        body = f"{body} [{some}, not kept]".strip()
    return messages.add(
        tx.connection,
        {
            "at": tx.now,
            "customer_id": known,
            "number": message.sender or message.sender_raw,
            "channel": messages.TEXT,
            "direction": "in",
            "summary": body[:SUMMARY] or "(empty message)",
            "note": body[SUMMARY:],
            "outcome": outcome,
            "text_sid": message.sid,
        },
    )


def _tell(tx: Transaction, number: str) -> bool:
    """The page of whoever has, or has just had, a call from this number. Whether an agent talks to them."""
    last = texts.last_call_of(tx.connection, number)
    if last is None:
        return False
    sid, agent_id = last
    offer = floor.live_offer_of_call(tx.connection, sid)
    for agent in {offer.agent_id if offer else None, agent_id} - {None}:
        tx.tell_agent(str(agent))
    return offer is not None and offer.state in ("accepted", "connected")
