"""The reader: text stays text, positions are right, no file costs more than its size, nothing ever raises."""

import json
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from ivr.flowfiles.loader import read_book
from ivr.flowfiles.problems import Problem, SettingsProblems
from ivr.flowfiles.reader import SourceMark, read_bytes, read_file, read_text
from ivr.flowfiles.settings_file import read_settings

NATURAL = """\
hours: 9:30
number: +14155550100
octal: 0123
no: yes
"on": off
big: 1_000
date: 2026-01-02
nothing:
tilde: ~
quoted: ""
null_text: "null"
list: [1, no]
"""


def test_scalars_stay_text():
    assert read_text(NATURAL, "f").value == {
        "hours": "9:30",
        "number": "+14155550100",
        "octal": "0123",
        "no": "yes",
        "on": "off",
        "big": "1_000",
        "date": "2026-01-02",
        "nothing": None,
        "tilde": None,
        "quoted": "",
        "null_text": "null",
        "list": ["1", "no"],
    }


def test_positions_of_keys_and_values():
    document = read_text("a:\n  b: [x, {c: d}]\n", "f")
    assert document.at_key(("a", "b")) == SourceMark(2, 3)
    assert document.at_value(("a", "b", 1, "c")) == SourceMark(2, 14)
    assert document.at_value(("a", "gone")) == SourceMark(1, 1), "the nearest parent's key"


@pytest.mark.parametrize("text", ["a: 1\r\nb: 2\r\n", "\ufeffa: 1\nb: 2\n", "a: 1\rb: 2"])
def test_line_ends_and_byte_order_mark(text):
    document = read_bytes(text.encode(), "f")
    assert (document.value, document.problems) == ({"a": "1", "b": "2"}, [])
    assert document.at_key(("b",)).line == 2


@pytest.mark.parametrize(
    ("text", "path", "word", "place"),
    [
        ("a: some text", ("a",), "text", SourceMark(1, 9)),
        ("a: 'some text'", ("a",), "text", SourceMark(1, 10)),
        ("a: |\n  some\n  text\n", ("a",), "text", SourceMark(3, 3)),
        ("a: some\n  text\n", ("a",), "text", SourceMark(1, 4)),
    ],
)
def test_places_inside_a_text(text, path, word, place):
    document = read_text(text, "f")
    value = document.value["a"]
    assert document.inside(path, value, value.index(word)) == place


def test_a_hash_in_a_block_of_text_is_text():
    assert read_text("say: |\n  Press\n  #: the pound key\n", "f").problems == []
    assert [problem.code for problem in read_text("keys:\n  #: a\n  1: b\n", "f").problems] == ["hash_key"]
    assert read_text("# : a comment\n#: \na: 1 # see: below\n# keys: {1: a}\n", "f").problems == []


def test_too_large_and_missing_files(tmp_path):
    big = tmp_path / "big.yaml"
    big.write_bytes(b"a: 1\n" * 1_000_000)
    assert [problem.code for problem in read_file(big, "big.yaml").problems] == ["too_big"]
    assert [problem.code for problem in read_file(tmp_path / "no.yaml", "no.yaml").problems] == ["no_file"]
    assert [problem.code for problem in read_file(tmp_path, "folder").problems] == ["no_file"]


MILLION = 999_000
HEAD = "flow: main\nhuman: support\nstart: s0\nsteps:\n"


def _steps(write, count):
    return HEAD + "".join(write(number) for number in range(count))


