"""Converts gather widgets to menus and questions."""

from __future__ import annotations

import re
from typing import Any

from ivr.flowfiles.menu_checks import VERBS, WORDS
from ivr.studio import name_parts
from ivr.studio.conditions import choices_of
from ivr.studio.conversion import Conversion
from ivr.studio.export import Widget
from ivr.studio.gather_analysis import Choices, Reprompt, answer_of, is_dead, queue_behind, reprompt_at
from ivr.studio.plan import GOODBYE, SpokenPrompt, WidgetTarget
from ivr.studio.report import APPROXIMATED, CONVERTED, NOT_CONVERTIBLE
from ivr.studio.schedules import SERVICES

USUAL_TIMEOUT = 5
OPERATOR = re.compile(r"operator|agent|representative|person|someone|associate|receptionist|human|attendant")
QUESTION = {"en": "Please enter your answer."}
SPOKEN_QUESTION = {"en": "Please say your answer."}


def gather(conversion: Conversion, widget: Widget) -> None:
    """Make a menu when one key chooses, else a question; a message when only 0 did anything."""
    choices = conversion.menus.get(widget.name)
    if choices is None:
        _ask(conversion, widget)
        return
    comments: list[str] = []
    words = conversion.prompt(widget, comments)
    body: dict[str, Any] = {"menu": words, "keys": {}}
    human = _zero(conversion, widget, choices, words, comments)
    if not choices.keys:
        _only_zero(conversion, widget, choices, words, comments)
        return
    meanings = name_parts.option_names(words.text)
    for key in sorted(choices.keys, key="123456789*#".index):
        body["keys"][key] = WidgetTarget(conversion.go(choices.keys[key], GOODBYE))
        conversion.hint(choices.keys[key], name_parts.label_name(choices.labels[key]), meanings.get(key, ""))
    said = {WidgetTarget(conversion.go(to, GOODBYE)): words for to, words in choices.words.items() if words}
    if said:
        body["words"] = said
    _answers_that_fail(conversion, widget, choices, body)
    if human:
        body["human"] = human
    _timeout(widget, body)
    conversion.add(widget, "menu", body).comments += comments
    for split in choices.splits:
        conversion.absorb(
            split, widget.name, f"its conditions are keys and words of the menu '{widget.name[:60]}'"
        )


def _timeout(widget: Widget, body: dict[str, Any]) -> None:
    seconds = widget.number("timeout")
    if seconds and min(30, seconds) != USUAL_TIMEOUT:
        body["timeout"] = min(30, seconds)


def _zero(
    conversion: Conversion, widget: Widget, choices: Choices, words: SpokenPrompt, comments: list[str]
) -> str:
    """Return the queue that key 0 led to, since 0 always leads to a person; give a free key to anything else
    it did."""
    if choices.zero is None:
        return ""
    queue = queue_behind(choices.zero, conversion.widgets)
    target = conversion.widgets.get(choices.zero)
    if queue is not None:
        conversion.note(widget, CONVERTED, "key 0 is not written: it reaches a person everywhere")
        for name in dict.fromkeys((choices.zero, queue.name)):
            conversion.entries[name].note(
                CONVERTED, f"key 0 of '{widget.name[:60]}' led here; 0 works everywhere now"
            )
        return conversion.queue_of(queue)
    around = " ".join(re.findall(r"[^.,;]*\b(?:0|zero)\b[^.;]*", words.text.lower()))
    if not choices.zero or OPERATOR.search(f"{around} {choices.zero.lower()}"):
        leads = (
            f"led to '{target.name[:60]}'{_number_behind(conversion, target)}" if target else "ended the call"
        )
        conversion.note(widget, APPROXIMATED, f"key 0 {leads}; now it reaches a person of the flow's queue")
        return ""
    _free_key(conversion, widget, choices, words, comments)
    return ""


def _number_behind(conversion: Conversion, target: Widget) -> str:
    """Return the number that was dialled, so that nobody has to look for it."""
    while target.type == "say-play" and target.to("audioComplete") in conversion.widgets:
        following = conversion.widgets[target.to("audioComplete")]
        if following.type == "say-play":
            break
        target = following
    return f" and rang {target.text('to')[:30]}" if target.type == "connect-call-to" else ""


