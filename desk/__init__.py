"""The agents' web pages: who is calling, on the screen before the phone has rung twice."""

from desk.feed import Feed
from desk.pages import desk_blueprint
from desk.security_headers import protect

__all__ = ["Feed", "desk_blueprint", "protect"]
