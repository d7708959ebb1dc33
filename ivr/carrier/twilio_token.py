"""Tokens with which a browser becomes a telephone at Twilio. They are made here, without a request."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

SLOW_S = 60  # Twilio's clock may be this far behind ours, or the token would not be valid yet


@dataclass(frozen=True, slots=True)
class VoiceTokens:
    """Signed with an API key (`SK…`) and its secret, which are not the account's auth token."""

    account_sid: str
    key: str
    secret: str = field(repr=False)

    @property
    def missing(self) -> str:
        """Return the sentence that says what to set; "" when tokens can be made."""
        names = [name for name, value in (("KEY", self.key), ("SECRET", self.secret)) if not value]
        if not names:
            return ""
        are = " and ".join(f"TWILIO_API_{name}" for name in names)
        return f"{are} {'is' if len(names) == 1 else 'are'} not set: a browser cannot be a phone without."

    def make(self, identity: str, seconds: int) -> str:
        """Return a token to be rung as `client:identity`. No calls can be made with it."""
        from twilio.jwt.access_token import AccessToken  # type: ignore[import-untyped]
        from twilio.jwt.access_token.grants import VoiceGrant  # type: ignore[import-untyped]

        grant = VoiceGrant(incoming_allow=True)
        token = AccessToken(
            self.account_sid,
            self.key,
            self.secret,
            grants=[grant],
            identity=identity,
            nbf=int(time.time()) - SLOW_S,
            ttl=seconds,
        )
        return str(token.to_jwt())
