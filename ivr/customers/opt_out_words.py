"""The words by which people refuse text messages, allow them again, or ask what this is: the carrier's and
those of the supported languages.

A request counts in ordinary words too: a stop word with only polite words and its object beside it ("please
stop", "stop texting me"), and the sentences of `opt_out_sentences`, alone or as the first or last part of a
message ("Wrong person, stop."). People read the rest: "please stop by tomorrow" and "please don't stop
sending" refuse nothing.
"""

from __future__ import annotations

import re
import unicodedata

from ivr.customers.opt_out_sentences import ASKED, BEFORE, BEHIND, NO_CALL, REFUSALS

STOP, START, HELP = "stop", "start", "help"
MOST_WORDS = 12  # of a part that is a wish

# The first line of each is Twilio's, which obeys these by itself and reports them too.
_STOP = """
    stop stopall unsubscribe cancel end quit optout revoke
    unsuscribe unsubcribe unsub
    alto parar pare paren baja cancelar basta detener detenga
    stopp stoppen abmelden abbestellen beenden aufhoren
    arret arreter arretez desabonner desabonnement desinscrire desinscription
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
# These have no other meaning, and so count as a part of a longer message too.
_PLAINLY_STOP = {"stop", "stopall", "stopp", "unsubscribe", "unsuscribe", "unsubcribe", "unsub", "optout"}
_TEXTS = {"texting", "text", "texts", "messages", "messaging", "sms", "nachrichten", "mensajes", "textos"}
_DRAWN = re.compile("s+t+o+p{3,}|s{2,}t+o+p+|s+t+o{2,}p+")
_PARTS = re.compile(r"(?<=[.!?;,:])\s+|\s*\n\s*|\s[-–—]+\s|\s(?=(?:or|because)\s)")
_CANCEL = {"cancel", "cancelar", "stornieren", "absagen", "annuler"}
_CALLBACK = {"callback", "call", "back", "the", "that", "llamada", "ruckruf", "meinen", "rappel", "mon", "le"}
_WORDS = {
    word: meant for meant, words in ((STOP, _STOP), (START, _START), (HELP, _HELP)) for word in words.split()
}
# Words beside a stop word that do not change its meaning.
_COURTESY = """
    please pls plz thank thanks thx you now texting text texts texted txt txts messaging msging message
    messages msg msgs sms sending send me my number phone cell this that these those all the it them to
    from your list us i want immediately contacting spamming bothering harassing spam notifications
    alerts with consent asap bitte danke jetzt sofort keine mehr nachrichten schicken senden mir meine
    nummer diese den die das por favor gracias ya los las mensajes mensaje textos de enviar enviarme
    enviando mandar mis mi la s il vous te plait svp merci les des moi d envoyer envoi maintenant
"""
_BESIDE = frozenset(_COURTESY.split())
_THE_END = ["the", "end"]


def opt_out_wish(body: str, told: str = "") -> str:
    """Return STOP, START, HELP or "". `told` is the carrier's reading of it (OptOutType), which takes
    precedence."""
    if told.strip().lower() in (STOP, START, HELP):
        return told.strip().lower()
    words = _words(body)
    whole = _WORDS.get("".join(words), "")
    if whole or not words:
        return whole
    if _is_refusal(body) or _refusal_and_more(body):
        return STOP
    return ""


def says_more(body: str) -> bool:
    """Return whether a message that refuses texts also says something else, which people should read."""
    return bool(_words(body)) and not _WORDS.get("".join(_words(body))) and not _is_refusal(body)


def cancels(body: str) -> bool:
    """Return whether the message asks to cancel something, which may be a callback, or not to call."""
    words = _words(body)
    if NO_CALL.fullmatch(_bare(words, asked=False)):
        return True
    return bool(_CANCEL & set(words)) and all(word in _BESIDE | _CANCEL | _CALLBACK for word in words)


def _refusal_and_more(body: str) -> bool:
    """Return whether the first or the last part of the message is a refusal. A word with other meanings, as
    in "Cancel, I am ill", does not count there."""
    parts = [part for part in _PARTS.split(body) if _words(part)]
    ends = (parts[0], parts[-1]) if len(parts) > 1 else ()
    return any(_is_refusal(part, alone=False) for part in ends)


def _is_refusal(part: str, alone: bool = True) -> bool:
    """Return whether this is a sentence of refusal, or only stop words and polite words."""
    words = _words(part)
    bare = _bare(words, "?" in part)
    if not bare or len(words) > MOST_WORDS:
        return False
    if any(one.fullmatch(bare) for one in REFUSALS):
        return True
    left = bare.split()
    stops = {word for word in left if _WORDS.get(word) == STOP}
    if not stops or "?" in part or left == _THE_END or not (alone or _is_plain(set(left))):
        return False
    return all(word in _BESIDE or word in stops for word in left)


def _is_plain(words: set[str]) -> bool:
    """Return whether a part of a message means texts: "stop it" may refer to the other parts."""
    return bool(words & (_PLAINLY_STOP | _TEXTS)) and not words & {"it", "that", "this"}


def _bare(words: list[str], asked: bool) -> str:
    """Return the words without greeting and polite words around them; "" for a question, unless it asks for
    something to be done: "can you stop texting me?"."""
    text = " ".join(words)
    if asked and not ASKED.match(text):
        return ""
    before = BEFORE.match(text)
    begin = before.end() if before else 0
    behind = BEHIND.search(text, begin)
    return text[begin : behind.start() if behind else len(text)]


def _words(body: str) -> list[str]:
    split = unicodedata.normalize("NFKD", body[:200].casefold().replace("’", "'"))
    letters = "".join(char for char in split if not unicodedata.combining(char))
    words = re.findall(r"[^\W_]+", re.sub(r"n't\b", "nt", letters))
    return [STOP if _DRAWN.fullmatch(word) else word for word in words]
