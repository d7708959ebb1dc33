"""Articles that agents send by mail, where the environment names a mail server."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.service.email_service import mail_jobs
from ivr.service.knowledge_base.articles import ArticleService
from ivr.service.screen_pop.cards import CardService
from ivr.service.transaction import Transactions
from ivr.service.worker import Worker
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
