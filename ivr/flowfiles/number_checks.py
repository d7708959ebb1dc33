"""Checks numbers that need care: those a flow would dial at the company's cost, and questions for card
numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ivr.engine.prompts import PromptText
from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.problems import ERROR, WARNING, Problem
from ivr.flowfiles.reader import KeyPath
from ivr.settings import Settings


def check_numbers(read: Draft, settings: Settings) -> list[Problem]:
    """Report transfers to numbers that cannot be dialled, cost too much, or are emergency numbers."""
    found = []
    for name in read.step_names:
        for reference in read.refs(name):
            if reference.what == "target" and is_number(reference.name):
                wrong = settings.destinations.refusal_with_remedy(reference.name)
                if wrong:
                    found.append(read.step_part(name).problem(reference.inside, *wrong, "number"))
    return found


def is_number(written: str) -> bool:
    """Return whether this is written as a telephone number and not as the name of a target."""
    return bool(re.fullmatch(r"\+?[0-9 ()./-]+", written))


ASKING = frozenset({"ask", "voicemail"})
FEWEST, MOST = 12, 19  # digits of a card number
# The card is named as a payment card, or the code on its back is.
CERTAIN = re.compile(
    r"\b(?:credit|debit|payment|bank|visa|master ?card|american express|amex)[ -]*(?:or (?:credit|debit) )?"
    r"card(?:'s)?(?: account)? number|\bnumber (?:of|on) your (?:credit|debit|payment|bank) card"
    r"|\bcard (?:security|verification) (?:code|number|value)|\b(?:cvv|cvc)2?\b"
    r"|\bsecurity code (?:of|on) (?:the back of )?(?:your|the) (?:\w+ )?card"
    r"|\bn[úu]mero de (?:su |la |tu )*tarjeta de (?:cr[ée]dito|d[ée]bito)"
    r"|\bc[óo]digo de (?:seguridad|verificaci[óo]n) de (?:su |la |tu )*tarjeta"
    r"|\bkreditkartennummer|\bnummer ihrer (?:kreditkarte|bankkarte)|\b(?:karten)?pr[üu]fnummer ihrer karte"
    r"|\bnum[ée]ro de (?:votre |la )?carte (?:de cr[ée]dit|bancaire|bleue|de paiement)"
    r"|\bcode de s[ée]curit[ée] de (?:votre |la )?carte|\bcryptogramme",
    re.IGNORECASE,
)
# "your card number" alone is not enough: a library has cards, too.
PERHAPS = re.compile(
    r"\b(?:your|the) card number\b|\bn[úu]mero de (?:su|la|tu) tarjeta\b(?! de )"
    r"|\b(?:ihre|die) kartennummer\b|\bnum[ée]ro de (?:votre|la) carte\b(?! de | d')",
    re.IGNORECASE,
)
PART = re.compile(
    r"\b(?:last|final|first)\b.{0,20}\bdigits|[úu]ltim[oa]s|letzten|dernier", re.IGNORECASE
)  # of a number: that is no card


def check_cards(read: Draft, prompts: Mapping[str, list[tuple[KeyPath, PromptText]]]) -> list[Problem]:
    """Report steps of a flow that ask for a card in another way than `pay` does."""
    found = []
    for name, every in prompts.items():
        if read.kinds[name] not in ASKING:
            continue
        for inside, prompt in every:
            severity = _severity(read, name, " ".join(t.source for t in prompt.texts.values()))
            if severity:
                found.append(_asked(read, name, inside, severity))
                break
    return found


def _severity(read: Draft, name: str, words: str) -> str:
    """Return how certain it is that these words ask for a whole card; "" if they do not."""
    if PART.search(words) or not _fits(getattr(read.steps[name], "digits", None), words):
        return ""
    if CERTAIN.search(words):
        return ERROR
    return WARNING if PERHAPS.search(words) else ""


def _fits(digits: object, words: str) -> bool:
    """Return whether this number of keys can be a card number, or its code of three or four."""
    if digits is None or re.search(r"\bcode\b|c[óo]digo|pr[üu]f|cryptogramme|cvv|cvc", words, re.IGNORECASE):
        return True
    least, most = (digits, digits) if isinstance(digits, int) else (digits.min, digits.max)
    return most >= FEWEST and least <= MOST


def _asked(read: Draft, name: str, inside: KeyPath, severity: str) -> Problem:
    message = "this asks for a payment card: what the caller gives here is kept and may be recorded"
    remedy = "take the card with a step 'pay': it never reaches us, and the recording stops meanwhile"
    if severity == WARNING:
        message = "this may ask for a payment card: what the caller gives here is kept and may be recorded"
        remedy = (
            "take a payment with a step 'pay'; for another card, name it, such as 'membership card number'"
        )
    part = read.step_part(name)
    return part.problem(inside, message, remedy, "card_asked", at_key=True, severity=severity)
