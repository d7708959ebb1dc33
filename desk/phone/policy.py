"""The hosts that the page of an agent with a browser phone may reach, besides ours: Twilio's signalling.

The SDK begins at `roaming` and stays with the edge it was led to. Audio goes over WebRTC, which a page's
policy does not cover; ringtones and statistics of the SDK are switched off, so their hosts are not listed.
"""

from __future__ import annotations

from desk.security_headers import HEADERS, policy

EDGES = (
    "roaming", "ashburn", "dublin", "frankfurt", "sao-paulo", "singapore", "sydney", "tokyo", "umatilla",
    "ashburn-ix", "frankfurt-ix", "london-ix", "san-jose-ix", "singapore-ix", "sydney-ix", "tokyo-ix",
)  # fmt: skip
SIGNALLING = tuple(f"wss://voice-js.{edge}.twilio.com" for edge in EDGES)
PAGE_HEADERS = {
    "Content-Security-Policy": policy(connect=SIGNALLING),
    "Permissions-Policy": HEADERS["Permissions-Policy"].replace("microphone=()", "microphone=(self)"),
}
