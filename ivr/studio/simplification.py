"""Simplifies a plan in which every widget is a step to one that a person would have written."""

from __future__ import annotations

import re

from ivr.engine.languages import language_of
from ivr.engine.person_requests import announces_zero, sentences
from ivr.flowfiles.reachability import PASSING
from ivr.studio.conversion import Conversion
from ivr.studio.plan import END, GOODBYE, PERSON, Plan, PlannedStep, SpokenPrompt, WidgetTarget
from ivr.studio.report import APPROXIMATED, CONVERTED

TAKES_MESSAGE = re.compile(
    r"\b(?:message|tone|beep|record|mensaje|tono|nachricht|message|bip)\b", re.IGNORECASE
)
HOLDS_WORDS = ("queue", "transfer", "voicemail", "hang_up", "say")


def tidy(conversion: Conversion) -> None:
    """Do everything that is only possible when all widgets have been converted."""
    plan = conversion.plan
    _without_counters(conversion)
    _ends(plan)
    for node in plan.nodes.values():
        node.lead(plan.resolved)
    plan.start = plan.resolved(plan.start)
    plan.start = PERSON if plan.start == END else plan.start
    _silent_ends(conversion)
    _without_circles(conversion)
    _goodbyes(plan)
    _said_before(plan)
    _prune(plan)
    _zero(plan)


def _without_counters(conversion: Conversion) -> None:
    """Drop counters: menus count tries themselves."""
    dropped = {conversion.variables.get(("flow", "variables", key), "") for key in conversion.counters}
    for node in list(conversion.plan.nodes.values()):
        if node.kind == "set" and dropped & set(node.body["set"]):
            left = {name: value for name, value in node.body["set"].items() if name not in dropped}
            node.body["set"] = left
            reason = "the count of tries is kept by the menu itself"
            for name in node.widgets:
                conversion.entries[name].note(APPROXIMATED, reason)
            if not left:
                del conversion.plan.nodes[node.id]
                conversion.plan.aliases[node.id] = node.body["next"].id


def _ends(plan: Plan) -> None:
    """Finish the steps at which calls end. Steps without a queue use the flow's own."""
    plan.nodes[PERSON] = PlannedStep(PERSON, "queue", {"queue": plan.human}, hints=["person"])
    kind, body = ("leave", {"leave": "flow"}) if plan.inner else ("hang_up", {"hang_up": True})
    plan.nodes[GOODBYE] = PlannedStep(GOODBYE, kind, body, hints=["back" if plan.inner else "goodbye"])
    for node in plan.nodes.values():
        if node.kind in ("queue", "voicemail") and not node.body[node.kind]:
            node.body[node.kind] = plan.human
    if plan.inner:
        for node in plan.nodes.values():
            if (
                node.kind in ("queue", "voicemail", "transfer")
                and "next" not in node.body
                and node.id != PERSON
            ):
                node.body["next"] = WidgetTarget(GOODBYE)


def _silent_ends(conversion: Conversion) -> None:
    """End silent ends: with a goodbye for callers who have talked to somebody, else with a person."""
    plan = conversion.plan
    before, waiting = set(), [plan.start]
    while waiting:
        id_ = waiting.pop()
        if id_ in before or id_ not in plan.nodes:
            continue
        before.add(id_)
        node = plan.nodes[id_]
        after = node.body.get("next") if node.kind in ("queue", "voicemail", "transfer") else None
        waiting += [to for to in node.exits() if not after or to != after.id]
    for node in plan.nodes.values():
        if node.kind in ("queue", "voicemail", "transfer"):
            # Without a next step they end correctly by themselves.
            node.body = {key: value for key, value in node.body.items() if value != WidgetTarget(END)}
        if END in node.exits():
            end = PERSON if node.id in before else GOODBYE
            node.lead(lambda id_, end=end: end if id_ == END else id_)
            where = "a person answers" if end == PERSON else "we say goodbye"
            for name in node.widgets:
                conversion.entries[name].note(CONVERTED, f"where nothing follows any more, {where}")


def _without_circles(conversion: Conversion) -> None:
    """Send a call to a person where it would loop for ever without being asked anything."""
    plan = conversion.plan
    state: dict[str, int] = {}  # 1: on the way here, 2: done
    passing = [id_ for id_ in plan.walk() if plan.nodes[id_].kind in PASSING - {"flow"}]
    for first in passing:
        stack = [(first, iter(plan.nodes[first].exits()))] if first not in state else []
        state.setdefault(first, 1)
        while stack:
            id_, onward = stack[-1]
            following = next(onward, None)
            if following is None:
                state[id_] = 2
                stack.pop()
            elif plan.nodes[following].kind not in PASSING - {"flow"} or state.get(following) == 2:
                continue
            elif state.get(following) == 1:
                _cut(conversion, plan.nodes[id_], following)
            else:
                state[following] = 1
                stack.append((following, iter(plan.nodes[following].exits())))


