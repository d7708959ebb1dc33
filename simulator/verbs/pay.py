"""<Pay>: Twilio asks for a card and charges it; the app only learns how it ended.

The keys of the card are not collected here: how it ends is a switch. The star key interrupts, as at Twilio.
"""

from __future__ import annotations

import re
from typing import ClassVar
from xml.etree.ElementTree import Element

from simulator.script import TIMED_OUT, Key, Steps
from simulator.speech import seconds_to_say
from simulator.verbs.base import (
    Attribute,
    DocumentRun,
    TwimlVerb,
    Warn,
    boolean,
    choice,
    integer,
    method,
    refuse_children,
    text,
    words,
)

ASKS = "Please enter your credit card number, followed by the pound sign."
INTERRUPTED = "caller-interrupted-with-star"
CARDS = ("visa", "mastercard", "amex", "maestro", "discover", "optima", "jcb", "diners-club", "enroute")


def _amount(value: str) -> str:
    if not re.fullmatch(r"\d{1,7}(\.\d{1,2})?", value):
        raise ValueError("not an amount such as 20.45")
    return value


class PayVerb(TwimlVerb):
    ATTRIBUTES: ClassVar[dict[str, Attribute]] = {
        "input": choice("dtmf", "dtmf"),
        "action": text(),
        "statusCallback": text(),
        "statusCallbackMethod": method(),
        "timeout": integer(5),
        "maxAttempts": integer(5, most=10),
        "securityCode": boolean(True),
        "postalCode": text("true"),
        "minPostalCodeLength": integer(None, least=0),
        "paymentConnector": text("Default"),
        "paymentMethod": choice("credit-card", "credit-card", "ach-debit"),
        "tokenType": choice("reusable", "one-time", "reusable"),
        "chargeAmount": Attribute("0", _amount),
        "currency": text("usd", longest=3),
        "description": text(),
        "validCardTypes": words(("visa", "mastercard", "amex"), *CARDS),
        "language": text("en-US"),
    }

    def __init__(self, element: Element, warn: Warn) -> None:
        super().__init__(element, warn)
        refuse_children(element, warn)

    def run(self, execution: DocumentRun) -> Steps:
        # An action that cannot be resolved must fail before anybody pays, not after.
        execution.next_request(self.options.action, "POST")
        sound = execution.listener.hear_speech(ASKS, seconds_to_say(ASKS))
        try:
            result = yield from self._result(execution)
        finally:
            sound.stop()
        return execution.next_request(self.options.action, "POST", **self._result_params(execution, result))

    def _result(self, execution: DocumentRun) -> Steps:
        end = execution.clock.time() + execution.account.switches.pay_seconds
        while (event := (yield end)) is not TIMED_OUT:
            if isinstance(event, Key) and event.key == "*":
                return INTERRUPTED
        return execution.account.switches.pay_result

    def _result_params(self, execution: DocumentRun, result: str) -> dict[str, str]:
        told = {"Result": result, "PaymentConnector": self.options.paymentConnector}
        if result != "success":
            return told
        charged = float(self.options.chargeAmount) > 0
        name = "PaymentConfirmationCode" if charged else "PaymentToken"
        card = {"PaymentCardNumber": "xxxxxxxxxxxx1111", "PaymentCardType": "visa", "ExpirationDate": "1230"}
        return {**told, **card, name: execution.account.sids.token()[:20]}
