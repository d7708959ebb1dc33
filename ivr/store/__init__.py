"""Where everything is kept. SQLAlchemy lives here and nowhere else. Times are epoch seconds (UTC)."""
