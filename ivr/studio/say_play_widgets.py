"""Converts widgets that speak and record: say/play, record voicemail, and those that accompany a call."""

from __future__ import annotations

from ivr.studio.conversion import Conversion
from ivr.studio.export import Widget
from ivr.studio.plan import GOODBYE, Plan, SpokenPrompt, WidgetTarget
from ivr.studio.report import APPROXIMATED, NOT_CONVERTIBLE

# Used where Studio says nothing, or plays a recording whose words are unknown.
OURS = {
    "say": {
        "en": "One moment, please.",
        "es": "Un momento, por favor.",
        "de": "Einen Moment bitte.",
        "fr": "Un instant, s'il vous plaît.",
    },
    "record": {
        "en": "This call is recorded.",
        "es": "Esta llamada se graba.",
        "de": "Dieses Gespräch wird aufgezeichnet.",
        "fr": "Cet appel est enregistré.",
    },
}


def say_play(conversion: Conversion, widget: Widget) -> None:
    """Convert a message. Keys that Studio plays as tones cannot be played."""
    following = conversion.go(widget.to("audioComplete"), GOODBYE)
    if widget.text("digits") and not widget.text("say") and not widget.text("play"):
        conversion.skip(
            widget, following, NOT_CONVERTIBLE, "tones cannot be played into a call; the caller goes on"
        )
        return
    comments: list[str] = []
    words = conversion.prompt(widget, comments)
    if not words.text and not widget.text("play"):
        conversion.skip(widget, following, APPROXIMATED, "nothing is left to say; the caller goes on")
        return
    conversion.add(widget, "say", {"say": words, "next": WidgetTarget(following)}).comments += comments


def record_voicemail(conversion: Conversion, widget: Widget) -> None:
    """Convert to a message for the agents of the flow's queue."""
    body: dict = {"voicemail": ""}  # the flow's own queue, filled in at the end
    after = widget.to("recordingComplete")
    if after:
        body["next"] = WidgetTarget(conversion.go(after))
    longest = widget.number("max_length")
    if longest:
        body["max_seconds"] = min(600, max(10, longest))
        if body["max_seconds"] != longest:
            conversion.note(widget, APPROXIMATED, f"a message lasts {body['max_seconds']} seconds at most")
    silent = widget.to("noAudio")
    if silent and silent != after:
        reason = f"silence led to '{silent[:60]}'; here the caller is asked once more, then the call goes on"
        conversion.note(widget, APPROXIMATED, reason)
    if widget.flag("transcribe"):
        conversion.note(widget, APPROXIMATED, "the message is kept, but not written down")
    conversion.add(widget, "voicemail", body)


def record_call(conversion: Conversion, widget: Widget) -> None:
    """Convert recording to a notice with the recording. Studio gives no notice, which is illegal in
    places."""
    following = conversion.go(widget.to("success", "next", "failed"))
    if not widget.flag("record_call"):
        reason = (
            "recording is not switched off by a step: it stops by itself while something sensitive is asked "
            "and while a payment is taken; the caller goes on"
        )
        conversion.skip(widget, following, NOT_CONVERTIBLE, reason)
        return
    reason = "callers are told first that the call is recorded, which Studio did not say"
    conversion.note(widget, APPROXIMATED, reason)
    if widget.text("recording_status_callback"):
        conversion.note(
            widget, APPROXIMATED, "nobody is called back about the recording: it is in the history"
        )
    body = {"record": SpokenPrompt(""), "next": WidgetTarget(following)}
    conversion.add(widget, "record", body).comments.append(reason)


def stream(conversion: Conversion, widget: Widget) -> None:
    """Skip streaming of the call's audio: the call goes on without it."""
    following = conversion.go(widget.to("success", "next", "failed"))
    reason = "there is no step for streaming the call's sound; the caller goes on"
    conversion.skip(widget, following, NOT_CONVERTIBLE, reason)


def fill_silence(plan: Plan) -> None:
    """Add words of ours, in the flow's first language, where a step would have none."""
    first = plan.languages[0].split("-")[0]
    for node in plan.nodes.values():
        ours = OURS.get(node.kind, {})
        words = node.body.get(node.kind)
        if ours and isinstance(words, SpokenPrompt) and not words.text:
            words.text = ours.get(words.language.split("-")[0] or first, ours["en"])
