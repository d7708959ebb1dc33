"""All conferences of the account: by SID for ever, by name while they live."""

from __future__ import annotations

from simulator.conference import Conference
from simulator.network import PhoneNetwork
from simulator.participant_options import ParticipantOptions


class Conferences:
    """A name is unique among living conferences; using it again joins the living one."""

    def __init__(self, account: PhoneNetwork) -> None:
        self._account = account
        self.by_sid: dict[str, Conference] = {}
        self._living: dict[str, Conference] = {}

    def enter(self, name: str, terms: ParticipantOptions) -> Conference:
        """The living conference of that name, or a new one on these terms."""
        if name not in self._living:
            conference = Conference(self._account, name, terms)
            self._living[name] = self.by_sid[conference.sid] = conference
        return self._living[name]

    def find(self, name_or_sid: str) -> Conference | None:
        """By SID, or by name among the living."""
        return self.by_sid.get(name_or_sid) or self._living.get(name_or_sid)

    def forget(self, conference: Conference) -> None:
        """The conference has ended: its name is free."""
        if self._living.get(conference.name) is conference:
            del self._living[conference.name]
