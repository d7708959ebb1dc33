"""Which passwords are taken."""

from __future__ import annotations

import pytest

from ivr.service.passwords import LONGEST, why_refused

OWN = ("Northwind", "desk-1", "Desk one", "+15550002001")

EASY = [
    *("password", "12345678", "aaaaaaaa", "agent123", "        ", "\u3000" * 8, "Password1", "P@ssw0rd!"),
    *("qwertyuiop", "iloveyou", "letmein123", "a1b2c3d4", "abcdefgh1", "11112222", "abababab", "welcome1"),
    *("Summer2026!", "Winter2025", "sunshine1", "dragon2020", "trustno1", "passwort", "motdepasse1"),
    *("Northwind", "northwind1", "Northwind2026", "NORTHWIND2026!", "N0rthw1nd", "2026northwind"),
    *("desk-1desk-1", "desk-1desk", "Deskone1", "DeskOne2026", "desk one desk one", "northwind desk"),
    *("15550002001", "+15550002001", "asdfghjkl", "zaq12wsx", "1q2w3e4r5t", "\t\t\t\t\t\t\t\t"),
    *("short", "", "x" * (LONGEST + 1)),
]
GOOD = [
    *("correct horse 1", "another password of mine", "3f9a0c2b", "tR7#kq!m2", "violet ladder ox"),
    *("northwind has four red boats", "größe tee 77 wal", "日本の朝ごはんと猫", "w7 " * 3 + "p" * 180),
]


@pytest.mark.parametrize("password", EASY)
def test_what_is_guessed_first_is_refused_in_a_sentence(password):
    assert why_refused(password, OWN)


@pytest.mark.parametrize("password", GOOD)
def test_an_ordinary_good_one_is_taken(password):
    assert why_refused(password, OWN) is None


def test_without_names_nothing_is_refused_for_them():
    assert why_refused("violet ladder ox", ("", "x")) is None
