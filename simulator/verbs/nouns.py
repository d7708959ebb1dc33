"""The nouns of <Dial>: Number, Client, Sip and Conference."""

from __future__ import annotations

import re
from types import SimpleNamespace
from xml.etree.ElementTree import Element

from simulator.debugger_faults import TwimlFault
from simulator.document_requests import DocumentRequest, resolve
from simulator.participant_options import ConferenceCallback, ParticipantOptions, StatusCallback
from simulator.recordings import RecordingOrder
from simulator.verbs.base import (
    Attribute,
    DocumentRun,
    Warn,
    boolean,
    choice,
    integer,
    method,
    plain_text,
    read_attributes,
    refuse_children,
    text,
    words,
)

_STATUS = {
    "url": text(),
    "method": method(),
    "statusCallback": text(),
    "statusCallbackMethod": method(),
    "statusCallbackEvent": words(("completed",), "initiated", "ringing", "answered", "completed"),
}

_DETECTION = {
    "machineDetection": choice(None, "Enable", "DetectMessageEnd"),
    "machineDetectionTimeout": integer(30, least=3, most=60),
    "machineDetectionSpeechThreshold": integer(2400, least=1000, most=6000),
    "machineDetectionSpeechEndThreshold": integer(1200, least=500, most=5000),
    "machineDetectionSilenceTimeout": integer(5000, least=2000, most=10000),
    "amdStatusCallback": text(),
    "amdStatusCallbackMethod": method(),
}

ATTRIBUTES: dict[str, dict[str, Attribute]] = {
    "Number": {**_STATUS, **_DETECTION, "sendDigits": text(), "byoc": text()},
    "Client": {**_STATUS, "clientNotificationUrl": text()},
    "Sip": {**_STATUS, **_DETECTION, "username": text(), "password": text()},
}

CONFERENCE_ATTRIBUTES: dict[str, Attribute] = {
    "muted": boolean(False, code=13230),
    "beep": choice("true", "true", "false", "onEnter", "onExit", code=13233),
    "startConferenceOnEnter": boolean(True, code=13231),
    "endConferenceOnExit": boolean(False, code=13232),
    "participantLabel": text("", longest=128),
    "jitterBufferSize": choice("large", "off", "small", "medium", "large"),
    "waitUrl": text(code=13234),
    "waitMethod": method(code=13235),
    "maxParticipants": integer(250, least=2, most=250, code=13236),
    "record": choice("do-not-record", "do-not-record", "record-from-start"),
    "trim": choice("trim-silence", "trim-silence", "do-not-trim"),
    "coach": text(),
    "region": text(),
    "statusCallback": text(),
    "statusCallbackEvent": words(
        (), "start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"
    ),
    "statusCallbackMethod": method(),
    "recordingStatusCallback": text(),
    "recordingStatusCallbackMethod": method(),
    "recordingStatusCallbackEvent": words(("completed",), "in-progress", "completed", "absent"),
    "eventCallbackUrl": text(),
}

LONGEST_NAME = 128


class DialledParty:
    """A Number, Client or Sip to ring."""

    def __init__(self, element: Element, warn: Warn) -> None:
        self.kind = element.tag
        self.options = read_attributes(element, ATTRIBUTES[element.tag], warn)
        self.address = self._address(element, warn)

    def _address(self, element: Element, warn: Warn) -> str:
        value = plain_text(element)
        if self.kind == "Client":
            return "client:" + (self._identity(element, warn) or value)
        refuse_children(element, warn)
        if self.kind == "Sip":
            if not value.startswith(("sip:", "sips:")):
                raise TwimlFault(32214, f"{value!r} is not a SIP address")
            return value
        return number(value)

    @staticmethod
    def _identity(element: Element, warn: Warn) -> str:
        identity = ""
        for child in element:
            if child.tag == "Identity":
                identity = plain_text(child)
            elif child.tag != "Parameter" or set(child.attrib) != {"name", "value"}:
                warn(f"<{child.tag}> with {sorted(child.attrib)} is not allowed inside <Client>")
        return identity

    def whisper(self, execution: DocumentRun) -> DocumentRequest | None:
        """Return what the called party hears before it is bridged."""
        if not self.options.url:
            return None
        return DocumentRequest(resolve(execution.url, self.options.url), self.options.method)

    def status_callback(self, execution: DocumentRun) -> StatusCallback | None:
        if not self.options.statusCallback:
            return None
        url = resolve(execution.url, self.options.statusCallback)
        return StatusCallback(
            url, self.options.statusCallbackMethod, frozenset(self.options.statusCallbackEvent)
        )


def number(value: str) -> str:
    """A number to dial, punctuation removed. Raises TwimlFault 13223."""
    bare = re.sub(r"[\s().-]", "", value)
    if not re.fullmatch(r"\+?\d{3,15}", bare):
        raise TwimlFault(13223, f"{value!r} is not a telephone number")
    return bare


class ConferenceNoun:
    """A conference to join."""

    def __init__(self, element: Element, warn: Warn) -> None:
        refuse_children(element, warn)
        self.options: SimpleNamespace = read_attributes(element, CONFERENCE_ATTRIBUTES, warn)
        self.name = plain_text(element)
        if not self.name or len(self.name) > LONGEST_NAME:
            raise TwimlFault(13230, f"a conference needs a name of 1 to {LONGEST_NAME} characters")

    def terms(self, execution: DocumentRun, hangup_on_star: bool, time_limit: float) -> ParticipantOptions:
        """How the leg takes part."""
        options = self.options
        return ParticipantOptions(
            start_on_enter=options.startConferenceOnEnter,
            end_on_exit=options.endConferenceOnExit,
            muted=options.muted,
            label=options.participantLabel,
            wait_url=resolve(execution.url, options.waitUrl) if options.waitUrl else options.waitUrl,
            wait_method=options.waitMethod,
            max_participants=options.maxParticipants,
            coach=options.coach or None,
            callback=self._callback(execution),
            recording=self._recording(execution),
            hangup_on_star=hangup_on_star,
            time_limit=time_limit,
        )

    def _callback(self, execution: DocumentRun) -> ConferenceCallback | None:
        options = self.options
        if not options.statusCallback:
            return None
        url = resolve(execution.url, options.statusCallback)
        return ConferenceCallback(url, options.statusCallbackMethod, frozenset(options.statusCallbackEvent))

    def _recording(self, execution: DocumentRun) -> RecordingOrder | None:
        options = self.options
        if options.record == "do-not-record":
            return None
        callback = options.recordingStatusCallback
        return RecordingOrder(
            trim=False,
            callback_url=resolve(execution.url, callback) if callback else None,
            callback_method=options.recordingStatusCallbackMethod,
            callback_events=frozenset(options.recordingStatusCallbackEvent),
        )
