"""Mistakes in files are answered in words: an example instead of a regular expression, what was probably
meant, and one message for one mistake."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ivr.flowfiles.articles.article import Head
from ivr.flowfiles.articles.article_parser import read_article
from ivr.flowfiles.flow_file import FlowFile
from ivr.flowfiles.loader import read_book
from ivr.flowfiles.music import check_music
from ivr.flowfiles.problems import SettingsProblems
from ivr.flowfiles.reader import read_text
from ivr.flowfiles.settings_file import load_settings, read_settings
from ivr.flowfiles.wav import read_wav
from ivr.scenarios.given import Given
from ivr.scenarios.scenario_file import VERBS, read_scenario
from ivr.settings import Settings
from ivr.steps import STEP_TYPES

BASE = 'company: N\nnumbers: {"+15550001000": main}\n'
QUESTION = 'questions: [{ask: "Were you content, from 1 to 5?", save: content}]'


def refused(lines: str) -> str:
    whole = BASE + ("" if "queues:" in lines else "queues: {support: {}}\n") + lines
    with pytest.raises(SettingsProblems) as caught:
        read_settings(whole)
    (problem,) = caught.value.problems
    return str(problem)


# No regular expression ------------------------------------------------------------------------------------


def models(annotation: Any, seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """Every model that this annotation leads to."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in seen:
        seen.add(annotation)
        yield annotation
        for info in annotation.model_fields.values():
            yield from models(info.annotation, seen)
    for inner in get_args(annotation):
        yield from models(inner, seen)


def marks(info: FieldInfo) -> Iterator[Any]:
    """All that stands beside the types of a field, at any depth."""
    yield from info.metadata
    waiting = [info.annotation]
    while waiting:
        inner = get_args(waiting.pop())
        waiting += [each for each in inner if get_args(each)]
        for each in inner:
            yield from each.metadata if isinstance(each, FieldInfo) else [each]


def test_no_field_of_any_model_would_answer_with_a_pattern():
    seen: set[type[BaseModel]] = set()
    roots = [Settings, FlowFile, Head, Given, *STEP_TYPES.values(), *VERBS.values()]
    every = [model for root in roots for model in models(root, seen)]
    assert len(every) > 60
    patterned = [
        f"{model.__name__}.{name}"
        for model in every
        for name, info in model.model_fields.items()
        if any(getattr(mark, "pattern", None) for mark in marks(info))
    ]
    assert patterned == [], "use a validator that says what to write, with an example"


# Hours, zones, countries ----------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", ["9am-9pm", "nine to five", "9-21", "25:00-26:00", "closed", "09:00"])
@pytest.mark.parametrize("of", ["callbacks: {hours: '%s'}", f"survey: {{{QUESTION}, hours: '%s'}}"])
def test_hours_of_calls_and_surveys_are_answered_with_an_example(of, hours):
    said = refused(f"queues: {{support: {{{of % hours}}}}}\n")
    assert f"'{hours}' are not the hours of a day (write them like 09:00-21:00)" in said


@pytest.mark.parametrize("hours", ["09:00-21:00", "9:00-21:00", "9:00 – 21:00", "09:00 to 21:00"])
def test_hours_of_calls_may_be_written_as_people_write_them(hours):
    settings = read_settings(f"{BASE}queues: {{support: {{callbacks: {{hours: '{hours}'}}}}}}\n")
    assert settings.queues["support"].callbacks.hours == "09:00-21:00"


ZONES = [
    ("EST", "write America/New_York"),
    ("MST", "write America/Denver"),
    ("HST", "write Pacific/Honolulu"),
    ("GMT", "write Europe/London"),
    ("Etc/GMT+5", "write the zone of a city, such as America/New_York, or UTC"),
    ("UTC+2", "write the zone of a city"),
    ("Factory", "write the zone of a city"),
    ("localtime", "write the zone of a city"),
    ("CST", "did you mean 'America/Chicago'?"),
    ("PST", "did you mean 'America/Los_Angeles'?"),
    ("Eastern Time", "did you mean 'America/New_York'?"),
    ("New York", "did you mean 'America/New_York'?"),
    ("america/new_york", "did you mean 'America/New_York'?"),
    ("America/NewYork", "did you mean 'America/New_York'?"),
    ("berlin", "did you mean 'Europe/Berlin'?"),
    ("CEST", "did you mean 'Europe/Berlin'?"),
    ("Mars/Base", "write the zone of a city"),
]


