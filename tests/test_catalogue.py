"""docs/faults.md defines every label that the repository cites: fault, invariant, threat, promise, fact."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.test_repository import ROOT, named, text_of, tracked

PAGE = ROOT / "docs" / "faults.md"

GROUPS = "AG|CB|DB|FL|HU|IN|PR|RC|TW|WH"
NUMBER = r"\d{1,2}(?:\.\d{1,2})?"
# A label with a number, or a whole group of faults. In the name of a test the dashes are underscores.
LABEL = re.compile(
    rf"(?<![A-Za-z])F[-_](?:[A-Z]{{2}}[-_](?:\d\d(?!\d)|n\b)|(?:{GROUPS})(?![A-Za-z0-9]))"
    r"|(?<![A-Za-z])[IT][-_]\d\d(?!\d)"
)
FURTHER = re.compile(r"(,| and| to|_) ?(\d\d)(?!\d)")
WORDED = re.compile(
    rf"\b([Pp]romise|[Ff]act)s? ({NUMBER}(?:(?:, | and | to ){NUMBER})*)(?! (?:second|minute|hour))"
)


def defined() -> list[str]:
    text = PAGE.read_text()
    return [
        *re.findall(r"^\| ([FIT]-\S+|promise \d+) \|", text, re.MULTILINE),
        *(f"facts {number}" for number in re.findall(rf"^###+ ({NUMBER}) ", text, re.MULTILINE)),
        *(f"F-{group}" for groups in re.findall(r"^### (F-.+): ", text, re.MULTILINE)
          for group in re.findall(r"F-(\w+)", groups)),
    ]  # fmt: skip


def cited(text: str) -> set[str]:
    """Every label in a text. `F-WH-01, 04, 07` and `I-03 to I-08` name several."""
    found = set()
    for hit in LABEL.finditer(text):
        label = hit[0].replace("_", "-")
        found.add(label)
        group, _, last = label.rpartition("-")
        end = hit.end()
        while last.isdigit() and (further := FURTHER.match(text, end)):
            found.add(f"{group}-{further[2]}")
            end = further.end()
    for word, numbers in WORDED.findall(text):
        kind = "promise" if word.lower() == "promise" else "facts"
        found |= {f"{kind} {number}" for number in re.findall(NUMBER, numbers)}
    return found


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("F-WH-01, 04, 07: again", {"F-WH-01", "F-WH-04", "F-WH-07"}),
        ("def test_F_WH_01_04_again_12_times", {"F-WH-01", "F-WH-04"}),
        ("def test_I_25_F_AG_03_within_15_seconds", {"I-25", "F-AG-03"}),
        ("invariants I-03 to I-08", {"I-03", "I-08"}),
        ("(F-HU-n), F-TW-03 and 04, F-CB:", {"F-HU-n", "F-TW-03", "F-TW-04", "F-CB"}),
        (
            "Promises 1, 2 and 9; facts 3.7, 4.5",
            {"promise 1", "promise 2", "promise 9", "facts 3.7", "facts 4.5"},
        ),
        ("effects: [NotePromise 3 120.0], CRC-32, UTF-16, a promise 5 minutes old", set()),
    ],
)
def test_labels_are_found_in_text(text, labels):
    assert cited(text) == labels


def test_every_label_is_defined_once():
    assert [label for label, times in Counter(defined()).items() if times > 1] == []


def test_every_label_that_is_cited_is_defined():
    known = set(defined())
    assert len(known) > 100
    missing = [
        f"{named(path)}: {label}"
        for path in tracked()
        if path not in (PAGE, ROOT / "tests" / "test_catalogue.py")
        and "vendor" not in path.parts
        and (text := text_of(path)) is not None
        for label in sorted(cited(text) - known)
    ]
    assert missing == []


def test_the_catalogue_cites_what_it_defines():
    assert cited(PAGE.read_text()) - set(defined()) == set()
