"""Converts widgets that pass a call on: to a number, to a queue, to other programs."""

from __future__ import annotations

import re
from typing import Any

from ivr.flowfiles.destinations import Destinations, country_of
from ivr.studio.conditions import choices_of
from ivr.studio.conversion import Conversion
from ivr.studio.export import Widget
from ivr.studio.gather_analysis import SPLIT
from ivr.studio.liquid import sole_expression
from ivr.studio.plan import WidgetTarget
from ivr.studio.report import APPROXIMATED, CONVERTED, NOT_CONVERTIBLE

OUTCOMES = {"busy": "busy", "no-answer": "no_answer", "failed": "failed", "canceled": "failed",
            "completed": "next", "answered": "next"}  # fmt: skip
MISSED = ("busy", "no_answer", "failed")
INSTEAD = {
    "add-twiml-redirect": "TwiML of another server cannot be run inside a flow",
    "connect-virtual-agent": "a virtual agent cannot be connected",
    "send-to-auto-pilot": "Autopilot cannot be connected",
    "send-and-wait-for-reply": "a call cannot wait for a text message",
    "make-outgoing-call-v2": "a flow that answers a call cannot place another one",
    "make-outgoing-call": "a flow that answers a call cannot place another one",
}
ONWARD = ("return", "sessionEnded", "success", "answered", "incomingMessage", "completed", "next", "sent")


def person(conversion: Conversion, widget: Widget, reason: str = "") -> None:
    """Replace a widget that cannot be converted by a person; then the call goes on where it would have."""
    why = reason or INSTEAD.get(widget.type, f"there is nothing like a widget of type '{widget.type[:60]}'")
    conversion.note(widget, NOT_CONVERTIBLE, f"{why}; the caller is put through to a person")
    body: dict[str, Any] = {"queue": ""}
    onward = widget.to(*ONWARD)
    if onward:
        body["next"] = WidgetTarget(conversion.go(onward))
    conversion.add(widget, "queue", body).comments.append(f"was '{widget.name[:60]}': {why}")


def enqueue(conversion: Conversion, widget: Widget) -> None:
    """Use a queue of ours in place of TaskRouter or Flex."""
    body: dict[str, Any] = {"queue": conversion.queue_of(widget)}
    priority = widget.number("priority")
    if priority:
        body["priority"] = min(9, priority)
    after = widget.to("callComplete")
    if after:
        body["next"] = WidgetTarget(conversion.go(after))
    attributes = widget.text("attributes") or widget.text("task_attributes")
    kept = re.findall(r'"([\w-]{1,40})"\s*:', attributes)
    if kept:
        listed = ", ".join(dict.fromkeys(kept))[:200]
        reason = (
            f"task attributes ({listed}) are not sent: agents see what was keyed, said and set in the call"
        )
        conversion.note(widget, APPROXIMATED, reason)
    if widget.to("callFailure", "failedToEnqueue"):
        conversion.note(widget, CONVERTED, "a queue that cannot take the call offers a voicemail by itself")
    node = conversion.add(widget, "queue", body)
    node.hints.append(body["queue"])


def connect(conversion: Conversion, widget: Widget) -> None:
    """Convert to a transfer to a telephone number; for other destinations a person answers."""
    noun = widget.text("noun") or "number"
    written = widget.text("to") or widget.text("sip_endpoint")
    first = written.split(",")[0].strip()
    if noun not in ("number", "number-multi"):
        person(conversion, widget, f"a {noun[:20]} cannot be dialled ('{written[:60]}')")
        return
    number = re.sub(r"[\s().-]", "", first)
    if "{{" in first:
        person(conversion, widget, f"the number is only known during the call ('{first[:60]}')")
        return
    number = f"+{number}" if re.fullmatch(r"1\d{10}", number) else number
    number = f"+1{number}" if re.fullmatch(r"[2-9]\d{9}", number) else number
    wrong = (
        _number_problem(number) if re.fullmatch(r"\+[1-9]\d{6,14}", number) else ("it is not a number", "")
    )
    if wrong:
        person(conversion, widget, f"'{first[:40]}' cannot be dialled: {wrong[0]}")
        return
    if noun == "number-multi" and "," in written:
        conversion.note(widget, APPROXIMATED, "several numbers rang at once; now only the first one rings")
    body: dict[str, Any] = {"transfer": number}
    seconds = widget.number("timeout")
    if seconds and seconds != 30:
        body["timeout"] = min(120, max(5, seconds))
    if widget.flag("record"):
        conversion.note(widget, APPROXIMATED, "the conversation is not recorded")
    _after_transfer(conversion, widget, body)
    conversion.add(widget, "transfer", body)


def _number_problem(number: str) -> tuple[str, str] | None:
    """Return what is wrong with a number in its own country, which the suggested settings name."""
    return Destinations.of(country_of(number) or "US").refusal_with_remedy(number)


def _after_transfer(conversion: Conversion, widget: Widget, body: dict[str, Any]) -> None:
    """Return where the call goes on, by the result of the transfer when a split asks for it."""
    after = widget.to("callCompleted", "connectedCallEnded")
    if not after:
        conversion.note(widget, CONVERTED, "who is not connected reaches a person; Studio would have hung up")
        return
    outcomes = _outcomes(conversion, widget, after)
    if outcomes is None:
        outcomes = dict.fromkeys(("next", *MISSED), after)
    else:
        conversion.absorb(
            after, widget.name, f"its conditions are exits of the transfer '{widget.name[:60]}'"
        )
    for name in ("next", *MISSED):
        if outcomes.get(name):
            body[name] = WidgetTarget(conversion.go(outcomes[name]))


def _outcomes(conversion: Conversion, widget: Widget, after: str) -> dict[str, str] | None:
    """Read a split on the result of the transfer as the transfer's own exits."""
    split = conversion.widgets.get(after)
    if split is None or split.type != SPLIT or not split.matches:
        return None
    found = dict.fromkeys(("next", *MISSED), split.to("noMatch"))
    for out in reversed(split.matches):
        for condition in out.conditions:
            asked = sole_expression(condition.argument or split.text("input")).split("|")[0].strip()
            choices = choices_of(condition)
            if asked != f"widgets.{widget.name}.DialCallStatus" or not choices:
                return None
            for choice in choices:
                found[OUTCOMES.get(choice.lower(), "failed")] = out.next
    return found
