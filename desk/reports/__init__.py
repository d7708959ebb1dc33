"""/reports/: figures by day, queue and agent; reasons of calls; all contacts."""

from desk.reports.pages import reports_blueprint

__all__ = ["reports_blueprint"]
