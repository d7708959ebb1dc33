"""Numbers that are keyed and not called from: anybody may key any number."""

from __future__ import annotations

import pytest

from tests.service.calling_back import bookings, books, calling_back
from tests.service.driving import ON_SQLITE, asks_for_person


@pytest.fixture
def back(rehearse, tmp_path):
    return lambda **callbacks: rehearse(calling_back(tmp_path, **callbacks))


@ON_SQLITE
def test_who_keys_anothers_number_does_not_learn_of_their_callback(back):
    heard = []
    for booked in (False, True):
        line = back()
        if booked:
            books(line)
        stranger = asks_for_person(line, "+14155550188")
        line.run(9)
        for keys in ("1", "2", "4155550123#", "1"):
            stranger.press(keys)
            line.run(5)
        line.run(10)
        heard.append(stranger.heard[-4:])
        assert len(bookings(line)) == 1
    assert heard[0] == heard[1]
    assert "booked already" not in " ".join(heard[1])
