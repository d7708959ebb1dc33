"""Converts widgets that ask other programs: functions, HTTP requests, text messages, other flows."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from ivr.flowfiles.source_settings import HttpSource
from ivr.studio import name_parts
from ivr.studio.conversion import Conversion
from ivr.studio.export import Widget
from ivr.studio.plan import GOODBYE, SpokenPrompt, WidgetTarget
from ivr.studio.report import APPROXIMATED, NOT_CONVERTIBLE
from ivr.studio.text_translation import translated

MOST_VALUES = 50
UNKNOWN_ADDRESS = "https://example.com/write-the-address-here"


def service(conversion: Conversion, widget: Widget) -> None:
    """Convert a function or a request to a look-up if that step exists, else treat its answer as missing."""
    following = conversion.go(widget.to("success", "fail", "failed"))
    deciding = [name for name, found in conversion.schedules.items() if found.service == widget.name]
    if deciding:
        reason = f"it knew the opening hours; a calendar at '{deciding[0][:60]}' takes its place"
        conversion.skip(widget, following, APPROXIMATED, reason)
        return
    url = widget.text("url").split("?")[0][:120]
    if ("widgets", widget.name) in conversion.variables:
        _lookup(conversion, widget, following, url)
        return
    reason = f"nothing here calls {url or 'it'} during a call; the caller goes on as if it had succeeded"
    remark = f"{widget.name[:60]} called {url or 'a service'}: its data has to come from a source."
    conversion.plan.remarks.append(remark)
    conversion.skip(widget, following, NOT_CONVERTIBLE, reason)


def _lookup(conversion: Conversion, widget: Widget, following: str, url: str) -> None:
    name = conversion.variables["widgets", widget.name]
    source = name_parts.unique(name, conversion.plan.sources, "source")
    conversion.plan.sources[source] = _address(widget, url)
    body: dict[str, Any] = {"lookup": source}
    comments: list[str] = []
    values = {}
    sent, left = _body(widget)
    for key, written in [*widget.pairs("parameters"), *sent]:
        words = translated(written, conversion.name_of)
        values[name_parts.variable(key)] = words.text
        comments += [f"{key[:60]}: {lost}" for lost in words.lost]
    if values:
        body["with"] = values
    body |= {"save": name, "found": WidgetTarget(following)}
    failed = widget.to("fail", "failed")
    if failed:
        body |= {
            "missing": WidgetTarget(conversion.go(failed)),
            "failed": WidgetTarget(conversion.go(failed)),
        }
    reason = (
        f"it asks the source '{source}' of the suggested settings, which must answer like {url or 'it'} did"
    )
    conversion.note(widget, APPROXIMATED, reason, *comments)
    if left or "?" in widget.text("url"):
        lost = "its body or query is not sent; name the values it needs under 'with'"
        conversion.note(widget, APPROXIMATED, lost)
    conversion.add(widget, "lookup", body).comments += [reason, *comments]


def _body(widget: Widget) -> tuple[list[tuple[str, str]], bool]:
    """Return the values in a request's body if it is a flat JSON object, and whether anything is left
    over."""
    try:
        body = json.loads(widget.text("body") or "{}")
    except (ValueError, RecursionError):
        return [], True
    values = body.items() if isinstance(body, dict) else ()
    flat = [(key[:60], value) for key, value in values if isinstance(value, str) and key.strip()][
        :MOST_VALUES
    ]
    return flat, not isinstance(body, dict) or len(flat) < len(body)


def _address(widget: Widget, url: str) -> dict[str, str]:
    """Return the settings of a source; an unusable address is left for a person to write."""
    method = "GET" if widget.text("method").upper() == "GET" else "POST"
    try:
        HttpSource.model_validate({"url": url})
    except ValidationError:
        url = UNKNOWN_ADDRESS
    return {"url": url, "method": method}


def message(conversion: Conversion, widget: Widget) -> None:
    """Convert a text message sent during the call, to the caller or to a number."""
    following = conversion.go(widget.to("sent", "failed"))
    words = translated(widget.text("body"), conversion.name_of)
    comments = list(words.lost)
    to, why = _recipient(conversion, widget, comments)
    if not words.text and not why:
        why = "it has no words"
    if why:
        reason = f"no text message is sent ({why}): '{widget.text('body')[:80]}'; the caller goes on"
        conversion.skip(widget, following, NOT_CONVERTIBLE, reason)
        return
    if widget.text("media_url"):
        comments.append("the picture of the message is not sent")
    sender = widget.text("from")
    if sender and sender != "{{flow.channel.address}}":
        comments.append(f"it is sent from the number that was dialled, not from {sender[:40]}")
    body: dict[str, Any] = {"text": SpokenPrompt(words.text)} | ({"to": to} if to else {})
    failed = widget.to("failed")
    if failed and failed != widget.to("sent"):
        body["no_number"] = WidgetTarget(conversion.go(failed))
        comments.append("whether it arrives is not waited for: 'failed' is only for callers without a number")
    if comments:
        conversion.note(widget, APPROXIMATED, *comments)
    conversion.add(widget, "text", body | {"next": WidgetTarget(following)}).comments += comments


def _recipient(conversion: Conversion, widget: Widget, lost: list[str]) -> tuple[str, str]:
    """Return the recipient of a message ("" for the caller), and why it cannot be sent."""
    written = widget.text("to").strip()
    if widget.text("service") or ":" in written:
        return "", "it goes to a chat"
    words = translated(written, conversion.name_of)
    if not written or words.text == "{{ caller.number }}":
        return "", ""
    if words.lost or not words.text:
        return "", f"nobody knows here what '{written[:60]}' is"
    return words.text, ""


def subflow(conversion: Conversion, widget: Widget) -> None:
    """Convert another flow, known only by its SID, to a placeholder flow that leads to a person."""
    sid = widget.text("flow_sid")
    taken = {**conversion.plan.subflows, conversion.plan.flow: ""}
    same = [name for name, known in conversion.plan.subflows.items() if known == sid and sid]
    wanted = name_parts.own_name(widget.name) or "subflow"
    name = same[0] if same else name_parts.unique(wanted, taken, "subflow")
    conversion.plan.subflows[name] = sid
    missing = f"the flow {sid[:40] or 'it names'} is not in this file"
    reason = f"{missing}: '{name}.yaml' leads to a person until it is imported"
    conversion.note(widget, APPROXIMATED, reason)
    if widget.pairs("parameters"):
        keys = ", ".join(key[:40] for key, _ in widget.pairs("parameters"))
        conversion.note(
            widget, APPROXIMATED, f"parameters ({keys[:200]}) are not handed over: flows share variables"
        )
    body = {"flow": name, "next": WidgetTarget(conversion.go(widget.to("completed"), GOODBYE))}
    conversion.add(widget, "flow", body).comments.append(reason)
