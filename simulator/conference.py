"""A conference: when it starts and ends, who is in it, what it reports."""

from __future__ import annotations

from email.utils import formatdate

from simulator.audio import HOLD_MUSIC
from simulator.debugger_faults import TwimlFault
from simulator.document_requests import DocumentRequest
from simulator.execution import Execution
from simulator.leg_audio import ConferenceAudio
from simulator.network import CallLeg, PhoneNetwork
from simulator.participant_options import SILENCE, ConferenceCallback, ParticipantOptions
from simulator.script import TIMED_OUT, Key, Script, Signal, Steps
from simulator.verbs.play import play
from simulator.webhook_message import Webhook


class Participant:
    """One leg in a conference."""

    def __init__(self, call: CallLeg, terms: ParticipantOptions, joined: float) -> None:
        self.call = call
        self.label = terms.label
        self.muted = terms.muted
        self.hold = False
        self.coaching = terms.coach is not None
        self.call_sid_to_coach = terms.coach
        self.start_on_enter = terms.start_on_enter
        self.end_on_exit = terms.end_on_exit
        self.joined = joined
        self.status = "connected"
        self.script: Script | None = None
        """Plays wait or hold audio."""

    def quiet(self) -> None:
        """Stop wait or hold audio."""
        if self.script:
            self.script.close()
            self.script = None


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
"""Events, and the word with which statusCallbackEvent requests them."""


