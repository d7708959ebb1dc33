"""The words by which people refuse text messages, take that back, or ask what this is: the carrier's and our
languages'.

Only a message that is nothing but the word counts, as with the carrier: "please stop by tomorrow" refuses
nothing.
"""

from __future__ import annotations

import re
import unicodedata

STOP, START, HELP = "stop", "start", "help"

# The first line of each is Twilio's; it obeys these by itself, and tells us all the same.
_STOP = """
    stop stopall unsubscribe cancel end quit optout revoke
    alto parar baja cancelar basta
    stopp abmelden abbestellen beenden
    arret arreter desabonner desinscrire
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
_WORDS = {
    word: meant for meant, words in ((STOP, _STOP), (START, _START), (HELP, _HELP)) for word in words.split()
}


def wish(body: str, told: str = "") -> str:
    """STOP, START, HELP or "". `told` is what the carrier made of it (OptOutType), which counts first."""
    if told.strip().lower() in (STOP, START, HELP):
        return told.strip().lower()
    split = unicodedata.normalize("NFKD", body[:100].casefold())
    letters = "".join(char for char in split if not unicodedata.combining(char))
    return _WORDS.get(re.sub(r"[\W_]+", "", letters), "")
