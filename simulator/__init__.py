"""A stand-in for Twilio: TwiML, signed webhooks, REST, telephones, and a witness of everything heard.

It does not depend on the application it calls. Start with `TwilioAccount`.
"""

from __future__ import annotations

from simulator.account import TwilioAccount
from simulator.behaviours import Behaviours
from simulator.clock import MovableClock, RealClock
from simulator.debugger_faults import Fault
from simulator.fault_injection import TIMEOUT, InjectedFault
from simulator.phones import AgentPhone, CallerPhone
from simulator.rest.http_client import WsgiHttpClient
from simulator.transport import HttpTransport, WsgiTransport
from simulator.witness import Witness, WitnessEntry

__all__ = [
    "TIMEOUT",
    "AgentPhone",
    "Behaviours",
    "CallerPhone",
    "Fault",
    "HttpTransport",
    "InjectedFault",
    "MovableClock",
    "RealClock",
    "TwilioAccount",
    "Witness",
    "WitnessEntry",
    "WsgiHttpClient",
    "WsgiTransport",
]
