"""Articles for agents: proposed, searched, sent, and what came of them."""

from ivr.service.knowledge_base.articles import ArticleService, NoSuchArticle

__all__ = ["ArticleService", "NoSuchArticle"]
