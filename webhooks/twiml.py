"""Turns instructions into TwiML, with Twilio's own builder. Characters that XML forbids are removed, which
the builder does not do.

Every document goes on or says goodbye: a document that ends without either hangs up on a caller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import lru_cache

from twilio.twiml import GenericNode, TwiML  # type: ignore[import-untyped]
from twilio.twiml.voice_response import Conference, Dial, Gather, VoiceResponse  # type: ignore[import-untyped]

from ivr.engine import instructions as told
from ivr.engine.instructions import HangUp, Instruction, Join, Listen, Pause, Play, Prompt, Record, Say
from webhooks.speech import Speaker, clean
from webhooks.urls import Urls

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response />'
MOST_HINTS = 500
HINT_LENGTH = 100


class TwimlRenderer:
    """`voices` maps a language to the carrier's name of a voice; `caller_id` is shown in transfers. Where the
    line has several `languages`, the addresses of a caller tell which of them was spoken."""

    def __init__(
        self, urls: Urls, voices: Mapping[str, str], caller_id: str, languages: Sequence[str] = ()
    ) -> None:
        self._urls, self._caller_id = urls, caller_id
        self._languages = languages if len(languages) > 1 else ()
        self.say = Speaker(voices)

    def __call__(self, instruction: Instruction | None, call_sid: str, turn: int) -> str:
        """Return the document for the caller's leg; `turn` is the number that its outcome will carry."""
        if instruction is None:
            return EMPTY
        response = VoiceResponse()
        match instruction:
            case Listen():
                self._listen(response, instruction, call_sid, turn)
            case Record():
                self._record(response, instruction, call_sid, turn)
            case told.Dial():
                self._dial(response, instruction, call_sid, turn)
            case told.Pay():
                self._pay(response, instruction, call_sid, turn)
            case Join():
                dial = Dial(action=self._urls.turn(call_sid, turn, "talked"), method="POST")
                dial.append(self.room(instruction.room))
                response.append(dial)
            case HangUp():
                self.prompts(response, instruction.prompts)
                response.hangup()
        return str(response.to_xml())

    def _in(self, spoken: Set[str]) -> Urls:
        """Return the addresses after this was spoken: more than one language tells nothing about the
        caller."""
        (language,) = spoken if len(spoken) == 1 else ("",)
        return self._urls.speaking(language) if language in self._languages else self._urls

    def room(self, offer_id: str, ends: bool = True) -> Conference:
        """Return the conference of caller and agent, named after their offer. Silence while alone: the other
        party is a moment away. It `ends` when anybody leaves except a consulted agent."""
        return Conference(
            offer_id,
            beep=False,
            start_conference_on_enter=True,
            end_conference_on_exit=ends,
            wait_url="",
            status_callback=self._urls.room(offer_id),
            status_callback_event="start end join leave announcement",
            status_callback_method="POST",
        )

    def prompts(self, parent: TwiML, prompts: Sequence[Prompt]) -> None:
        for prompt in prompts:
            match prompt:
                case Say():
                    parent.append(self.say(prompt))
                case Play():
                    parent.nest(GenericNode("Play", self._urls.audio(prompt.path)))
                case Pause():
                    parent.nest(GenericNode("Pause", "", length=str(prompt.seconds)))

    def _listen(self, response: VoiceResponse, told_: Listen, sid: str, turn: int) -> None:
        action = self._in(_spoken(told_.prompts)).turn(sid, turn, "input")
        attributes = {
            "input": "dtmf speech" if told_.speech else "dtmf",
            "action": action,
            "method": "POST",
            "timeout": max(1, told_.timeout),
            "finish_on_key": told_.finish_on,
            "action_on_empty_result": True,
        }
        if told_.digits is not None:
            attributes["num_digits"] = told_.digits
        if told_.speech:
            attributes |= {"language": told_.language, "speech_timeout": "auto"}
            if told_.hints:
                attributes["hints"] = _hints(told_.hints)
        gather = Gather(**attributes)
        self.prompts(gather, told_.prompts)
        response.append(gather)
        response.redirect(action, method="POST")  # if Twilio asks no action: silence is an answer too

    def _record(self, response: VoiceResponse, told_: Record, sid: str, turn: int) -> None:
        action = self._urls.turn(sid, turn, "recorded")
        attributes = {"transcribe": True, "transcribe_callback": self._urls.transcription(sid)}
        response.record(
            action=action,
            method="POST",
            timeout=told_.silence,
            max_length=told_.max_seconds,
            finish_on_key=told_.finish_on,
            play_beep=True,
            recording_status_callback=self._urls.recording(sid, told_.queue),
            recording_status_callback_event="completed absent",
            **(attributes if told_.transcribe else {}),
        )
        response.redirect(action, method="POST")

    def _dial(self, response: VoiceResponse, told_: told.Dial, sid: str, turn: int) -> None:
        dial = Dial(
            action=self._urls.turn(sid, turn, "dialled"),
            method="POST",
            timeout=told_.timeout,
            caller_id=self._caller_id,
        )
        dial.number(told_.number, **({"send_digits": told_.extension} if told_.extension else {}))
        response.append(dial)

    def _pay(self, response: VoiceResponse, told_: told.Pay, sid: str, turn: int) -> None:
        action = self._in({told_.language}).turn(sid, turn, "paid")
        attributes = {
            "action": action,
            "payment_connector": told_.connector,
            "token_type": "reusable" if told_.reusable else "one-time",
            "max_attempts": told_.attempts,
            "timeout": 10,
            "language": told_.language,
        }
        if told_.amount:
            attributes |= {"charge_amount": told_.amount, "currency": told_.currency}
        if told_.description:
            attributes["description"] = clean(told_.description)
        response.pay(**attributes)
        response.redirect(action, method="POST")


def _spoken(prompts: Sequence[Prompt]) -> set[str]:
    return {prompt.language for prompt in prompts if isinstance(prompt, Say)}


@lru_cache(maxsize=256)
def _hints(words: tuple[str, ...]) -> str:
    kept = (clean(word).replace(",", " ").strip()[:HINT_LENGTH] for word in words[:MOST_HINTS])
    return ",".join(word for word in kept if word)
