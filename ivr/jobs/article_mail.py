"""Articles that agents send by mail, where the environment names a mail server."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.floor.transaction import Transactions
from ivr.jobs.email import mail_jobs
from ivr.jobs.worker import Worker
from ivr.service.knowledge_base.articles import ArticleService
from ivr.service.screen_pop.cards import CardService
from ivr.settings import Settings


def answers_by_mail(
    worker: Worker,
    transactions: Transactions,
    cards: CardService,
    settings: Settings,
    smtp: Mapping[str, str],
) -> ArticleService:
    """Return the articles, sent by mail too where `smtp` names a server. Raises EnvironmentProblem."""
    worker.add(mail_jobs(transactions, smtp))
    return ArticleService(transactions, cards, settings, mails=bool(smtp.get("SMTP_HOST")))
