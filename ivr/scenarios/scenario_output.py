"""Writes what was played as a scenario that passes, in the form that people write by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from ivr.scenarios.context import ScenarioContext
from ivr.scenarios.end_verbs import last_step
from ivr.scenarios.given import Given
from simulator.speech import seconds_to_say
from simulator.witness import WitnessEntry

LONGEST_HEARD = 70
TOGETHER_S = 0.25  # keys closer than this were pressed together
CLOSE_S = 0.1
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _./'-]*(?<! )")
WORDS_OF_YAML = frozenset({"null", "~", "yes", "no", "true", "false", "on", "off"})
Event = tuple[str, Any]


def scenario_text(name: str, given: Given, events: Iterable[Event]) -> str:
    """Return the YAML of a scenario."""
    lines = [f"scenario: {scalar(name)}"]
    world = given_as_written(given)
    if world:
        lines.append("given:")
        lines += [f"  {key}: {flow_style(value)}" for key, value in world.items()]
    lines.append("then:")
    for word, value in events:
        lines += _event(word, value)
    return "\n".join(lines) + "\n"


def events_of(context: ScenarioContext) -> list[Event]:
    """Return what the caller heard and did, as lines under `then:`, and how the call ended."""
    return [*_witnessed(context), *_ending(context)]


def _witnessed(context: ScenarioContext) -> Iterator[Event]:
    sid, keys, last_key, talked = context.caller.sid, "", 0.0, False
    music = False
    for entry in context.simulated.account.witness.entries:
        if entry.leg != sid:
            continue
        if keys and (entry.kind != "key" or entry.t - last_key > TOGETHER_S):
            yield "presses", keys
            keys = ""
        if entry.kind == "key":
            keys, last_key, music = keys + entry.detail["key"], entry.t, False
        elif entry.kind == "audio" and not music:
            music = True
            yield "music", None
        elif entry.kind == "hears" and not talked:
            talked = True
            yield "talking", None
            yield from _left_by_agent(entry, context)
        else:
            yield from _plain(entry, context)
    if keys:
        yield "presses", keys


def _plain(entry: WitnessEntry, context: ScenarioContext) -> Iterator[Event]:
    if entry.kind == "speech":
        yield "hears", beginning(entry.detail["text"])
    elif entry.kind == "said":
        left = context.messages_left
        if any(one.start <= entry.t and (one.end is None or entry.t <= one.end) for one in left):
            yield "tone", None
        seconds = round(entry.detail["end"] - entry.detail["start"], 1)
        as_usual = abs(seconds - seconds_to_say(entry.detail["text"])) < CLOSE_S
        says = {"says": entry.detail["text"]}
        yield "says", says if as_usual else {**says, "seconds": seconds}


def _left_by_agent(talk: WitnessEntry, context: ScenarioContext) -> Iterator[Event]:
    """Yield the agent's hang-up, if the conversation was over before the call was."""
    end, over = talk.detail["end"], context.caller.call.ended
    address = context.simulated.account.address_of(talk.detail["speaker"])
    agent = next((name for name, phone in context.agents.items() if phone.address == address), "")
    if agent and end is not None and (over is None or end < over - CLOSE_S):
        yield "agent", {"agent": agent, "hangs_up": True}


def _ending(context: ScenarioContext) -> Iterator[Event]:
    call = context.caller.call
    if call.live:
        return
    if call.ended_by == "far end":
        yield "hangs_up", None
    row = context.row()
    step = last_step(row.session)
    at = {} if step.startswith("@") or not step else {"at": step}
    yield "ends", {"ends": row.outcome, **at}


def beginning(text: str) -> str:
    """Return the first words of a text, cut between two words: enough to recognise it."""
    text = " ".join(text.split())
    if len(text) <= LONGEST_HEARD:
        return text
    return text[:LONGEST_HEARD].rpartition(" ")[0]


def given_as_written(given: Given) -> dict[str, Any]:
    """Return only what differs from the defaults."""
    plain = given.model_dump(exclude_defaults=True)
    plain.pop("at", None)
    written = {"caller": given.caller, "at": given.at.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")}
    waiting = plain.get("waiting")
    if waiting and set(waiting) == {""}:
        plain["waiting"] = waiting[""]
    for source, answers in plain.get("lookups", {}).items():
        told = [{name: value for name, value in one.items() if value is not None} for one in answers]
        plain["lookups"][source] = told[0] if len(told) == 1 else told
    return {**written, **{key: value for key, value in plain.items() if key != "caller"}}


def _event(word: str, value: Any) -> list[str]:
    if value is None:
        return [f"  - {word}"]
    if isinstance(value, dict):
        pairs = [f"{key}: {flow_style(one)}" for key, one in value.items()]
        return [f"  - {pairs[0]}", *(f"    {pair}" for pair in pairs[1:])]
    return [f"  - {word}: {flow_style(value)}"]


def flow_style(value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(str(key))}: {flow_style(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow_style, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else scalar(str(value))


def scalar(text: str) -> str:
    """Return it unquoted where that is always safe, quoted everywhere else."""
    if PLAIN.fullmatch(text) and text.lower() not in WORDS_OF_YAML:
        return text
    moment = re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", text)
    return text if moment else json.dumps(text, ensure_ascii=False)
