"""Converts the widget that takes a payment: in both systems the phone company asks for the card."""

from __future__ import annotations

import re
from typing import Any

from ivr.studio.call_widgets import person
from ivr.studio.conversion import Conversion
from ivr.studio.export import Widget
from ivr.studio.plan import GOODBYE, WidgetTarget
from ivr.studio.report import APPROXIMATED
from ivr.studio.text_translation import translated

FAILURES = ("maxFailedAttempts", "validationError", "providerError", "payInterrupted")
OWN_WAYS = ("max_attempts", "valid_card_types", "postal_code", "min_postal_code_length", "timeout")
CONNECTOR = re.compile(r"[A-Za-z0-9_. -]{1,64}")


def capture(conversion: Conversion, widget: Widget) -> None:
    """Convert a payment, or a card kept as a token. Bank accounts are not supported."""
    method = widget.text("payment_method").upper()
    amount = translated(widget.text("payment_amount"), conversion.name_of)
    connector = widget.text("payment_connector").strip() or "Default"
    if method.startswith("ACH"):
        person(conversion, widget, "a bank account cannot be debited, only a card charged")
        return
    if amount.lost or not CONNECTOR.fullmatch(connector):
        why = amount.lost[0] if amount.lost else f"the payment connector '{connector[:40]}' cannot be named"
        person(conversion, widget, f"no payment is taken: {why}")
        return
    body: dict[str, Any] = {"pay": connector}
    if amount.text.strip("0.") or "{" in amount.text:
        body["amount"] = amount.text
    elif widget.text("payment_token_type") == "reusable":
        body["reusable"] = True
    if widget.text("description"):
        body["description"] = widget.text("description")[:100]
    body["save"] = conversion.variables["widgets", widget.name]
    body["paid"] = WidgetTarget(conversion.go(widget.to("success"), GOODBYE))
    failed = widget.to(*FAILURES)
    if failed:
        body["failed"] = WidgetTarget(conversion.go(failed))
    reasons = _differences(widget)
    conversion.note(widget, APPROXIMATED, *reasons)
    conversion.add(widget, "pay", body).comments += reasons


def _differences(widget: Widget) -> list[str]:
    reasons = ["callers are told first that their card will be taken, and the star key leads to a person"]
    currency = widget.text("currency")
    if currency:
        reasons.append(f"it charged {currency[:10].upper()}; here the currency of the settings is charged")
    ours = [key for key in OWN_WAYS if widget.properties.get(key) not in (None, "", [])]
    if ours:
        reasons.append(f"{', '.join(ours)}: as the phone company does by default")
    ends = {widget.to(event) for event in FAILURES} - {""}
    if len(ends) > 1:
        reasons.append("a payment fails in one way only here")
    return reasons
