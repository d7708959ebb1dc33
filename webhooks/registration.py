"""Registers all of Twilio's webhooks in one Flask app."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from ivr.environment import Environment
from ivr.floor.transaction import Transactions
from ivr.flowfiles.carrier_voices import voices_of
from ivr.keys import KEPT_INPUT, Seal, derived
from ivr.package_files import MUSIC
from ivr.service.agent_leg import AgentLeg
from ivr.service.calls import CallService
from ivr.service.late_reports import LateReports
from ivr.service.recordings import RecordingPlayback, RecordingService
from ivr.service.supervision.monitoring import CallerAnnouncement, Monitoring
from ivr.settings import Settings
from webhooks.agent import agent_blueprint
from webhooks.answer_deadline import answer_in_time
from webhooks.audio import audio_blueprint
from webhooks.callbacks import callbacks_blueprint
from webhooks.caller import caller_blueprint
from webhooks.fallback import fallback_blueprint, outbound_fallback_blueprint
from webhooks.fallback_twiml import FallbackTwiml
from webhooks.hold import hold_blueprint
from webhooks.signature import Signature, require
from webhooks.sms import sms_blueprint
from webhooks.supervision import supervision_blueprint
from webhooks.transfers import transfers_blueprint
from webhooks.twiml import TwimlRenderer
from webhooks.urls import Urls, prefix
from webhooks.voicemail_audio import messages_blueprint
from webhooks.whisper import Whisper


@dataclass(frozen=True, slots=True)
class VoiceServices:
    """The services behind the webhooks. `late` stores reports once the database can."""

    calls: CallService
    recordings: RecordingService
    listening: RecordingPlayback
    agent_leg: AgentLeg
    monitoring: Monitoring
    announcement: CallerAnnouncement
    late: LateReports


def register_webhooks(
    app: Flask,
    settings: Settings,
    environment: Environment,
    transactions: Transactions,
    services: VoiceServices,
    urls: Urls,
    render: TwimlRenderer,
) -> None:
    """Register Twilio's webhooks and the audio it fetches. Each must be signed, and is answered in time."""
    answer_in_time(app)
    require(app, Signature(environment.public_url, environment.auth_tokens))
    voices = voices_of(settings.languages, settings.voices)
    numbers, caller_id = settings.emergency_numbers, str(settings.caller_id)
    last_resort = FallbackTwiml(
        urls, settings.languages, numbers, caller_id, environment.emergency_file, voices
    )
    _register_callers(app, settings, environment, transactions, services, last_resort)
    cancel = services.calls.callbacks.bookings.cancel_by_text
    app.register_blueprint(sms_blueprint(transactions, last_resort, settings, cancel))
    app.register_blueprint(messages_blueprint(services.listening))
    app.register_blueprint(audio_blueprint(settings.flows_path / "audio", MUSIC))
    calls, late, language = services.calls, services.late, settings.languages[0]
    whisper = Whisper(urls, render, language)
    own_urls = Urls(environment.public_url)
    for legs in (
        outbound_fallback_blueprint(transactions, own_urls, last_resort),
        agent_blueprint(services.agent_leg, calls, whisper, late, services.monitoring, urls),
        callbacks_blueprint(calls, urls, render, last_resort, late),
        hold_blueprint(transactions, calls.turns.contexts, urls, render),
        transfers_blueprint(transactions, urls, render, settings, late),
        supervision_blueprint(services.monitoring, services.announcement, urls, render, language, late),
    ):
        app.register_blueprint(legs)


def _register_callers(
    app: Flask,
    settings: Settings,
    environment: Environment,
    transactions: Transactions,
    services: VoiceServices,
    last_resort: FallbackTwiml,
) -> None:
    """Register callers' addresses twice: alone, and with the language that was spoken last."""
    clock, country = transactions.clock, settings.country
    seal = Seal(derived(environment.secret_key, KEPT_INPUT), clock)
    caller = caller_blueprint(services.calls, services.recordings, last_resort, services.late, seal, country)
    for voice in (caller, fallback_blueprint(last_resort, services.calls, country, clock)):
        app.register_blueprint(voice)
        app.register_blueprint(voice, name=f"{voice.name}_spoken", url_prefix=prefix("<language>"))
