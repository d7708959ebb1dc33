"""Checks that a menu announces its keys, and that the announced keys exist."""

from __future__ import annotations

import re
from functools import cache

from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.problems import WARNING, Problem, listed

MOST_OPTIONS = 5

# How each language tells a caller to press a key, and its words for the keys.
VERBS = {
    "en": r"(?:press(?:ing)?|dial|push|hit)\s+(?:the\s+)?(?:key\s+|number\s+)?",
    "es": r"(?:pulse|pulsa|oprima|marque|marca|presione|digite)\s+(?:el\s+|la\s+)?(?:tecla\s+|número\s+)?",
    "de": r"(?:drücken|wählen)\s+sie\s+(?:bitte\s+)?(?:die\s+)?(?:taste\s+)?",
    "fr": r"(?:appuyez\s+sur|tapez|composez|faites)\s+(?:le\s+|la\s+)?(?:touche\s+|chiffre\s+)?",
}
WORDS = {
    "en": "zero one two three four five six seven eight nine star pound",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve asterisco numeral",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun stern raute",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf étoile dièse",
}
BETWEEN = r"(?:\s*,\s*|\s+(?:or|and|o|y|oder|und|ou|et)\s+)"


def announced_keys(text: str, language: str) -> set[str]:
    """Return the keys that a prompt tells the caller to press; empty for a language without patterns."""
    base = language.split("-")[0].lower()
    if base not in VERBS:
        return set()
    by_word, key, press = _patterns(base)
    found = set()
    for match in press.finditer(text.lower()):
        found |= {by_word.get(word, word) for word in key.findall(match[1])}
    return found


@cache
def _patterns(base: str) -> tuple[dict[str, str], re.Pattern[str], re.Pattern[str]]:
    """Return a language's words for the keys, a pattern of a key, and one of "press" with the keys that
    follow it."""
    by_word = dict(zip(WORDS[base].split(), "0123456789*#", strict=True))
    key = rf"(?:[0-9*#]|{'|'.join(by_word)})(?![\w])"
    return by_word, re.compile(key), re.compile(rf"{VERBS[base]}({key}(?:{BETWEEN}{key})*)")


def mentions(text: str, language: str, key: str) -> bool:
    """Return whether the key's name occurs anywhere in the text: "press 1 for orders, 2 for billing"."""
    words = WORDS.get(language.split("-")[0].lower(), WORDS["en"]).split()
    named = words["0123456789*#".index(key)] if key in "0123456789*#" else key
    return re.search(rf"(?<![\w]){re.escape(key)}(?![\w])|(?<![\w]){named}(?![\w])", text.lower()) is not None


def check_menus(read: Draft) -> list[Problem]:
    """Report keys announced but not wired, wired but not announced, and menus too long to remember."""
    found = []
    for name, body in read.bodies():
        keys = body.get("keys")
        if read.kinds.get(name) != "menu" or name not in read.steps or not isinstance(keys, dict):
            continue
        wired = [key for key in keys if key != "0"]
        if len(wired) > MOST_OPTIONS:
            part = read.step_part(name)
            message = f"this menu has {len(wired)} options"
            remedy = f"callers remember few: offer at most {MOST_OPTIONS}, or ask in two steps"
            found.append(part.problem(("keys",), message, remedy, "long_menu", at_key=True, severity=WARNING))
        prompt = read.steps[name].menu
        for tag, template in prompt.texts.items():
            inside = ("menu", *([tag] if tag else []), *(["text"] if tag in prompt.audio else []))
            found += _compare(read, name, inside, template.source, tag or read.languages[0], wired)
    return found


def _compare(
    read: Draft, name: str, inside: tuple[str, ...], text: str, language: str, wired: list[str]
) -> list[Problem]:
    announced, found = announced_keys(text, language), []
    part = read.step_part(name)
    extra = sorted(announced - set(wired) - {"0"})
    if extra:
        message = f"this tells callers to press {listed(extra)}, which does nothing here"
        remedy = "add it under 'keys', or do not say it"
        found.append(part.problem(inside, message, remedy, "key_not_wired", severity=WARNING))
    if announced - {"0"} and "{{" not in text:
        in_language = f" in {language}" if len(inside) > 1 and inside[1] == language else ""
        for key in wired:
            if not mentions(text, language, key):
                message = f"callers are never told to press {key}{in_language}"
                remedy = "say it in the menu, or remove the key"
                found.append(
                    part.problem(("keys", key), message, remedy, "key_unsaid", at_key=True, severity=WARNING)
                )
    return found