@pytest.mark.parametrize(("zone", "said"), ZONES)
def test_a_zone_that_nobody_can_follow_is_answered_with_the_zone_of_a_city(zone, said):
    assert said in refused(f"timezone: {zone}\n")
    assert said in refused(f"calendars: {{office: {{hours: {{mon: 24h}}, zone: {zone}}}}}\n")


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "America/Phoenix", "US/Eastern", "Japan", "CET"])
def test_a_zone_with_the_summer_time_of_its_place_is_taken(zone):
    assert read_settings(f"{BASE}queues: {{support: {{}}}}\ntimezone: {zone}\n").timezone == zone


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("country: UK\n", "'UK' is not a country (did you mean 'GB'?)"),
        ("country: us\n", "'us' is not a country (did you mean 'US'?)"),
        ("country: USA\n", "(did you mean 'US'?)"),
        ("country: Germany\n", "(did you mean 'DE'?)"),
        ("country: England\n", "(did you mean 'GB'?)"),
        ("country: Narnia\n", "(write two letters, such as US)"),
        ("currency: usd\n", "'usd' is not a currency (did you mean 'USD'?)"),
        ("queues: {support: {callbacks: true}}\n", "(write callbacks: {} to have it as usual)"),
        ("queues: {support: {callbacks: no}}\n", "(leave the line out)"),
        ("queues: {support: {survey: yes}}\n", "(write its settings below it, such as questions: …)"),
        ("queues: {support: {goal: {share: 80}}}\n", "(at most 1: for 80 % write 0.8)"),
        ("queues: {support: {goal: {share: 80%}}}\n", "(for 80 % write 0.8)"),
        ("queues: {support: {goal: {share: 0}}}\n", "(more than 0)"),
        ('queues: {support: {music: "my jingle"}}\n', "(write its path below audio/, such as music/waiting)"),
        ('queues: {support: {music: "../jingle"}}\n', "cannot be a piece of music"),
    ],
)
def test_what_was_probably_meant_is_said(lines, said):
    assert said in refused(lines)


def problems_of(flow: str) -> str:
    settings = read_settings(BASE + "languages: [en-US, es-US]\nqueues: {support: {}}\n")
    return "\n".join(str(each) for each in read_book({"main.yaml": flow}, settings).problems)


def test_a_pay_connector_is_a_name():
    steps = "{a: {pay: 'my/card', paid: b}, b: {queue: support}}"
    said = problems_of(f"flow: main\nhuman: support\nstart: a\nsteps: {steps}\n")
    assert "'my/card' cannot be a Pay connector (write its name as in the console)" in said


# Music ----------------------------------------------------------------------------------------------------


def wav(form: bytes, seconds: int = 2) -> bytes:
    chunks = struct.pack("<4sI", b"fmt ", len(form)) + form + struct.pack("<4sI", b"data", seconds * 16000)
    chunks += bytes(seconds * 16000)
    return struct.pack("<4sI4s", b"RIFF", len(chunks) + 4, b"WAVE") + chunks


PCM = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
GUID = struct.pack("<H", 1) + bytes.fromhex("000000001000800000aa00389b71")
EXTENSIBLE = struct.pack("<HHIIHH", 0xFFFE, 1, 8000, 16000, 2, 16) + struct.pack("<HHI", 22, 16, 4) + GUID


