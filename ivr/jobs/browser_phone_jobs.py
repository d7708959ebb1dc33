"""Browser phones with their job among those of the worker."""

from __future__ import annotations

from ivr.carrier.twilio_token import VoiceTokens
from ivr.environment import Environment
from ivr.floor.offers import Offers
from ivr.floor.transaction import Transactions
from ivr.jobs.worker import Worker
from ivr.service.browser_phone_leases import BrowserPhoneService


def browser_phone_service(
    environment: Environment, transactions: Transactions, offers: Offers, worker: Worker
) -> BrowserPhoneService:
    """With tokens of Twilio's, its jobs among the worker's."""
    keys = environment.twilio_api_key, environment.twilio_api_secret
    phones = BrowserPhoneService(transactions, offers, VoiceTokens(environment.twilio_account_sid, *keys))
    worker.add(phones.jobs())
    return phones
