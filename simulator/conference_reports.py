"""What a conference reports to the app: the first participant's callback decides (facts 3.7)."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

from simulator.participant import Participant
from simulator.participant_options import ConferenceCallback
from simulator.webhook import Webhook

if TYPE_CHECKING:
    from simulator.account import TwilioAccount

EVENT_GROUPS = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}
"""Events, and the word by which statusCallbackEvent asks for them."""


class ConferenceReports:
    """Numbers the events of one conference and sends those that were asked for."""

    def __init__(
        self, account: TwilioAccount, sid: str, name: str, callback: ConferenceCallback | None
    ) -> None:
        self._account = account
        self._callback = callback
        self._sequence = 0
        self.names = {"ConferenceSid": sid, "FriendlyName": name}

    def tell(self, event: str, participant: Participant | None = None, **params: str) -> None:
        """Witness the event, and send it if it was asked for."""
        account, callback = self._account, self._callback
        now = account.clock.time()
        leg = participant.call.sid if participant else None
        name, sid = self.names["FriendlyName"], self.names["ConferenceSid"]
        account.witness.add(now, leg, "conference", name=name, sid=sid, event=event, **params)
        account.changed()
        if callback is None or EVENT_GROUPS[event] not in callback.events:
            return
        message = {
            **self.names,
            "AccountSid": account.account_sid,
            "SequenceNumber": str(self._sequence),
            "Timestamp": formatdate(now),
            "StatusCallbackEvent": event,
            **(about(participant) if participant else {}),
            **params,
        }
        self._sequence += 1
        account.webhooks.send(Webhook("conference", callback.method, callback.url, message, leg))


def about(participant: Participant) -> dict[str, str]:
    """The parameters of events that concern one participant."""
    facts = {
        "CallSid": participant.call.sid,
        "Muted": str(participant.muted).lower(),
        "Hold": str(participant.hold).lower(),
        "Coaching": str(participant.coaching).lower(),
        "EndConferenceOnExit": str(participant.end_on_exit).lower(),
        "StartConferenceOnEnter": str(participant.start_on_enter).lower(),
    }
    if participant.label:
        facts["ParticipantLabel"] = participant.label
    return facts
