"""Answers for agents: articles proposed, searched, sent, and what came of them."""

from collections.abc import Mapping

from ivr.service.email_service import mail_jobs
from ivr.service.knowledge_base.articles import ArticleService, NoSuchArticle
from ivr.service.knowledge_base.loading import answer_jobs, ask_for_answer_jobs
from ivr.service.screen_pop.cards import CardService
from ivr.service.transaction import Transactions
from ivr.service.worker import Worker
from ivr.settings import Settings

__all__ = ["ArticleService", "NoSuchArticle", "answer_jobs", "answers_by_mail", "ask_for_answer_jobs"]


def answers_by_mail(
    worker: Worker,
    transactions: Transactions,
    cards: CardService,
    settings: Settings,
    smtp: Mapping[str, str],
) -> ArticleService:
    """Answers that go out by mail too, where `smtp` names a server. Raises EnvironmentProblem."""
    worker.add(mail_jobs(transactions, smtp))
    return ArticleService(transactions, cards, settings, mails=bool(smtp.get("SMTP_HOST")))
