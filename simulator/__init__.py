"""A stand-in for Twilio: TwiML, signed webhooks, REST, telephones, and a witness of what was heard.

It knows nothing of the application it calls. Start with `Exchange`.
"""

from __future__ import annotations

from simulator.clock import MovableClock, RealClock
from simulator.disturbance import TIMEOUT, Disturbance
from simulator.exchange import Exchange
from simulator.faults import Fault
from simulator.phones import AgentPhone, CallerPhone
from simulator.rest.http_client import WsgiHttpClient
from simulator.switches import Switches
from simulator.transport import HttpTransport, WsgiTransport
from simulator.witness import Entry, Witness

__all__ = [
    "TIMEOUT",
    "AgentPhone",
    "CallerPhone",
    "Disturbance",
    "Entry",
    "Exchange",
    "Fault",
    "HttpTransport",
    "MovableClock",
    "RealClock",
    "Switches",
    "Witness",
    "WsgiHttpClient",
    "WsgiTransport",
]
