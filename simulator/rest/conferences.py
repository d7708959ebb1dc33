"""Conferences and their participants (facts 4.5)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from simulator.account import TwilioAccount
from simulator.call import Call
from simulator.conference import Conference, Participant
from simulator.outbound import place
from simulator.participant_options import ConferenceCallback, ParticipantOptions
from simulator.recordings import RecordingOrder
from simulator.rest import fields
from simulator.rest.calls import DETECTION_FIELDS, check_destination
from simulator.rest.responses import ApiError, answer, date, not_found, page

CREATE_FIELDS = (
    "From", "To", "Label", "Timeout", "EarlyMedia", "StartConferenceOnEnter", "EndConferenceOnExit",
    "Muted", "Beep", "WaitUrl", "WaitMethod", "MaxParticipants", "Coaching", "CallSidToCoach",
    "StatusCallback", "StatusCallbackEvent", "StatusCallbackMethod", "ConferenceStatusCallback",
    "ConferenceStatusCallbackEvent", "ConferenceStatusCallbackMethod", "ConferenceRecord",
    "ConferenceRecordingStatusCallback", "CallToken", "CallerId", "TimeLimit", "AmdStatusCallback",
    "AmdStatusCallbackMethod", *DETECTION_FIELDS,
)  # fmt: skip

UPDATE_FIELDS = (
    "Muted", "Hold", "HoldUrl", "HoldMethod", "AnnounceUrl", "AnnounceMethod", "WaitUrl",
    "WaitMethod", "BeepOnExit", "EndConferenceOnExit", "Coaching", "CallSidToCoach",
)  # fmt: skip


def conferences_api(api: Blueprint, account: TwilioAccount) -> None:
    """Add the routes of conferences and participants."""

    @api.get("/Conferences.json")
    def many() -> Response:
        with account.lock:
            rooms = reversed(account.rooms.by_sid.values())
            found = [_conference_json(account, c) for c in rooms if _fits(c) and _listed(c, c.created)]
            return page("conferences", found)

    @api.get("/Conferences/<conference_sid>.json")
    def one(conference_sid: str) -> Response:
        with account.lock:
            return answer(_conference_json(account, _find(account, conference_sid)))

    @api.post("/Conferences/<conference_sid>.json")
    def update(conference_sid: str) -> Response:
        with account.lock:
            conference = _find(account, conference_sid)
            _update_conference(conference)
            return answer(_conference_json(account, conference))

    _participants_api(api, account)


def _participants_api(api: Blueprint, account: TwilioAccount) -> None:
    @api.get("/Conferences/<conference_sid>/Participants.json")
    def participants(conference_sid: str) -> Response:
        with account.lock:
            conference = _find(account, conference_sid)
            everybody = conference.participants.values()
            present = [p for p in everybody if _participant_fits(p) and _listed(conference, p.joined)]
            return page("participants", [_participant_json(account, conference, p) for p in present])

    @api.post("/Conferences/<conference_name>/Participants.json")
    def add_participant(conference_name: str) -> Response:
        with account.lock:
            return answer(_add_participant(account, conference_name), 201)

    @api.get("/Conferences/<conference_sid>/Participants/<who>.json")
    def participant(conference_sid: str, who: str) -> Response:
        with account.lock:
            conference = _find(account, conference_sid)
            return answer(_participant_json(account, conference, _participant(conference, who)))

    @api.post("/Conferences/<conference_sid>/Participants/<who>.json")
    def update_participant(conference_sid: str, who: str) -> Response:
        with account.lock:
            conference = _find(account, conference_sid)
            found = _participant(conference, who)
            _update_participant(conference, found)
            return answer(_participant_json(account, conference, found))

    @api.delete("/Conferences/<conference_sid>/Participants/<who>.json")
    def kick(conference_sid: str, who: str) -> Response:
        with account.lock:
            conference = _find(account, conference_sid)
            conference.dismiss(_participant(conference, who), "participant_updated_via_api")
            return answer(None, 204)


def _find(account: TwilioAccount, sid: str) -> Conference:
    conference = account.rooms.by_sid.get(sid)
    if conference is None:
        raise not_found(f"/Conferences/{sid}.json")
    return conference


def _participant(conference: Conference, who: str) -> Participant:
    """By call SID or label."""
    for participant in conference.participants.values():
        if who in (participant.call.sid, participant.label):
            return participant
    raise not_found(f"/Conferences/{conference.sid}/Participants/{who}.json")


def _fits(conference: Conference) -> bool:
    name, status = request.args.get("FriendlyName"), request.args.get("Status")
    return (not name or conference.name == name) and (not status or conference.status == status)


def _listed(conference: Conference, since: float) -> bool:
    """Lists lag behind what is there."""
    account = conference.account
    return since <= account.clock.time() - account.switches.list_lag


def _participant_fits(participant: Participant) -> bool:
    given = request.args
    return all(
        given.get(name) in (None, str(value).lower())
        for name, value in {"Muted": participant.muted, "Hold": participant.hold}.items()
    )


def _update_conference(conference: Conference) -> None:
    fields.allow("Status", "AnnounceUrl", "AnnounceMethod")
    if conference.status == "completed":
        raise ApiError(400, 20001, "The conference has ended")
    status = request.form.get("Status")
    if status and status != "completed":
        raise ApiError(400, 20001, f"Status cannot be {status}")
    announcement = fields.url("AnnounceUrl")
    if announcement:
        conference.announce(announcement, fields.method("AnnounceMethod"))
    if status:
        conference.end("conference-ended-via-api")


def _update_participant(conference: Conference, participant: Participant) -> None:
    fields.allow(*UPDATE_FIELDS)
    form = request.form
    if "EndConferenceOnExit" in form:
        participant.end_on_exit = fields.flag("EndConferenceOnExit")
        conference.tell("participant-modify", participant)
    if "Coaching" in form:
        _set_coaching(conference, participant)
    if "Muted" in form:
        conference.set_muted(participant, fields.flag("Muted"))
    if "Hold" in form:
        conference.set_hold(
            participant, fields.flag("Hold"), fields.url("HoldUrl"), fields.method("HoldMethod", "GET")
        )
    announcement = fields.url("AnnounceUrl")
    if announcement:
        conference.announce(announcement, fields.method("AnnounceMethod"), participant)


def _set_coaching(conference: Conference, participant: Participant) -> None:
    participant.coaching = fields.flag("Coaching")
    coached = request.form.get("CallSidToCoach")
    if participant.coaching and coached not in conference.participants:
        raise ApiError(400, 13240, "CallSidToCoach is not in this conference")
    participant.call_sid_to_coach = coached if participant.coaching else None
    conference.tell("participant-modify", participant)
    conference.arrange()


def _add_participant(account: TwilioAccount, name: str) -> dict[str, Any]:
    """Call somebody and take them into the conference of that name or SID."""
    fields.allow(*CREATE_FIELDS)
    existing = account.rooms.by_sid.get(name)
    if existing and existing.status == "completed":
        raise ApiError(400, 20001, "The conference has ended")
    if name.startswith("CF") and len(name) == 34 and not existing:
        raise not_found(f"/Conferences/{name}.json")
    from_ = fields.required("From", 21213)
    to = check_destination(fields.required("To", 21201))
    terms = _terms()
    conference = existing or account.rooms.enter(name, terms)
    call = account.new_call(from_, to, "outbound-api")
    call.status_callback = fields.status_callback()
    call.when_answered.append(
        lambda answered: answered.follow(
            lambda execution: conference.stay(execution, terms), when_over=lambda _: answered.end()
        )
    )
    timeout = fields.number("Timeout", 60, 5, 600) + account.switches.dial_extra_seconds
    slot = account.call_slot()
    account.at(slot, lambda: place(call, timeout))
    return _future_json(account, conference, call, terms)


def _terms() -> ParticipantOptions:
    form = request.form
    return ParticipantOptions(
        start_on_enter=fields.flag("StartConferenceOnEnter", True),
        end_on_exit=fields.flag("EndConferenceOnExit"),
        muted=fields.flag("Muted"),
        label=form.get("Label", ""),
        wait_url=form.get("WaitUrl"),
        wait_method=fields.method("WaitMethod"),
        max_participants=fields.number("MaxParticipants", 250, 2, 250),
        coach=form.get("CallSidToCoach") if fields.flag("Coaching") else None,
        callback=_conference_callback(),
        recording=_recording(),
    )


def _conference_callback() -> ConferenceCallback | None:
    address = fields.url("ConferenceStatusCallback")
    if address is None:
        return None
    events = " ".join(request.form.getlist("ConferenceStatusCallbackEvent")).split() or ["start", "end"]
    return ConferenceCallback(address, fields.method("ConferenceStatusCallbackMethod"), frozenset(events))


def _recording() -> RecordingOrder | None:
    if request.form.get("ConferenceRecord", "false") not in ("true", "record-from-start"):
        return None
    return RecordingOrder(callback_url=fields.url("ConferenceRecordingStatusCallback"))


def _conference_json(account: TwilioAccount, conference: Conference) -> dict[str, Any]:
    uri = f"/2010-04-01/Accounts/{account.account_sid}/Conferences/{conference.sid}"
    return {
        "sid": conference.sid,
        "account_sid": account.account_sid,
        "friendly_name": conference.name,
        "status": conference.status,
        "region": "us1",
        "api_version": "2010-04-01",
        "date_created": date(conference.created),
        "date_updated": date(conference.updated),
        "reason_conference_ended": conference.reason_ended,
        "call_sid_ending_conference": conference.call_sid_ending,
        "uri": f"{uri}.json",
        "subresource_uris": {
            "participants": f"{uri}/Participants.json",
            "recordings": f"{uri}/Recordings.json",
        },
    }


def _participant_json(
    account: TwilioAccount, conference: Conference, participant: Participant
) -> dict[str, Any]:
    uri = f"/2010-04-01/Accounts/{account.account_sid}/Conferences/{conference.sid}/Participants"
    return {
        "account_sid": account.account_sid,
        "call_sid": participant.call.sid,
        "conference_sid": conference.sid,
        "label": participant.label or None,
        "muted": participant.muted,
        "hold": participant.hold,
        "coaching": participant.coaching,
        "call_sid_to_coach": participant.call_sid_to_coach,
        "start_conference_on_enter": participant.start_on_enter,
        "end_conference_on_exit": participant.end_on_exit,
        "status": participant.status,
        "queue_time": "0",
        "date_created": date(participant.joined),
        "date_updated": date(participant.joined),
        "uri": f"{uri}/{participant.call.sid}.json",
    }


def _future_json(
    account: TwilioAccount, conference: Conference, call: Call, terms: ParticipantOptions
) -> dict[str, Any]:
    """The answer to a create: the leg is only about to be called."""
    future = Participant(call, terms, call.created)
    future.status = "queued"
    return _participant_json(account, conference, future)
