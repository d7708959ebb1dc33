"""The agents' web pages: who is calling, on the screen before the phone has rung twice."""

from desk.feed import Feed
from desk.guard import protect
from desk.pages import desk_blueprint

__all__ = ["Feed", "desk_blueprint", "protect"]
