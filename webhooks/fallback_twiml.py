"""Documents for the time when we cannot work: made at start, without a database.

First "one moment", and the same turn again; then straight to a person; then the emergency numbers of
config.yaml in turn, and a message that is kept in a file. Never silence, never a dropped call.

The addresses of a call contain its language, as far as it is known. A caller whose language is unknown hears
the important sentence in each language of the line, which must not take longer than all of it in one.
"""

from __future__ import annotations

import json
import logging
import os
import re
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path

from twilio.twiml import TwiML  # type: ignore[import-untyped]
from twilio.twiml.voice_response import Gather, VoiceResponse  # type: ignore[import-untyped]

from webhooks.speech import Speaker, words_in
from webhooks.urls import Urls

log = logging.getLogger(__name__)

MOST_AGAIN = 8
DIAL_S = 20
REPEATED = 200  # messages: a carrier that sends a request again does so within seconds
WORDS = {
    "en": {
        "moment": "One moment, please.",
        "sorry": "We are sorry, something is not working on our side. We will put you through to a person.",
        "message": "Nobody could be reached. Please leave your name, your number and a message after the"
        " tone. We will call you back.",
        "talked": "Thank you. Goodbye.",
        "thanks": "Thank you. Somebody will call you back. Goodbye.",
        "kept": "We are sorry, something is not working on our side, and we cannot put you through now."
        " Your callback stays on record. Goodbye.",
    },
    "es": {
        "moment": "Un momento, por favor.",
        "sorry": "Lo sentimos, algo no funciona de nuestro lado. Le pasamos con una persona.",
        "message": "No hemos podido localizar a nadie. Deje su nombre, su número y un mensaje después de la"
        " señal. Le devolveremos la llamada.",
        "talked": "Gracias. Adiós.",
        "thanks": "Gracias. Alguien le devolverá la llamada. Adiós.",
        "kept": "Lo sentimos, algo no funciona de nuestro lado y ahora no podemos comunicarle."
        " Su llamada de vuelta queda anotada. Adiós.",
    },
    "de": {
        "moment": "Einen Moment, bitte.",
        "sorry": "Es tut uns leid, bei uns funktioniert etwas nicht. Wir verbinden Sie mit einem Menschen.",
        "message": "Wir haben niemanden erreicht. Bitte hinterlassen Sie nach dem Ton Ihren Namen, Ihre"
        " Nummer und eine Nachricht. Wir rufen Sie zurück.",
        "talked": "Danke. Auf Wiederhören.",
        "thanks": "Danke. Jemand ruft Sie zurück. Auf Wiederhören.",
        "kept": "Es tut uns leid, bei uns funktioniert etwas nicht, und wir können Sie jetzt nicht verbinden."
        " Ihr Rückruf bleibt vorgemerkt. Auf Wiederhören.",
    },
    "fr": {
        "moment": "Un instant, s’il vous plaît.",
        "sorry": "Nous sommes désolés, quelque chose ne fonctionne pas chez nous. Nous vous passons"
        " quelqu’un.",
        "message": "Personne n’a pu être joint. Veuillez laisser votre nom, votre numéro et un message après"
        " le signal. Nous vous rappellerons.",
        "talked": "Merci. Au revoir.",
        "thanks": "Merci. Quelqu’un vous rappellera. Au revoir.",
        "kept": "Nous sommes désolés, quelque chose ne fonctionne pas chez nous et nous ne pouvons pas vous"
        " passer quelqu’un maintenant. Votre rappel reste noté. Au revoir.",
    },
}


