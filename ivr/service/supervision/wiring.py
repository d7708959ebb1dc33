"""Everything of supervising, put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.floor.offers import Offers
from ivr.floor.transaction import Transactions
from ivr.floor.wait_board import WaitBoard
from ivr.service.explanations import ExplanationService
from ivr.service.supervision.agent_changes import AgentChanges
from ivr.service.supervision.assistance import HelpService
from ivr.service.supervision.display_links import DisplayLinks
from ivr.service.supervision.floor_board import FloorBoard, QueueFigures
from ivr.service.supervision.monitoring import CallerAnnouncement, Monitoring
from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class SupervisionServices:
    """The use cases of supervisors and wallboards."""

    board: FloorBoard
    joining: Monitoring
    told: CallerAnnouncement
    help: HelpService
    changing: AgentChanges
    explaining: ExplanationService
    today: QueueFigures
    links: DisplayLinks


def supervision_services(
    settings: Settings,
    transactions: Transactions,
    offers: Offers,
    waits: WaitBoard,
    new_id: Callable[[], str],
) -> SupervisionServices:
    database, clock = transactions.database, transactions.clock
    return SupervisionServices(
        FloorBoard(database, clock, settings, waits),
        Monitoring(transactions, offers, settings, new_id),
        CallerAnnouncement(transactions, settings),
        HelpService(transactions, settings.supervising.tell_agent),
        AgentChanges(transactions, settings),
        ExplanationService(database, clock, settings),
        QueueFigures(database, clock, settings),
        DisplayLinks(transactions, settings),
    )
