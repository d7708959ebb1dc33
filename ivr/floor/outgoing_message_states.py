"""States of a text or a mail on its way out."""

from __future__ import annotations

WAITING, SENDING, SENT, REFUSED, UNSURE = "waiting", "sending", "sent", "refused", "unsure"
