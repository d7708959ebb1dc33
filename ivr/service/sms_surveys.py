"""Surveys by text message: asked once after a call, answered one message at a time.

Who may be asked: who talked to an agent, from a mobile number of our country that their phone company vouches
for or that a customer has on record, who wants texts, and was asked nothing of the kind lately.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.customers.safe_text import plain
from ivr.engine.context import CallContext
from ivr.engine.hours import CallingHours
from ivr.engine.phrases import phrase
from ivr.floor.outgoing_messages import SmsRefused, text_for_survey
from ivr.floor.transaction import Retry, Transaction, Transactions
from ivr.flowfiles.queue_settings import SmsSurveySettings
from ivr.settings import Settings
from ivr.store import calls, customers, messages, text_surveys
from ivr.store.calls import CallRow
from ivr.store.jobs import Job
from ivr.store.text_surveys import ASKED, DONE, REFUSED, SurveyRow

DAY_S, HOUR_S = 86_400.0, 3600.0
LATEST_S = 2 * DAY_S  # after the call: then nobody remembers it
LONGEST_COMMENT = 500
# A number alone, or one that a comment follows after a sign: "1 of my parcels" is no rating.
RATING = re.compile(r"([1-5])\s*(?:[.!,:;-]+\s*(.*))?", re.DOTALL)


class SmsSurveys:
    """Asks."""

    def __init__(self, transactions: Transactions, settings: Settings) -> None:
        self._transactions, self._settings = transactions, settings

    def ask(self, job: Job) -> Retry | None:
        """Job handler: now, or when the hours for it begin."""
        survey = self._settings.queue(str(job.body["queue"])).survey
        if survey is None:
            return None  # no longer in the settings
        now = self._transactions.clock()
        hours = CallingHours(None, survey.hours, self._settings.timezone)
        at = hours.next(datetime.fromtimestamp(now, UTC))
        if at is None:
            return None
        if at.timestamp() > now:
            return Retry(at.timestamp() - now, timer=True)
        with self._transactions.begin() as tx:
            row = calls.lock(tx.connection, str(job.body["call"]))
            if row is None or text_surveys.is_known(tx.connection, row.sid):
                return None
            if why := self._why_not(tx, row, survey):
                tx.note(JournalKind.SURVEY_NOT_ASKED, call=row.sid, why=why)
            else:
                self._ask(tx, row, survey, str(job.body["queue"]))
        return None

    def _why_not(self, tx: Transaction, row: CallRow, survey: SmsSurveySettings) -> str:
        ended = row.ended_at or tx.now
        if tx.now - ended > LATEST_S:
            return "too late"
        if not self._settings.destinations.takes_texts(row.caller):
            return "no mobile number of this country"
        attested = ((row.session.get("session") or {}).get("call") or {}).get("attested") == "A"
        if not (attested or customers.with_number(tx.connection, row.caller)):
            return "nobody vouches for the number"
        last = text_surveys.last_at(tx.connection, row.caller, row.customer_id)
        if last is not None and tx.now - last < survey.every_days * DAY_S:
            return "asked lately"
        return ""

    def _ask(self, tx: Transaction, row: CallRow, survey: SmsSurveySettings, queue: str) -> None:
        language = (row.session.get("session") or {}).get("language") or self._settings.languages[0]
        words = self._words(tx, survey, language)
        first = f"{self._settings.company}: {words['questions'][0][1]} {words['keys']}"
        try:
            whom = row.caller, row.dialled, first, row.sid, row.customer_id
            text_for_survey(tx, self._settings, *whom)
        except SmsRefused as refused:
            tx.note(JournalKind.SURVEY_NOT_ASKED, call=row.sid, why=str(refused))
            return
        contact = {
            "at": tx.now,
            "customer_id": row.customer_id,
            "number": row.caller,
            "channel": messages.SURVEY,
            "direction": "out",
            "summary": "Survey by SMS: not answered yet",
            "queue": queue,
        }
        until = tx.now + survey.answer_hours * HOUR_S
        number = messages.add(tx.connection, contact)
        made = SurveyRow(
            row.sid, row.caller, row.customer_id, row.dialled, number, words, [], ASKED, tx.now, until
        )
        text_surveys.add(tx.connection, made)
        tx.note(JournalKind.SURVEY_ASKED, call=row.sid, queue=queue)

    def _words(self, tx: Transaction, survey: SmsSurveySettings, language: str) -> dict[str, Any]:
        """All that is said in it, so that a change of the settings does not change it half-way."""
        context = CallContext(now=datetime.fromtimestamp(tx.now, UTC), phrases=self._settings.phrases)
        comment = survey.comment
        return {
            "questions": [[each.save, each.words(language)] for each in survey.questions],
            "comment": [comment.save, comment.words(language)] if comment else None,
            "keys": phrase("survey_text_keys", language, context).text,
            "thanks": phrase("survey_text_thanks", language, context).text,
        }


# Answers --------------------------------------------------------------------------------------------------


def take_answer(tx: Transaction, number: str, body: str, settings: Settings) -> bool:
    """A message that came from this number, if it answers a survey; whether it did."""
    row = text_surveys.open_of(tx.connection, number, tx.now)
    if row is None:
        return False
    left = row.words["questions"][len(row.answers) :]
    if not left:
        return _commented(tx, row, body, settings)
    given = RATING.fullmatch(body.strip())
    if given is None:
        return False  # something else: for a person to read
    answers = [*row.answers, (left[0][0], given[1])]
    comment = plain(given[2] or "", LONGEST_COMMENT)
    if len(left) > 1:
        return _go_on(tx, row, answers, ASKED, f"{left[1][1]} {row.words['keys']}", settings)
    asked = row.words["comment"]
    if comment or not asked:
        more = [(asked[0] if asked else "comment", comment)] if comment else []
        return _go_on(tx, row, [*answers, *more], DONE, row.words["thanks"], settings)
    return _go_on(tx, row, answers, ASKED, asked[1], settings)


def end_for(tx: Transaction, number: str) -> None:
    """They want no texts: nothing more is asked."""
    row = text_surveys.open_of(tx.connection, number, tx.now)
    if row is not None:
        text_surveys.move(tx.connection, row, list(row.answers), REFUSED)


def _commented(tx: Transaction, row: SurveyRow, body: str, settings: Settings) -> bool:
    comment = plain(body, LONGEST_COMMENT)
    if not comment:
        return False
    answers = [*row.answers, (row.words["comment"][0], comment)]
    return _go_on(tx, row, answers, DONE, row.words["thanks"], settings)


def _go_on(
    tx: Transaction, row: SurveyRow, answers: list[Any], state: str, said: str, settings: Settings
) -> bool:
    if not text_surveys.move(tx.connection, row, answers, state):
        return False
    for name, answer in answers[len(row.answers) :]:
        tx.note(JournalKind.RATED, call=row.call_sid, question=name, answer=answer)
    told = ", ".join(f"{name.replace('_', ' ')}: {answer}" for name, answer in answers)
    text_surveys.show(tx.connection, row.contact_id, f"Survey by SMS: {told}")
    try:
        whom = row.number, row.dialled, said, row.call_sid, row.customer_id
        text_for_survey(tx, settings, *whom)
    except SmsRefused as refused:
        tx.note(JournalKind.SURVEY_NOT_ASKED, call=row.call_sid, why=str(refused))
    return True


def seconds_until_asked(settings: Settings) -> Mapping[str, float]:
    """How long after a call, by queue; queues without a survey are not in it."""
    asked = {name: queue.survey for name, queue in settings.queues.items()}
    return {name: each.after_minutes * 60.0 for name, each in asked.items() if each is not None}