class ConferenceReports:
    """Numbers the events of one conference and sends those that were asked for."""

    def __init__(
        self, account: PhoneNetwork, sid: str, name: str, callback: ConferenceCallback | None
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


class ConferenceRefusal(Exception):
    """The leg cannot join; its Dial fails and the next verb runs."""


class Conference:
    """status: init (waiting for a second participant or a starter), in-progress, completed."""

    def __init__(self, account: PhoneNetwork, name: str, first: ParticipantOptions) -> None:
        self.account = account
        self.sid = account.sids.new("CF")
        self.name = name
        self.status = "init"
        self.created = self.updated = account.clock.time()
        self._reports = ConferenceReports(account, self.sid, name, first.callback)
        self.recording_order = first.recording
        self.max_participants = first.max_participants
        self.participants: dict[str, Participant] = {}
        self.reason_ended: str | None = None
        self.call_sid_ending: str | None = None
        self._announcement: Script | None = None
        self._recording: str | None = None

    def tell(self, event: str, participant: Participant | None = None, **params: str) -> None:
        """Report an event, by its full name."""
        self._reports.tell(event, participant, **params)

    # --- one leg's stay

    def stay(self, execution: Execution, terms: ParticipantOptions) -> Steps:
        """Take part until the leg leaves; returns the DialCallStatus, "answered" or "failed"."""
        call = execution.call
        try:
            participant = self.join(call, terms)
        except ConferenceRefusal as refused:
            execution.account.fault(call.sid, 16025 if "label" in str(refused) else 13240, str(refused))
            return "failed"
        reason = "participant_updated_via_api"
        try:
            self._wait_audio(participant, execution, terms)
            until = None if terms.time_limit is None else participant.joined + terms.time_limit
            result, reason = yield from self._until_left(execution, participant, terms, until)
        finally:
            if call.ended is not None:
                reason = "participant_hung_up"
            self.leave(participant, reason)
        return result

    def _until_left(
        self, execution: Execution, participant: Participant, terms: ParticipantOptions, until: float | None
    ) -> Steps:
        while True:
            event = yield until
            if event is TIMED_OUT or (isinstance(event, Key) and event.key == "*" and terms.hangup_on_star):
                return "answered", "participant_hung_up"
            if isinstance(event, Signal) and event.about is participant:
                return event.value

    # --- coming and going

    def join(self, call: CallLeg, terms: ParticipantOptions) -> Participant:
        """Join the conference. Raises ConferenceRefusal: full, label taken, or nobody to coach."""
        if terms.label and any(p.label == terms.label for p in self.participants.values()):
            raise ConferenceRefusal(f"the participant label {terms.label} is taken")
        if len(self.participants) >= min(self.max_participants, terms.max_participants):
            raise ConferenceRefusal(f"conference {self.name} is full")
        if terms.coach is not None and terms.coach not in self.participants:
            raise ConferenceRefusal(f"{terms.coach} is not here to be coached")
        participant = Participant(call, terms, self.account.clock.time())
        self.participants[call.sid] = participant
        self.tell("participant-join", participant)
        if self.status == "init" and len(self.participants) >= 2 and self._has_starter():
            self._start()
        self.arrange()
        return participant

    def leave(self, participant: Participant, reason: str) -> None:
        """Remove the leg: it left by itself, by REST, or because the conference ended."""
        if self.participants.get(participant.call.sid) is not participant:
            return
        del self.participants[participant.call.sid]
        participant.quiet()
        participant.status = "complete"
        self.tell(
            "participant-leave",
            participant,
            ReasonParticipantLeft=reason,
            ParticipantCallStatus=participant.call.status,
        )
        self.arrange()
        if self.status == "completed":
            return
        way = "kicked" if reason == "participant_updated_via_api" else "left"
        if participant.end_on_exit:
            self.end(f"participant-with-end-conference-on-exit-{way}", participant)
        elif not self.participants:
            self.end(f"last-participant-{way}", participant)

    def end(self, reason: str, by: Participant | None = None) -> None:
        """End it for all; every remaining leg goes on after its Dial."""
        if self.status == "completed":
            return
        self.status = "completed"
        self.reason_ended = reason
        self.call_sid_ending = by.call.sid if by else None
        if self._announcement:
            self._announcement.close()
        left = (
            "conference_ended_via_api"
            if reason == "conference-ended-via-api"
            else "moderator_ended_conference"
        )
        for participant in list(self.participants.values()):
            self.dismiss(participant, left)
            # The leg's own script may be busy; it must be out before the conference reports its end.
            self.leave(participant, left)
        if self._recording:
            self.account.recorder.finish(self._recording)
        params = {"ReasonConferenceEnded": reason}
        if by:
            params["CallSidEndingConference"] = by.call.sid
            if by.label:
                params["ParticipantLabelEndingConference"] = by.label
        self.tell("conference-end", **params)
        self.account.rooms.forget(self)

    def dismiss(self, participant: Participant, reason: str) -> None:
        """Tell the leg's script to leave; its Dial ends as answered."""
        if participant.call.script:
            participant.call.script.post(Signal(participant, ("answered", reason)))

    # --- changes over REST

    def set_muted(self, participant: Participant, muted: bool) -> None:
        if participant.muted != muted:
            participant.muted = muted
            self.tell("participant-mute" if muted else "participant-unmute", participant)
            self.arrange()

    def set_hold(self, participant: Participant, hold: bool, url: str | None, method: str) -> None:
        """Put a leg on hold, where it hears hold audio only and nobody hears it, or take it off hold."""
        if participant.hold == hold:
            return
        participant.hold = hold
        participant.quiet()
        if hold:
            self._play_to(participant, url, method)
        self.tell("participant-hold" if hold else "participant-unhold", participant)
        self.arrange()

    def announce(self, url: str, method: str, only: Participant | None = None) -> None:
        """Play a document to one participant, or to all but those who hold: they hear hold audio only."""
        delay = self.account.switches.announcement_delay
        if delay:
            then = self.account.clock.time() + delay
            self.account.at(then, lambda: self._play_announcement(url, method, only))
        else:
            self._play_announcement(url, method, only)

    def _play_announcement(self, url: str, method: str, only: Participant | None) -> None:
        if self.account.switches.announcements_fail:
            self.tell("announcement-fail", only, AnnounceUrl=url, ReasonAnnouncementFailed="internal error")
            return
        everyone = [only] if only else [p for p in self.participants.values() if not p.hold]
        if not everyone or self.status == "completed":
            return
        listener = ConferenceAudio([p.call.ears for p in everyone])
        source = DocumentRequest(url, method)

        def steps(execution: Execution) -> Steps:
            try:
                yield from execution.run(source)
            except TwimlFault as fault:
                self.tell("announcement-fail", only, AnnounceUrl=url, ReasonAnnouncementFailed=fault.text)
                return
            self.tell("announcement-end", only, AnnounceUrl=url)

        execution = Execution.begin(everyone[0].call, steps, context="wait", listener=listener)
        execution.extra_params = self._reports.names
        self._announcement = execution.script
        execution.script.start()

    # --- what it sounds like

    def arrange(self) -> None:
        """Work out who hears whom. Before the start nobody hears anybody."""
        self.updated = self.account.clock.time()
        present = [p for p in self.participants.values() if not p.hold]
        pairs: set[tuple[str, str]] = set()
        if self.status == "in-progress":
            pairs = {
                (hearer.call.sid, speaker.call.sid)
                for speaker in present
                for hearer in present
                if hearer is not speaker and self._audible(speaker, hearer)
            }
        self.account.hearing.arrange(self.sid, pairs)

    @staticmethod
    def _audible(speaker: Participant, hearer: Participant) -> bool:
        if speaker.muted:
            return False
        return not speaker.coaching or speaker.call_sid_to_coach == hearer.call.sid

    def _has_starter(self) -> bool:
        return any(p.start_on_enter for p in self.participants.values())

    def _start(self) -> None:
        self.status = "in-progress"
        for participant in self.participants.values():
            if not participant.hold:
                participant.quiet()
        self.tell("conference-start")
        if self.recording_order:
            first = next(iter(self.participants.values())).call.sid
            recording = self.account.recorder.start(first, "Conference", self.recording_order, self.sid)
            self._recording = recording.sid

    def _wait_audio(self, participant: Participant, execution: Execution, terms: ParticipantOptions) -> None:
        if self.status != "init" or terms.wait_url == SILENCE:
            return
        self._play_to(participant, terms.wait_url, terms.wait_method)

    def _play_to(self, participant: Participant, url: str | None, method: str) -> None:
        """Play a document to one leg; the built-in music when there is no URL."""

        def steps(execution: Execution) -> Steps:
            try:
                if url is None:
                    yield from play(execution, HOLD_MUSIC, 1000)
                elif url:
                    yield from execution.run(DocumentRequest(url, method))
            except TwimlFault:
                # A failing waitUrl keeps the conference from being established (facts 3.7).
                if self.status == "init" and participant.call.script:
                    participant.call.script.post(Signal(participant, ("failed", "participant_add_failed")))

        execution = Execution.begin(participant.call, steps, context="wait")
        execution.extra_params = self._reports.names
        participant.script = execution.script
        execution.script.start()


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