def _free_key(
    conversion: Conversion, widget: Widget, choices: Choices, words: SpokenPrompt, comments: list[str]
) -> None:
    """Move what key 0 did to the next free key, and change the prompt."""
    zero = choices.zero or ""
    free = next((key for key in "123456789*#" if key not in choices.keys), "")
    if not free:
        conversion.note(widget, NOT_CONVERTIBLE, f"key 0 led to '{zero[:60]}', and no other key is free")
        return
    choices.keys[free], choices.labels[free] = zero, ""
    changed = moved_zero(words.text, words.language or "en", free)
    told = "the prompt says so" if changed != words.text else "the prompt still has to say so"
    words.text = changed
    reason = f"key 0 led to '{zero[:60]}'; 0 is the caller's, so key {free} does that now, and {told}"
    conversion.note(widget, APPROXIMATED, reason)
    comments.append(reason)


def moved_zero(text: str, language: str, key: str) -> str:
    """Return a prompt that tells callers to press another key than 0."""
    base = language.split("-")[0].lower()
    if base not in VERBS:
        return text
    zero, *_ = WORDS[base].split()
    named = WORDS[base].split()["0123456789*#".index(key)] if key in "*#" else key
    return re.sub(rf"({VERBS[base]})(?:0|{zero})(?!\w)", rf"\g<1>{named}", text, flags=re.IGNORECASE)


def _only_zero(
    conversion: Conversion, widget: Widget, choices: Choices, words: SpokenPrompt, comments: list[str]
) -> None:
    """Turn a question whose only answer was 0 into a message, since 0 is always there."""
    silent = widget.to("timeout")
    repeats = reprompt_at(silent, widget.name, conversion.widgets) if silent else None
    following = conversion.go(silent if silent != widget.name and repeats is None else choices.no_match)
    for split in choices.splits:
        conversion.absorb(split, widget.name, "its only key was 0, which reaches a person everywhere")
    if not words.text or following == widget.name:
        conversion.skip(
            widget, conversion.go(""), APPROXIMATED, "only 0 was offered; the caller is put through"
        )
        return
    conversion.note(widget, CONVERTED, "only 0 was offered, and 0 works everywhere: it is a message now")
    conversion.add(widget, "say", {"say": words, "next": WidgetTarget(following)}).comments += comments


def _answers_that_fail(
    conversion: Conversion, widget: Widget, choices: Choices, body: dict[str, Any]
) -> None:
    """Convert silence and wrong keys: loops become tries, a separate exit for silence stays."""
    loops = {}
    for event, target in (("silence", widget.to("timeout")), ("a wrong key", choices.no_match)):
        found = reprompt_at(target, widget.name, conversion.widgets) if target else None
        if found is not None:
            loops[event] = found
            _absorb_loop(conversion, widget, event, found)
    counted = [loop.tries for loop in loops.values() if loop.tries]
    if counted:
        body["tries"] = min(counted)
    if choices.speech_elsewhere:
        where = choices.speech_elsewhere[:60]
        conversion.note(widget, APPROXIMATED, f"speech led to '{where}'; now only keys are understood here")
    _silence(conversion, widget, loops, body)
    wrong = choices.no_match
    if wrong and "a wrong key" not in loops and wrong != widget.to("timeout"):
        where = wrong[:60]
        reason = f"a wrong key led to '{where}'; now the caller may try again, then reaches a person"
        conversion.note(widget, APPROXIMATED, reason)


def _silence(
    conversion: Conversion, widget: Widget, loops: dict[str, Reprompt], body: dict[str, Any]
) -> None:
    """Add an exit for callers who stay silent, when it is neither the question again nor a person."""
    silent = widget.to("timeout")
    after = loops["silence"].after if "silence" in loops else silent
    if after and not is_dead(after, conversion.widgets) and queue_behind(after, conversion.widgets) is None:
        body["no_input"] = WidgetTarget(conversion.go(after))
        if "silence" not in loops and "a wrong key" not in loops:
            body["tries"] = 1
        elif "silence" not in loops:
            conversion.note(
                widget, APPROXIMATED, "after silence the menu is said again first, then the call goes on"
            )


