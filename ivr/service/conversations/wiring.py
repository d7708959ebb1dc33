"""Everything of talks, put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ivr.carrier.base import Carrier
from ivr.floor.offers import Offers
from ivr.floor.transaction import Transactions
from ivr.floor.wait_board import WaitBoard
from ivr.service.call_recordings import CallRecordings
from ivr.service.conversations.agent_conversations import AgentConversations
from ivr.service.conversations.blind_transfer import BlindTransfers
from ivr.service.conversations.consult_target import ConsultTargets
from ivr.service.conversations.conversation_view import ConversationView
from ivr.service.conversations.hold import HoldService
from ivr.service.conversations.recording_pause import RecordingPause
from ivr.service.conversations.transfer_targets import TransferTargets
from ivr.service.conversations.warm_transfer import WarmTransfers
from ivr.settings import Settings


def conversation_services(
    settings: Settings,
    transactions: Transactions,
    offers: Offers,
    waits: WaitBoard,
    carrier: Carrier,
    urls: Any,
    new_id: Callable[[], str],
) -> AgentConversations:
    """`urls` are the addresses of our own webhooks."""
    targets = TransferTargets(transactions, settings, waits)
    return AgentConversations(
        HoldService(transactions),
        RecordingPause(transactions, CallRecordings(transactions, carrier, urls.call_recording)),
        targets=targets,
        blind=BlindTransfers(transactions, offers, targets, settings, new_id),
        consulting=WarmTransfers(transactions, ConsultTargets(targets, settings), settings, new_id),
        looking=ConversationView(transactions, settings),
    )
