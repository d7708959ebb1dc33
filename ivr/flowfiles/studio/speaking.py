"""Widgets that speak and record: say/play, record voicemail, and those that only accompany a call."""

from __future__ import annotations

from ivr.flowfiles.studio.conversion import Conversion
from ivr.flowfiles.studio.export import Widget
from ivr.flowfiles.studio.plan import GOODBYE, To
from ivr.flowfiles.studio.report import APPROXIMATED, NOT_CONVERTIBLE

MOMENT = {"en": "One moment, please.", "es": "Un momento, por favor.", "de": "Einen Moment bitte.",
          "fr": "Un instant, s'il vous plaît."}  # fmt: skip


def say_play(conversion: Conversion, widget: Widget) -> None:
    """A message. Keys that Studio plays as tones cannot be played."""
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
    if not words.text:
        words.text = MOMENT["en"]
    conversion.add(widget, "say", {"say": words, "next": To(following)}).comments += comments


def record_voicemail(conversion: Conversion, widget: Widget) -> None:
    """A message for the people of the flow's queue."""
    body: dict = {"voicemail": ""}  # the flow's own queue, filled in at the end
    after = widget.to("recordingComplete")
    if after:
        body["next"] = To(conversion.go(after))
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


def accompany(conversion: Conversion, widget: Widget) -> None:
    """Recording and streaming of the whole call: the call goes on without."""
    what = "recording the call" if widget.type == "record-call" else "streaming the call's sound"
    following = conversion.go(widget.to("success", "next", "failed"))
    conversion.skip(widget, following, NOT_CONVERTIBLE, f"there is no step for {what}; the caller goes on")