def _absorb_loop(conversion: Conversion, widget: Widget, event: str, loop: Reprompt) -> None:
    conversion.counters |= loop.counters
    for name in loop.widgets:
        if name != widget.name:
            reason = f"after {event} at '{widget.name[:60]}' we say so in our own words and ask again"
            conversion.absorb(name, widget.name, reason, APPROXIMATED)
    if loop.after is not None and loop.after and event != "silence":
        conversion.note(
            widget, APPROXIMATED, f"after too many wrong keys a person answers, not '{loop.after[:60]}'"
        )


def _ask(conversion: Conversion, widget: Widget) -> None:
    comments: list[str] = []
    words = conversion.prompt(widget, comments)
    pressed, spoken = widget.to("keypress"), widget.to("speech")
    by_speech = _wants_speech(conversion, widget, pressed, spoken)
    following = (spoken or pressed) if by_speech else (pressed or spoken)
    if not following:
        following = widget.to("timeout")
    if not words.text:
        words.text = (SPOKEN_QUESTION if by_speech else QUESTION)["en"]
    save = conversion.variables["widgets", widget.name]
    body: dict[str, Any] = {"ask": words, "save": save}
    if by_speech:
        body["speech"] = True
        if choices := _only_answers(conversion, widget.name, following):
            body["choices"] = choices
    else:
        body |= _digits(conversion, widget)
    if (
        pressed
        and spoken
        and pressed != spoken
        and not is_dead(pressed if by_speech else spoken, conversion.widgets)
    ):
        taken, other = ("speech", "keys") if by_speech else ("keys", "speech")
        conversion.note(widget, APPROXIMATED, f"only {taken} can answer now; {other} led to another widget")
    _failed_ask(conversion, widget, body)
    _timeout(widget, body)
    body["next"] = WidgetTarget(conversion.go(following, GOODBYE))
    conversion.add(widget, "ask", body).comments += comments


def _wants_speech(conversion: Conversion, widget: Widget, pressed: str, spoken: str) -> bool:
    if is_dead(spoken, conversion.widgets) or is_dead(pressed, conversion.widgets):
        return bool(spoken) and not is_dead(spoken, conversion.widgets)
    if widget.number("number_of_digits") or re.search(
        r"\b(?:press|dial|digit|key|enter)", widget.text("say"), re.I
    ):
        return False
    return bool(re.search(r"\b(?:say|tell|speak)\b", widget.text("say"), re.I) or widget.text("hints"))


def _only_answers(conversion: Conversion, question: str, following: str) -> list[str]:
    """Return the words that the split after a spoken question accepts, when it accepts nothing else."""
    split = conversion.widgets.get(following)
    if split is None or split.type != "split-based-on":
        return []
    found: dict[str, None] = {}
    for out in split.matches:
        for condition in out.conditions:
            choices = choices_of(condition)
            if answer_of(condition.argument or split.text("input"))[0] != question or not choices:
                return []
            found |= dict.fromkeys(choices)
    back = reprompt_at(split.to("noMatch"), question, conversion.widgets) if split.to("noMatch") else None
    return list(found) if back is not None or not split.to("noMatch") else []


def _digits(conversion: Conversion, widget: Widget) -> dict[str, Any]:
    ending = widget.text("finish_on_key")
    if ending not in ("", "#"):
        conversion.note(widget, APPROXIMATED, f"an answer ends with the pound key, not with {ending[:10]}")
    wanted = widget.number("number_of_digits")
    if not wanted or not (widget.flag("stop_gather") or "stop_gather" not in widget.properties):
        return {}
    if wanted > 40:
        conversion.note(widget, APPROXIMATED, "an answer has at most 40 digits")
        return {}
    return {"digits": wanted}


def _failed_ask(conversion: Conversion, widget: Widget, body: dict[str, Any]) -> None:
    silent = widget.to("timeout")
    if not silent:
        return
    loop = reprompt_at(silent, widget.name, conversion.widgets)
    if loop is not None:
        _absorb_loop(conversion, widget, "silence", loop)
        if loop.tries:
            body["tries"] = loop.tries
    elif not is_dead(silent, conversion.widgets) and queue_behind(silent, conversion.widgets) is None:
        known = conversion.widgets[silent].type in SERVICES
        where = "a service" if known else f"'{silent[:60]}'"
        conversion.note(
            widget, APPROXIMATED, f"silence led to {where}; now it is asked again, then a person answers"
        )
