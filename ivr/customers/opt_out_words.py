"""The words by which people refuse text messages, take that back, or ask what this is: the carrier's and our
languages'.

A wish counts in ordinary words too: a stop word with nothing beside it but courtesy and what is meant
("please stop", "stop texting me"), and a short list of sentences ("no more texts"). The rest is left to
people: "please stop by tomorrow" and "please don't stop sending" refuse nothing.
"""

from __future__ import annotations

import re
import unicodedata

STOP, START, HELP = "stop", "start", "help"
MOST_WORDS = 6

# The first line of each is Twilio's; it obeys these by itself, and tells us all the same.
_STOP = """
    stop stopall unsubscribe cancel end quit optout revoke
    unsuscribe unsubcribe
    alto parar pare baja cancelar basta detener detenga
    stopp abmelden abbestellen beenden aufhoren
    arret arreter arretez desabonner desabonnement desinscrire
"""
_START = """
    start unstop yes
    alta iniciar empezar
    anmelden starten
    commencer reprendre
"""
_HELP = """
    help info
    ayuda
    hilfe
    aide
"""
_CANCEL = {"cancel", "cancelar", "stornieren", "absagen", "annuler"}
_CALLBACK = {"callback", "call", "back", "the", "that", "llamada", "ruckruf", "meinen", "rappel", "mon", "le"}
_WORDS = {
    word: meant for meant, words in ((STOP, _STOP), (START, _START), (HELP, _HELP)) for word in words.split()
}
# What may stand beside a stop word without changing what it wants.
_COURTESY = """
    please pls plz thank thanks you now texting text texts texted messaging message messages msgs sms sending
    send me my number this these those all the it them to from your list us i want immediately contacting
    consent asap
    bitte danke jetzt sofort keine mehr nachrichten schicken senden mir meine nummer diese den die das
    por favor gracias ya los las mensajes mensaje textos de enviar enviarme enviando mandar mis mi
    la
    s il vous te plait svp merci les des moi d envoyer envoi maintenant
"""
_BESIDE = frozenset(_COURTESY.split())
_SENTENCES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(please |pls )?(no more|do not send( me)?( any)?( more)?|dont send( me)?( any)?( more)?|stop all)"
        r" (texts?|texting|messages?|sms)( please| thanks?)?",
        r"(please )?(do not|dont|never) (text|message|sms|contact) me( again| anymore| any more)?( please)?",
        r"(please )?(remove|delete|take) me( off| from)?( (your|the|this))?( list)?( please)?",
        r"(i )?(want|would like|wish|d like) to (opt out|unsubscribe)( please)?",
        r"i (do not|dont) (want|need|wish) (to (get|receive) )?(any |more |any more |these |your )?"
        r"(texts?|messages?|sms)( anymore| any more)?( please)?",
        r"(please )?opt( me)? out( please)?|(please )?leave me alone|wrong number (please )?stop",
        r"(bitte )?keine (weiteren )?(nachrichten|sms|texte)( mehr)?( bitte)?",
        r"(bitte )?horen sie( bitte)? auf( mir)?( zu schreiben)?( bitte)?",
        r"(bitte )?(nicht mehr|nie wieder) schreiben( bitte)?|schreiben sie mir nicht mehr",
        r"(por favor )?no (quiero )?mas (mensajes|textos|sms)( por favor)?",
        r"(por favor )?no me (escriban?|envien?|manden?)( mas)?( (mensajes|textos|sms))?( por favor)?",
        r"(por favor )?dejen? de (escribirme|(enviarme|mandarme)( (mensajes|textos|sms))?)( por favor)?",
        r"ne m (ecrivez|envoyez) plus( (de|aucun))?( (messages?|textos?|sms))?( s il vous plait| svp)?",
        r"(plus|pas) de (messages|textos|sms)( s il vous plait| svp)?",
    )
)


def wish(body: str, told: str = "") -> str:
    """STOP, START, HELP or "". `told` is what the carrier made of it (OptOutType), which counts first."""
    if told.strip().lower() in (STOP, START, HELP):
        return told.strip().lower()
    words = _words(body)
    whole = _WORDS.get("".join(words), "")
    if whole or not words or len(words) > MOST_WORDS:
        return whole
    if "?" not in body and any(_WORDS.get(word) == STOP for word in words) and _only_courtesy(words):
        return STOP
    return STOP if any(one.fullmatch(" ".join(words)) for one in _SENTENCES) else ""


def cancels(body: str) -> bool:
    """Whether the message says to cancel something, which may be a callback."""
    words = _words(body)
    return bool(_CANCEL & set(words)) and all(word in _BESIDE | _CANCEL | _CALLBACK for word in words)


def _only_courtesy(words: list[str]) -> bool:
    return all(word in _BESIDE or _WORDS.get(word) == STOP for word in words)


def _words(body: str) -> list[str]:
    split = unicodedata.normalize("NFKD", body[:200].casefold().replace("’", "'"))
    letters = "".join(char for char in split if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", re.sub(r"n't\b", "nt", letters))
