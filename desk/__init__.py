"""The web pages: the agents' desk with the caller's card, and the pages of supervisors and customers."""

from desk.feed import Feed
from desk.pages import desk_blueprint
from desk.security_headers import protect

__all__ = ["Feed", "desk_blueprint", "protect"]