def _cut(conversion: Conversion, node: PlannedStep, following: str) -> None:
    reason = "the call went round in a circle here without being asked anything; it goes to a person"
    node.lead(lambda id_: PERSON if id_ == following else id_)
    node.comments.append(reason)
    for name in node.widgets:
        conversion.entries[name].note(APPROXIMATED, reason)


def _goodbyes(plan: Plan) -> None:
    """Turn a message after which the call ends into a goodbye."""
    for node in plan.nodes.values():
        if node.kind == "say" and node.body["next"] == WidgetTarget(GOODBYE) and not plan.inner:
            node.kind, node.body = "hang_up", {"hang_up": node.body["say"]}
            if not node.hints:
                node.hints.append("goodbye")


def _said_before(plan: Plan) -> None:
    """Move a message right before a queue, transfer or voicemail into that step."""
    leading: dict[str, list[str]] = {}
    for id_ in plan.walk():
        for to in plan.nodes[id_].exits():
            leading.setdefault(to, []).append(id_)
    for id_ in list(plan.nodes):
        node = plan.nodes[id_]
        if (
            id_ in (PERSON, GOODBYE)
            or node.kind not in ("queue", "transfer", "voicemail")
            or "say" in node.body
        ):
            continue
        before = [plan.nodes[name] for name in leading.get(id_, [])]
        if len(before) != 1 or before[0].kind != "say" or id_ == plan.start:
            continue
        words = before[0].body["say"]
        if node.kind == "voicemail" and not TAKES_MESSAGE.search(words.text):
            continue
        _merge(before[0], node, words)
        del plan.nodes[id_]


def _merge(message: PlannedStep, node: PlannedStep, words: SpokenPrompt) -> None:
    """Keep the message's place in the flow and the other step's work."""
    rest = {key: value for key, value in node.body.items() if key != node.kind}
    message.body = {node.kind: node.body[node.kind], "say": words, **rest}
    message.kind = node.kind
    message.widgets += node.widgets
    message.hints = [*node.hints, *message.hints]
    message.comments += node.comments


def _prune(plan: Plan) -> None:
    order = plan.walk()
    plan.nodes = {id_: plan.nodes[id_] for id_ in order}
    ends = [id_ for id_ in (PERSON, GOODBYE) if id_ in plan.nodes]
    for id_ in ends:
        plan.nodes[id_] = plan.nodes.pop(id_)


def _zero(plan: Plan) -> None:
    """Say in the first words of a call that 0 leads to a person."""
    waiting, seen = [plan.start], set()
    while waiting:
        id_ = waiting.pop()
        if id_ in seen:
            continue
        seen.add(id_)
        node = plan.nodes[id_]
        words = next((value for value in node.body.values() if isinstance(value, SpokenPrompt)), None)
        words = None if node.kind == "text" else words  # it is read, not heard
        if node.kind in ("queue", "hang_up"):
            continue
        if words is None and node.kind in PASSING:
            waiting += node.exits()
        elif words is not None and not _announced(plan, node, words):
            words.text = with_zero(words.text, words.language or plan.languages[0])


def _announced(plan: Plan, node: PlannedStep, words: SpokenPrompt) -> bool:
    """Return whether these words, with those that follow before the caller does anything, already say it."""
    said, language = [], words.language or plan.languages[0]
    for _ in range(4):
        found = next((value for value in node.body.values() if isinstance(value, SpokenPrompt)), None)
        said.append(found.text if found else "")
        if node.kind != "say":
            break
        node = plan.nodes[node.body["next"].id]
    return announces_zero(re.sub(r"<[^<>]*>", " ", " ".join(said)), language)


def with_zero(text: str, language: str) -> str:
    """Return a prompt with our sentence about 0 as its second sentence, or its first when that is
    impossible."""
    ours = language_of(language).phrases["press_zero"]
    every = sentences(text)
    if not every:
        return ours
    first = every[0]
    if len(every) == 1:
        ending = "" if re.search(r"[.!?…:]$|\}\}$|>$", first) else "."
        together = f"{first}{ending} {ours}"
        return together if announces_zero(re.sub(r"<[^<>]*>", " ", together), language) else f"{ours} {text}"
    if re.search(r"[<{]", first):
        return f"{ours} {text}"
    return f"{first} {ours} {' '.join(every[1:])}"
