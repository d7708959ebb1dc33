"""/supervisor/: the present floor, the calls and agents that need help, and the possible actions."""

from desk.supervisor.wiring import supervising_pages

__all__ = ["supervising_pages"]
