"""Alerts about anything that a supervisor or an operator has to know at once: by mail and to the webhook that
the settings name under `reports: alerts`, and in the journal whether or not they name one."""

from __future__ import annotations

from typing import Any

from ivr.floor.transaction import Transaction
from ivr.settings import Settings

MAIL, WEBHOOK = "alert_mail", "alert_webhook"


def ask_for_alert(
    tx: Transaction, settings: Settings, event: str, once: str, subject: str, text: str, **context: Any
) -> None:
    """Ask for one alert. `event` names its kind, `once` this very one: asked for again before it was sent, it
    is sent once. `subject` and `text` are for people, `facts` for programs."""
    alerts = settings.reports.alerts
    told = {
        "event": event,
        "incident": once,
        "company": settings.company,
        "subject": subject,
        "text": text,
        "at": tx.now,
        **context,
    }
    tx.note(event, incident=once, **context)
    for place, address in enumerate(alerts.mail):
        tx.job(MAIL, f"{MAIL}:{event}:{once}:{place}", 0.0, {**told, "to": address})
    if alerts.webhook:
        tx.job(WEBHOOK, f"{WEBHOOK}:{event}:{once}", 0.0, told)