BOMBS = {
    "brackets": "[" * MILLION,
    "braces": "{" * MILLION,
    "dashes": "- " * (MILLION // 2),
    "question marks": "? " * (MILLION // 2),
    "flat list": "- a\n" * (MILLION // 4),
    "flow list": "[" + "a," * (MILLION // 2) + "]",
    "aliases": "a: &a [x, x]\n" + "".join(f"b{n}: [*a, *a]\n" for n in range(9)),
    "merge keys": "a: &a {x: 1}\n" + "".join(f"b{n}: {{<<: [*a, *a]}}\n" for n in range(20)),
    "tag directives": "".join(f"%TAG !a{n}! b\n" for n in range(60_000)) + "---\na: b\n",
    "documents": "---\n" * (MILLION // 4),
    "indented": "".join(" " * n + "a:\n" for n in range(1400)),
    "same key": "a: 1\n" * (MILLION // 6),
    "open quote": '"' + "a " * (MILLION // 2),
    "long line": "a: " + "x" * MILLION,
    "hashes": "#: a\n" * (MILLION // 5),
    "spaces": " " * MILLION + "a",
    "one step of unknown settings": HEAD
    + " s0:\n  say: x\n"
    + "".join(f"  k{n}: v\n" for n in range(24_000)),
    "wrong languages": HEAD.replace("steps", "languages: [" + "!," * 49_000 + "]\nsteps")
    + " s0: {queue: support}",
    "a long chain": _steps(lambda n: f" s{n}: {{say: Hi, next: s{n + 1}}}\n", 9_000),
    "a long circle": _steps(lambda n: f" s{n}: {{say: Hi, next: s{(n + 1) % 9_000}}}\n", 9_000),
    "nothing exists": _steps(lambda n: f" s{n}: {{say: Hi, next: step{n}}}\n", 9_000),
    "no types": _steps(lambda n: f" s{n}: {{saay: Hi}}\n", 12_000),
    "values everywhere": HEAD + ' s0: {say: "' + "{{ a }}" * 400 + '", next: s0}\n' * 1 + " " * 9,
    "many values": _steps(lambda n: f' s{n}: {{say: "{"{{ v }}" * 99}", next: s{n}}}\n', 1_000),
    "unfilled values": _steps(lambda n: f" s{n}: {{say: '{{{{ v{n} }}}}', next: s{n}}}\n", 1_900),
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_file_costs_more_than_its_size(name, settings):
    started = time.process_time()
    loaded = read_book({"main.yaml": BOMBS[name]}, settings)
    assert time.process_time() - started < 6, "two seconds on an idle machine"
    assert loaded.flow_set is None
    assert loaded.problems


def test_memory_is_bounded(settings):
    tracemalloc.start()
    read_book({"main.yaml": BOMBS["flow list"]}, settings)
    read_book({"main.yaml": BOMBS["same key"]}, settings)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000_000


LINES = """\
flow: main
human: support
start: a
steps:
  a:
    say: Hi
    menu: x
    keys: {1: a}
    next: a
    queue: support
  b: {leave: flow}
languages: [en]
#: x
*: x
    transfer: '911'
    digits: 0x1
    branch:
      - when: a ==
    set: {a: "{{ b }}"}
""".splitlines(keepends=True)
BITS = [
    "{{ a }}",
    "<<: *a",
    "&a ",
    "!t ",
    "\t",
    "'",
    '"',
    "[",
    "}",
    "\0",
    "\r",
    "\u2028",
    ": ",
    "? ",
    "- ",
    "|\n",
    "%",
]
PIECES = st.sampled_from([*LINES, *BITS])


@hypothesis(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=25).map("".join)))
def test_any_text_is_a_book_or_problems(settings, text):
    loaded = read_book({"main.yaml": text}, settings)
    assert (loaded.flow_set is None) == any(problem.severity == "error" for problem in loaded.problems)
    assert all(_is_sound(problem) for problem in loaded.problems)


@hypothesis(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(), st.text().map(str.encode), st.lists(PIECES, max_size=9).map("".join).map(str.encode)
    )
)
def test_any_bytes_are_settings_or_problems(raw):
    with pytest.raises(SettingsProblems) as caught:
        read_settings(raw)
    assert all(_is_sound(problem) for problem in caught.value.problems)


def _is_sound(problem: Problem) -> bool:
    json.dumps(problem.to_json())
    return problem.line >= 1 and problem.column >= 1 and "\n" not in str(problem) and bool(problem.message)
