"""The pages of supervisors and the wallboard, over the same reading of the floor."""

from __future__ import annotations

from flask import Blueprint

from desk.feed import Feed
from desk.sessions import BrowserSessions
from desk.supervisor.pages import supervisor_blueprint
from desk.supervisor.view import SupervisorView
from desk.wallboard.pages import wallboard_blueprint
from desk.wallboard.view import WallboardView
from ivr.service.accounts import AccountService
from ivr.service.agents import AgentService
from ivr.service.supervision.wiring import SupervisionServices
from ivr.settings import Settings


def supervising_pages(
    accounts: AccountService,
    agents: AgentService,
    supervising: SupervisionServices,
    feed: Feed,
    settings: Settings,
    public_url: str = "",
) -> tuple[Blueprint, Blueprint]:
    """Two blueprints; hand both to `protect` too."""
    browsers = BrowserSessions(accounts, agents, public_url)
    view = SupervisorView(supervising.board, settings)
    wall = WallboardView(supervising.board, supervising.today, settings)
    return (
        supervisor_blueprint(browsers, view, supervising, feed, settings),
        wallboard_blueprint(browsers, wall, supervising.links, feed, settings),
    )
