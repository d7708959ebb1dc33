"""Removes personal data from a recorded call: the same path, with another number, another name and other
digits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ivr.customers.matching import record_matches
from ivr.engine.effects import CUSTOMER
from ivr.engine.events import SpeechHeard
from ivr.engine.expressions import truth
from ivr.engine.flow import FlowSet
from ivr.engine.person_requests import asks_for_person, says_one_of
from ivr.engine.prompts import WhenText
from ivr.engine.step import Step
from ivr.flowfiles.references import values_in
from ivr.scenarios.given import GivenCustomer, GivenLookup
from ivr.scenarios.recorded_calls import KEYS, SPEECH, Input, RecordedCall
from ivr.scenarios.stub_sources import FAILED, FOUND, MISSING, found_in

SOMEBODY = "+14155550142"
NAME = "A customer"
SOMETHING = "something"
SOME_DAY = "2026-03-02"
MANY_DIGITS = 10_000  # such numbers may be a person's; smaller ones are counts and amounts
PERSON = "I want to speak to a person"


def without_person(call: RecordedCall, flow_set: FlowSet) -> RecordedCall:
    """Replace numbers by fictional ones, drop names, and change digits that were not a menu's key into as
    many others. Spoken words become the word of the menu that they meant."""
    inputs = tuple(_without(one, _step(one, flow_set), call.language) for one in call.inputs)
    customer = call.customer
    if customer is not None:
        nobody = GivenCustomer(id="C0001", name=NAME, language=customer.language, numbers=[SOMEBODY])
        keyed = {was.value: now.value for was, now in zip(call.inputs, inputs, strict=True)}
        customer = nobody.model_copy(update=_chosen_by(call, customer, flow_set, keyed))
    return replace(
        call,
        caller=SOMEBODY if call.caller else "",
        customer=customer,
        at=call.at.replace(second=0),
        inputs=inputs,
    )


def _chosen_by(
    call: RecordedCall, customer: GivenCustomer, flow_set: FlowSet, keyed: Mapping[str, str]
) -> dict[str, Any]:
    """Return the fields by which the flow chose this customer, with what the caller keys for them now."""
    known = {**customer.fields, "id": customer.id}
    steps = (
        flow_set.flows[one.flow].steps.get(one.step) for one in call.answers if one.flow in flow_set.flows
    )
    names = {name for step in steps if getattr(step, "lookup", "") == CUSTOMER for name in step.parameters}
    told = {
        name: now
        for name in names & set(known)
        for was, now in keyed.items()
        if record_matches({name: known[name]}, {name: was})
    }
    fields = {name: now for name, now in told.items() if name != "id"}
    return {"fields": fields, **({"id": told["id"]} if "id" in told else {})}


def _step(one: Input, flow_set: FlowSet) -> Step | None:
    """Return the step at which it was keyed. Of two flows with a step of that name, the one that asks for
    digits is used: personal data must not be taken for the key of a menu."""
    found = [flow.steps[one.step] for flow in flow_set.flows.values() if one.step in flow.steps]
    asking = [step for step in found if step.kind == "ask"]
    return next(iter(asking or found), None)


def _without(one: Input, step: Step | None, language: str) -> Input:
    if one.kind == KEYS and len(one.value) > 1 and one.value not in getattr(step, "choices", ()):
        return replace(one, value=other_digits(one.value))
    if one.kind == SPEECH:
        wants_person = asks_for_person(SpeechHeard(one.value), language)
        return replace(one, value=PERSON if wants_person else _meant(one.value, step))
    return one


def lookups_without_person(call: RecordedCall, flow_set: FlowSet) -> dict[str, list[GivenLookup]]:
    """Return the answers of the sources in order, without personal data: words stay only where a condition of
    the flows compares with them."""
    values, words = found_in(call, flow_set), _compared(flow_set)
    found: dict[str, list[GivenLookup]] = {}
    for number, answer in enumerate(call.answers):
        value = _nobodys(values.get(number, {}), words) if answer.status == FOUND else None
        told = GivenLookup(found=value if isinstance(value, dict | list) else None if value is None else {},
                      missing=answer.status == MISSING, failed=answer.status == FAILED)  # fmt: skip
        found.setdefault(answer.source, []).append(told)
    return {source: each[:1] if len(set(map(repr, each))) == 1 else each for source, each in found.items()}


def _compared(flow_set: FlowSet) -> frozenset[str]:
    """Return texts that are quoted in the conditions of a flow set."""
    conditions = (
        value.condition.source
        for flow in flow_set.flows.values()
        for step in flow.steps.values()
        for _, value in values_in(step)
        if isinstance(value, WhenText)
    )
    return frozenset(text for source in conditions for text in re.findall(r"['\"]([^'\"]*)['\"]", source))


def _nobodys(value: Any, words: frozenset[str]) -> Any:
    """Return the value in its form, with other words, other digits and another day."""
    if isinstance(value, dict):
        return {str(name): _nobodys(inner, words) for name, inner in value.items()}
    if isinstance(value, list):
        return [_nobodys(inner, words) for inner in value]
    if isinstance(value, str):
        if value in words or truth(value) != bool(value.strip()):
            return value
        if re.match(r"\d{4}-\d\d-\d\d", value):
            return SOME_DAY
        return other_digits(value) if value.isdecimal() else SOMETHING
    long = isinstance(value, int) and not isinstance(value, bool) and abs(value) >= MANY_DIGITS
    return int(other_digits(str(abs(value)))) if long else value


def other_digits(keys: str) -> str:
    """Return as many digits, each different from before and none of them 0; * and # stay."""
    changed = ""
    for place, key in enumerate(keys):
        if not key.isdecimal():
            changed += key
            continue
        digit = (int(key) + place) % 9 + 1
        changed += str(digit if str(digit) != key else digit % 9 + 1)
    return changed


def _meant(said: str, step: Step | None) -> str:
    """Return words with the same effect and nothing personal."""
    for words in getattr(step, "words", {}).values():
        if says_one_of(said, words):
            return words[0]
    choices = getattr(step, "choices", ())
    return next((choice for choice in choices if says_one_of(said, [choice])), SOMETHING)
