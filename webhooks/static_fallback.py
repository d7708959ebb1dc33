"""The document that is hosted elsewhere, for the time in which this server cannot be reached.

It keeps callers on the line: words, a pause, and back to us. While we are down the way back fails, so the
carrier requests the same document again.
"""

from __future__ import annotations

from collections.abc import Sequence

from twilio.twiml.voice_response import Gather, VoiceResponse  # type: ignore[import-untyped]

from ivr.engine.instructions import Pause, Say
from webhooks.fallback_twiml import WORDS, spoken_in
from webhooks.twiml import TwimlRenderer
from webhooks.urls import Urls

PAUSE_S = 3


def static_fallback(urls: Urls, render: TwimlRenderer, languages: Sequence[str]) -> str:
    """Return TwiML in the company's languages and voices. A key that is pressed meanwhile is passed on."""
    response = VoiceResponse()
    gather = Gather(action=urls.fallback, method="POST", num_digits=1, timeout=1)
    words = [Say(WORDS[tag.split("-")[0]]["moment"], tag) for tag in spoken_in(languages)]
    render.prompts(gather, [*words, Pause(PAUSE_S)])
    response.append(gather)
    response.redirect(urls.fallback, method="POST")
    return str(response.to_xml())
