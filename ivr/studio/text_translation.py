"""Translates texts of Studio into prompts and values for our flows: Liquid translated, markup made safe."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ivr.engine.problems import TemplateProblem
from ivr.engine.ssml import BARE_AMPERSAND, BARE_LESS, TAGS
from ivr.engine.templates import AUTHOR_LIMIT, compile_text
from ivr.flowfiles.markup_checks import wrong_value
from ivr.studio.liquid import NameOf, Untranslatable, translate

TAG = re.compile(r"</?([A-Za-z][\w:-]*)[^<>]*>")
ROOM = 200  # for the sentence about 0
DROPS_BODY = {"comment": "endcomment", "for": "endfor", "tablerow": "endtablerow", "capture": "endcapture"}


@dataclass
class TranslatedText:
    """A text ready for a flow file, and what was lost."""

    text: str
    lost: list[str] = field(default_factory=list)


def translated(text: str, name_of: NameOf) -> TranslatedText:
    """Return a prompt or a value. Parts without a counterpart are left out and noted."""
    lost: list[str] = []
    plain = _without_tags(text, lost)
    pieces: list[str] = []
    position = 0
    while (start := plain.find("{{", position)) >= 0 and (end := plain.find("}}", start)) >= 0:
        source = plain[start + 2 : end].strip().strip("-")
        pieces.append(_harmless(plain[position:start]))
        try:
            pieces.append("{{ " + translate(source, name_of) + " }}")
        except Untranslatable as fault:
            pieces.append("")
            lost.append(f"{{{{{source.strip()[:60]}}}}} is left out, because {fault}")
        position = end + 2
    pieces.append(_harmless(plain[position:]))
    whole = re.sub(r"\s+", " ", "".join(pieces)).strip()
    if lost:
        whole = re.sub(r" +([.,!?;:])", r"\1", whole)
    return TranslatedText(_spoken(_short(whole, lost), lost), lost)


def _harmless(text: str) -> str:
    """Return text between expressions, without anything that would be taken for one."""
    for mark in ("{{", "}}", "{%", "{#"):
        while mark in text:
            text = text.replace(mark, f"{mark[0]} {mark[1]}")
    return text


def _short(text: str, lost: list[str]) -> str:
    most = AUTHOR_LIMIT - ROOM
    if len(text) <= most:
        return text
    lost.append(f"the text is cut after {most} characters: a voice speaks no more at once")
    cut = text[:most]
    if cut.rfind("{{") > cut.rfind("}}"):
        cut = cut[: cut.rfind("{{")]
    return cut[: cut.rfind(". ") + 1].strip() or cut


def _spoken(text: str, lost: list[str]) -> str:
    """Return the text as it is when it can be spoken; else without the markup that cannot."""
    text = BARE_LESS.sub("&lt;", BARE_AMPERSAND.sub("&amp;", text))
    if _speakable(text):
        return text
    lost.append("markup that our voices do not take is left out")
    known = re.sub(r"\s+", " ", TAG.sub(lambda tag: tag[0] if tag[1] in TAGS else " ", text)).strip()
    if _speakable(known):
        return known
    bare = re.sub(r"\s+", " ", TAG.sub(" ", text)).strip()
    if _speakable(bare):
        return bare
    bare = re.sub(r"<|&lt;|>|&gt;", " ", re.sub(r"\{\{.*?\}\}", " ", bare)).replace("&", "&amp;")
    return bare if _speakable(bare) else ""


def _speakable(text: str) -> bool:
    try:
        template = compile_text(text)
    except TemplateProblem:
        return False
    values = ((tag.tag, name, value) for tag in template.tags() for name, value in tag.attributes)
    return not any(wrong_value(*each) for each in values)


def _without_tags(text: str, lost: list[str]) -> str:
    """Drop Liquid's {% if %} and {% case %}, which have no counterpart in a prompt: the text of 'else' stays.

    Without an 'else', the first alternative stays.
    """
    if "{%" not in text:
        return text
    kept = _kept(text, others=True)
    if not kept.strip():
        kept = _kept(text, others=False)
    lost.append("of the alternatives in {% %} only one is kept")
    return kept


BEFORE, HERE, BEHIND = "before", "here", "behind"  # the current position among the alternatives of a block


def _kept(text: str, *, others: bool) -> str:
    """Return the text of one alternative of each block: the 'else' (`others`) or the first."""
    pieces: list[str] = []
    stack: list[str] = []
    position, skipping = 0, ""
    while (start := text.find("{%", position)) >= 0 and (end := text.find("%}", start)) >= 0:
        found = re.match(r"[\s-]*(\w*)", text[start + 2 : end])
        word = found[1] if found else ""
        if not skipping and all(place == HERE for place in stack):
            pieces.append(text[position:start])
        position = end + 2
        if skipping:
            skipping = "" if word == skipping else skipping
        elif word in DROPS_BODY:
            skipping = DROPS_BODY[word]
        else:
            _enter(word, stack, others)
    if not skipping and all(place == HERE for place in stack):
        pieces.append(text[position:])
    return "".join(pieces)


def _enter(word: str, stack: list[str], others: bool) -> None:
    """Apply a tag to the open blocks."""
    if word in ("if", "case", "unless"):
        begins = word == "unless" if others else word != "case"
        stack.append(HERE if begins else BEFORE)
    elif word in ("elsif", "when", "else") and stack:
        wanted = word == "else" if others else True
        stack[-1] = HERE if stack[-1] == BEFORE and wanted else stack[-1] if stack[-1] == BEFORE else BEHIND
    elif word in ("endif", "endcase", "endunless") and stack:
        stack.pop()
