"""Twilio's REST API, version 2010-04-01, for one account: what the official SDK asks, in the shapes it reads."""

from __future__ import annotations

from .app import make_rest_app

__all__ = ["make_rest_app"]
