"""A stand-in for Twilio: TwiML, signed webhooks, REST, telephones, and a witness of what was heard.

It knows nothing of the application it calls. Start with `Exchange`.
"""

from __future__ import annotations

from .clock import MovableClock, RealClock
from .disturbance import TIMEOUT, Disturbance
from .exchange import Exchange
from .faults import Fault
from .phones import AgentPhone, CallerPhone
from .rest.http_client import WsgiHttpClient
from .switches import Switches
from .transport import HttpTransport, WsgiTransport
from .witness import Entry, Witness

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
