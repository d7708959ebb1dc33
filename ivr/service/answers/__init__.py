"""Answers for agents: articles proposed, searched, sent, and what came of them."""

from ivr.service.answers.desk import Answers, NoSuchArticle
from ivr.service.answers.loading import answer_jobs, ask_for_answer_jobs

__all__ = ["Answers", "NoSuchArticle", "answer_jobs", "ask_for_answer_jobs"]
