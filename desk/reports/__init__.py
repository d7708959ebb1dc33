"""/reports/: how the line did, by day, queue and agent; why people called; every contact."""

from desk.reports.pages import reports_blueprint

__all__ = ["reports_blueprint"]
