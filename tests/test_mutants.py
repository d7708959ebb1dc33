"""`make mutants` changes one thing at a time, and asks the tests that are about it."""

from __future__ import annotations

import pytest

from scripts.mutants import NearestTests, mutants_of

SOURCE = """
LIMIT = 5

def place(tx: Transaction, calls: list[str]) -> int | None:
    log.info("looked %s", 3)
    if not calls or tx.now >= 60:
        return None
    tx.note("place")
    return calls[0] + f"é{1}"
"""

CHANGED = [
    ("not calls or tx.now >= 60", "(not calls and tx.now >= 60)"),
    ("not calls or tx.now >= 60", "(not (not calls or tx.now >= 60))"),
    ("not calls", "(calls)"),
    (">= 60", "> 60"),
    ("60", "61"),
    ('tx.note("place")', "None"),
    ('calls[0] + f"é{1}"', "None"),
    ("calls[0] + f", "calls[0] - f"),
    ("calls[0]", "calls[1]"),
]


def plain(text: str) -> str:
    return text.replace("(", "").replace(")", "").replace("'", '"')


@pytest.mark.parametrize(("was", "instead"), CHANGED)
def test_each_mutant_changes_one_thing(was, instead):
    made = [mutant.applied(SOURCE.encode()).decode() for mutant in mutants_of("m.py", SOURCE)]

    assert plain(SOURCE.replace(was, instead)) in map(plain, made)
    assert len(set(made)) == len(CHANGED)


def test_the_tests_of_what_was_changed_are_the_nearest():
    nearest = NearestTests(
        {
            "tests/test_hold.py": "def test_hold(line): line.hold(); line.resume()",
            "tests/test_places.py": "def test_place(line): assert place(tx, calls) == 3",
            "tests/test_mail.py": "def test_mail(line): line.mail()",
        }
    )

    assert nearest.of(mutants_of("floor/queue.py", SOURCE)[0])[0] == "tests/test_places.py"