@pytest.fixture
def music(tmp_path):
    folder = tmp_path / "flows" / "audio" / "music"
    folder.mkdir(parents=True)
    (folder / "jingle.mp3").write_bytes(b"ID3")
    (folder / "loud.WAV").write_bytes(wav(PCM))
    (folder / "own.wav").write_bytes(wav(PCM))
    (folder / "wide.wav").write_bytes(wav(EXTENSIBLE))

    def told(written: str) -> list[str]:
        (tmp_path / "config.yaml").write_text(f"{BASE}queues: {{support: {{music: {written}}}}}\n")
        return [str(each) for each in check_music(load_settings(tmp_path / "config.yaml", {}))]

    return told


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("music/jingle.mp3", "'music/jingle.mp3' is there, but only WAV can be cut into slices (convert it"),
        ("music/jingle", "'music/jingle.mp3' is there, but only WAV can be cut"),
        ("music/loud", "'music/loud.WAV' is there, but its ending is not .wav (call it loud.wav"),
        ("flows/audio/music/own.wav", "is not the name of a piece of music (write music/own: the path below"),
        ("music/own.mp3", "is not the name of a piece of music (write music/own: the path below"),
        ("jingle.mp3", "'music/jingle.mp3' is there, but only WAV can be cut"),
        ("music/Own.wav", "is not the name of a piece of music (write music/own: the path below"),
        ("own", "is not the name of a piece of music (write music/own: the path below"),
        ("music/other.mp3", "there is no music 'music/other.mp3' (put it into"),
        ("music/other", "there is no music 'music/other.wav' (put it into"),
    ],
)
def test_music_that_is_named_or_made_otherwise(music, written, said):
    (problem,) = music(written)
    assert said in problem


@pytest.mark.parametrize("written", ["music/own", "music/own.wav", "music/wide"])
def test_music_that_is_there(music, written):
    assert music(written) == []


def test_plain_samples_are_read_out_of_an_extensible_wav(tmp_path):
    path = tmp_path / "wide.wav"
    path.write_bytes(wav(EXTENSIBLE))
    whole = read_wav(path)
    assert (whole.coding, whole.seconds) == (1, 2)
    path.write_bytes(whole.cut(0, 1))
    assert path.read_bytes()[20:22] == b"\x01\x00", "every player knows the plain form"
    assert read_wav(path).seconds == 1


# One message for one mistake ------------------------------------------------------------------------------

FLOW = """flow: main
languages: [en-US, es-US]
human: support
start: hello
steps:
  hello:
    say: {en-US: Hello. Press 0 for a person., es-US: Hola. Pulse 0 para hablar con una persona.}
    next: line
  line: {queue: support}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("next:", "nex:", "there is no setting 'nex' here (did you mean 'next'?)"),
        ("human:", "humn:", "there is no setting 'humn' here (did you mean 'human'?)"),
        ("es-US: Hola", "es: Hola", "'es' is not one of this flow's languages (did you mean 'es-US'?)"),
        ("{queue: support}", "{hours: office, opn: hello, closed: hello}", "(did you mean 'open'?)"),
    ],
)
def test_a_name_that_is_misspelt_is_one_message(old, new, said):
    settings = read_settings(
        BASE + "languages: [en-US, es-US]\nqueues: {support: {}}\ncalendars: {office: {hours: {mon: 24h}}}\n"
    )
    assert read_book({"main.yaml": FLOW}, settings).problems == []
    problems = [str(each) for each in read_book({"main.yaml": FLOW.replace(old, new)}, settings).problems]
    named = [each for each in problems if "did you mean" in each or "is missing" in each]
    assert len(named) == 1 and said in named[0], problems


def test_so_it_is_in_articles():
    (problem,) = read_article("---\ntitel: One\n---\nText.\n", "one", "one.md").problems
    assert "there is no setting 'titel' here (did you mean 'title'?)" in str(problem)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scenario: x\nthen:\n  hears: a\n  presses: 1\n", "3:3: scenario x › then: what happens is a list"),
        ("scenario: x\nthen: hangs_up\n", "begin each line below 'then:' with a dash"),
        ("scenario: x\nthen:\n  hears: a\n  - presses: 1\n", "4:3: file: this line has a dash, and"),
        ("scenario: x\nthen: - hears: a\n", "2:7: file: a list cannot begin on this line"),
    ],
)
def test_a_list_without_dashes_is_called_so(text, said):
    found = read_scenario(read_text(text, "one.yaml"), read_settings(BASE + "queues: {support: {}}\n"))[1]
    assert said in str(found[0])


def test_a_filter_with_a_colon_is_answered_with_brackets():
    said = problems_of(FLOW.replace("{en-US: Hello.", "{en-US: \"{{ now | date: '%B' }}\", de-DE: Hello."))
    assert "the filter 'date' takes no colon (write | date, and what it needs in brackets" in said
