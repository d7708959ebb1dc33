"""Twilio's REST API, version 2010-04-01, for one account, in the shapes that the official SDK reads."""

from __future__ import annotations

from simulator.rest.app import make_rest_app

__all__ = ["make_rest_app"]
