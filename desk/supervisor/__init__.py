"""/supervisor/: the floor as it is, who needs somebody, and what can be done about it."""

from desk.supervisor.wiring import supervising_pages

__all__ = ["supervising_pages"]
