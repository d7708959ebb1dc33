"""The words by which people refuse text messages, and take that back: the carrier's and our languages'.

Only a message that is nothing but the word counts, as with the carrier: "please stop by tomorrow" refuses
nothing.
"""

from __future__ import annotations

import re
import unicodedata

STOP, START = "stop", "start"

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
_WORDS = dict.fromkeys(_STOP.split(), STOP) | dict.fromkeys(_START.split(), START)


def wish(body: str, told: str = "") -> str:
    """STOP, START or "". `told` is what the carrier made of it (OptOutType), which counts first."""
    if told.strip().lower() in (STOP, START):
        return told.strip().lower()
    split = unicodedata.normalize("NFKD", body[:100].casefold())
    letters = "".join(char for char in split if not unicodedata.combining(char))
    return _WORDS.get(re.sub(r"[\W_]+", "", letters), "")