class FallbackTwiml:
    """The documents. `spool` is the file to which messages left in an emergency are written, a JSON object a
    line."""

    def __init__(
        self,
        urls: Urls,
        languages: Sequence[str],
        numbers: Sequence[str],
        caller_id: str,
        spool: Path,
        voices: Mapping[str, str],
    ) -> None:
        self._urls, self._speaker = urls, Speaker(voices)
        self._spoken = _said_briefly(spoken_in(languages))
        self._numbers, self._caller_id = tuple(numbers), caller_id
        self._spool, self._guard = spool, threading.Lock()
        self._just_written: deque[str] = deque(maxlen=REPEATED)
        self._alone: dict[str, FallbackTwiml] = {}
        self._alone |= {language: self._only(language) for language in languages}

    def speaking(self, language: str) -> FallbackTwiml:
        """Return the same in the one `language` that the caller speaks; in every language of the line if it
        is none."""
        return self._alone.get(language, self)

    def _only(self, language: str) -> FallbackTwiml:
        alone = copy(self)  # which keeps messages in the same file, under the same lock
        alone._urls, alone._spoken = self._urls.speaking(language), [words_in(WORDS, language)]
        return alone

    def one_moment(self, attempt: int, sid: str, number: int, kind: str, kept: str) -> str:
        """Say so, wait two seconds, and try the same again; after MOST_AGAIN times, use the emergency
        numbers."""
        if attempt >= MOST_AGAIN:
            return self.emergency(sid)
        return self._moment(attempt, self._urls.again(attempt + 1, sid, number, kind, kept))

    def called_back(self, url: str, times: int) -> str:
        """Return the same for a customer whom we called: again at `url`; after MOST_AGAIN times, tell the
        truth."""
        if times > MOST_AGAIN:
            return self._end("kept")
        return self._moment(times - 1, url)

    def _moment(self, attempt: int, url: str) -> str:
        """Say it in every language at first, then in one after the other: a round with all of them is longer,
        and the caller would reach a person later."""
        if attempt <= 0:
            return self._said_then("moment", url, pause=3 - min(2, len(self._spoken)))
        return self._said_then("moment", url, pause=2, only=attempt % len(self._spoken))

    def rescue(self, sid: str) -> str:
        """Apologise and go to a person: this turn failed and would fail again."""
        return self._said_then("sorry", self._urls.rescue(sid), pause=1)

    def resume(self, sid: str, lost: int | None = None) -> str:
        return self._said_then("moment", self._urls.resume(sid, lost), pause=1)

    def back(self, sid: str, person: bool) -> str:
        """Go to the present wait, or to the `person` asked for, without more words, which were said
        elsewhere."""
        return _onward(self._urls.rescue(sid) if person else self._urls.resume(sid))

    def rung(self, sid: str) -> str:
        """Return the same for a phone that we rang."""
        return _onward(self._urls.rung(sid, 0))

    def emergency(self, sid: str = "") -> str:
        """Apologise, then dial the emergency numbers one after the other, then take a message. With a `sid`,
        check before each whether that call can go on where it was, since the failure may be over."""
        return self._said_then("sorry", self._urls.emergency("dial-0", sid), pause=1)

    def dial(self, number: int, sid: str = "") -> str:
        """Ring the emergency number at this place in the list; past the last one, take a message."""
        response = VoiceResponse()
        if number < len(self._numbers):
            dial = response.dial(
                action=self._urls.emergency(f"dial-{number + 1}", sid),
                method="POST",
                timeout=DIAL_S,
                caller_id=self._caller_id,
            )
            dial.number(self._numbers[number])
            return str(response.to_xml())
        self._gather(response, "message", self._urls.emergency("record"), pause=1)
        self._record(response)
        return str(response.to_xml())

    def message(self) -> str:
        response = VoiceResponse()
        self._record(response)
        return str(response.to_xml())

    def goodbye(self) -> str:
        """Say goodbye to a caller who left a message, which is a promise."""
        return self._end("thanks")

    def talked(self) -> str:
        """Say goodbye to a caller who talked to somebody on an emergency number."""
        return self._end("talked")

    def _end(self, word: str) -> str:
        response = VoiceResponse()
        self._say(response, word)
        response.hangup()
        return str(response.to_xml())

    def keep(self, form: Mapping[str, str]) -> None:
        """Record that somebody left a message, without a database."""
        self._spooled(form, ("CallSid", "From", "To", "RecordingUrl", "RecordingSid", "RecordingDuration"))

    def keep_text(self, form: Mapping[str, str]) -> None:
        """Record the same for a text message."""
        self._spooled(form, ("MessageSid", "From", "To", "Body", "NumMedia", "OptOutType"))

    def _spooled(self, form: Mapping[str, str], fields: Sequence[str]) -> None:
        """Write a line whole and durably, whatever the file contains: a line that is there twice (another
        process, a restart) is read in once."""
        line = json.dumps({name: form.get(name, "") for name in fields})
        with self._guard:
            if line in self._just_written:
                return  # the same request again
            try:
                self._spool.parent.mkdir(parents=True, exist_ok=True)
                with self._spool.open("a", encoding="utf-8") as spool:
                    spool.write(line + "\n")
                    spool.flush()
                    os.fsync(spool.fileno())
            except OSError:
                log.exception("emergency message could not be written to %s: %s", self._spool, line)
            else:
                self._just_written.append(line)

    def _record(self, response: VoiceResponse) -> None:
        response.record(
            action=self._urls.emergency("recorded"),
            method="POST",
            timeout=5,
            max_length=180,
            finish_on_key="#*0",
        )
        response.redirect(self._urls.emergency("recorded"), method="POST")

    def _said_then(self, word: str, url: str, pause: int, only: int | None = None) -> str:
        response = VoiceResponse()
        self._gather(response, word, url, pause, only)
        response.redirect(url, method="POST")
        return str(response.to_xml())

    def _gather(
        self, response: VoiceResponse, word: str, url: str, pause: int, only: int | None = None
    ) -> None:
        gather = Gather(action=url, method="POST", num_digits=1, timeout=pause)
        self._say(gather, word, only)
        response.append(gather)

    def _say(self, parent: TwiML, word: str, only: int | None = None) -> None:
        """Say it in every language, or `only` in the one at this index."""
        for words, language in self._spoken if only is None else [self._spoken[only]]:
            parent.append(self._speaker.text(words[word], language))


def spoken_in(languages: Sequence[str]) -> list[str]:
    """Return the languages in which every caller of a line hears the engine's own sentences: each once, with
    English in place of those that it has no words for."""
    english = next((language for language in languages if language.split("-")[0] == "en"), "en-US")
    told: dict[str, str] = {}
    for language in languages:
        spoken = language if language.split("-")[0] in WORDS else english
        told.setdefault(spoken.split("-")[0], spoken)
    return list(told.values())


def _said_briefly(languages: Sequence[str]) -> list[tuple[Mapping[str, str], str]]:
    """Return the words of each language: all of them if there is one; else the important sentence."""
    found: list[tuple[Mapping[str, str], str]] = [words_in(WORDS, language) for language in languages]
    if len(found) == 1:
        return found
    return [({name: _what_counts(text) for name, text in words.items()}, tag) for words, tag in found]


def _what_counts(text: str) -> str:
    """Return the second sentence, which says what happens now or what to do; or the only one."""
    sentences = re.split(r"(?<=\.) ", text)
    return sentences[min(1, len(sentences) - 1)]


def _onward(url: str) -> str:
    response = VoiceResponse()
    response.redirect(url, method="POST")
    return str(response.to_xml())
