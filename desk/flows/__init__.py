"""/flows/: the live flows, the figures of each step, and the history of revisions."""

from desk.flows.pages import flows_blueprint

__all__ = ["flows_blueprint"]
