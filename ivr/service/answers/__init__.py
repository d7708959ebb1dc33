"""Answers for agents: articles proposed, searched, sent, and what came of them."""

from collections.abc import Mapping

from ivr.service.answers.desk import Answers, NoSuchArticle
from ivr.service.answers.loading import answer_jobs, ask_for_answer_jobs
from ivr.service.cards import CardService
from ivr.service.change import Changes
from ivr.service.mails import mail_jobs
from ivr.service.worker import Worker
from ivr.settings import Settings

__all__ = ["Answers", "NoSuchArticle", "answer_jobs", "answers_by_mail", "ask_for_answer_jobs"]


def answers_by_mail(
    worker: Worker, changes: Changes, cards: CardService, settings: Settings, smtp: Mapping[str, str]
) -> Answers:
    """Answers that go out by mail too, where `smtp` names a server. Raises EnvironmentProblem."""
    worker.add(mail_jobs(changes, smtp))
    return Answers(changes, cards, settings, mails=bool(smtp.get("SMTP_HOST")))
