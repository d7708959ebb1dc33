"""/flows/: the flows as they are live, how each step is doing, and who changed what when."""

from desk.flows.pages import flows_blueprint

__all__ = ["flows_blueprint"]
