"""/desk/answers/: articles on the agent's page: proposed, searched, sent, judged."""

from desk.answers.pages import answers_blueprint

__all__ = ["answers_blueprint"]
