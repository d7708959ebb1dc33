"""The pages of supervisors and the wallboard, over the same look at the floor."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from desk.browsers import Browsers
from desk.feed import Feed
from desk.supervisor.pages import supervisor_blueprint
from desk.supervisor.view import SupervisorView
from desk.wallboard.pages import wallboard_blueprint
from desk.wallboard.view import WallboardView
from ivr.service.accounts import AccountService
from ivr.service.supervising.parts import Supervising
from ivr.settings import Settings


def supervising_pages(
    accounts: AccountService,
    agents: Any,
    supervising: Supervising,
    feed: Feed,
    settings: Settings,
    public_url: str = "",
) -> tuple[Blueprint, Blueprint]:
    """Two blueprints; hand both to `protect` too."""
    browsers = Browsers(accounts, agents, public_url)
    view = SupervisorView(supervising.board, settings)
    wall = WallboardView(supervising.board, supervising.today, settings)
    return (
        supervisor_blueprint(browsers, view, supervising, feed, settings),
        wallboard_blueprint(browsers, wall, supervising.links, feed, settings),
    )
