"""Languages that the phone company speaks or understands.

With a language that is neither, a question fails, and the caller hears silence.
"""

from __future__ import annotations

from ivr.flowfiles.carrier_lists import SPOKEN, UNDERSTOOD

USUAL = {
    "en": "en-US",
    "es": "es-US",
    "fr": "fr-FR",
    "pt": "pt-BR",
    "zh": "zh-CN",
    "ar": "ar-AE",
    "nl": "nl-NL",
}
MISTAKEN = {"en-uk": "en-GB", "no": "nb-NO", "no-no": "nb-NO"}
"""What people write for a language or a country that has another code."""
_KNOWN = {name.casefold(): name for name in SPOKEN | UNDERSTOOD}


def is_known(language: str) -> bool:
    """Whether the phone company can do anything with this language."""
    return language.casefold() in _KNOWN


def meant(language: str) -> str:
    """The language of the same family that is most likely meant; "" when there is none."""
    mistaken = MISTAKEN.get(language.casefold(), "")
    if mistaken and is_known(mistaken):
        return mistaken
    family = language.split("-")[0].casefold()
    kin = sorted(name for name in _KNOWN.values() if name.split("-")[0].casefold() == family and "-" in name)
    usual = USUAL.get(family, f"{family}-{family.upper()}")
    return usual if usual in kin else kin[0] if kin else ""
