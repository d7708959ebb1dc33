"""The playlist: which slices follow, and that no second is lost or heard twice."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ivr.engine.context import MusicPiece
from ivr.engine.waiting.playback import GRID, MOST_SLICES, MusicPosition, further, nearest, slices

SHORT, LONG = MusicPiece("a", 10), MusicPiece("b", 100)


def played(pieces, spot, seconds) -> list[tuple[str, int, int]]:
    found, _ = slices(pieces, spot, seconds)
    parts = [re.fullmatch(r"(.+)/(\d+)-(\d+)\.wav", one.path).groups() for one in found]
    return [(name, int(start), int(end)) for name, start, end in parts]


def test_the_next_piece_follows_the_end_of_one_and_the_first_the_last():
    assert played([SHORT, LONG], MusicPosition(0, 4), 12) == [("a", 5, 10), ("b", 0, 5)]
    assert played([SHORT, LONG], MusicPosition(1, 95), 8) == [("b", 95, 100), ("a", 0, 5)]


def test_a_spot_of_an_earlier_playlist_is_one_of_this():
    assert played([SHORT], MusicPosition(3, 50), 3) == [("a", 0, 5)]
    assert further([SHORT], MusicPosition(7, 99), 1) == MusicPosition(0, 1)


def test_pieces_of_a_second_do_not_make_a_document_without_end():
    found, seconds = slices([MusicPiece("a", 1)], MusicPosition(), 600)
    assert (len(found), seconds) == (MOST_SLICES, MOST_SLICES)


def test_a_key_at_any_second_leads_to_few_addresses():
    """The carrier keeps what it has fetched: it must meet the same slices again."""
    starts = {played([LONG], MusicPosition(0, at), 30)[0][:2] for at in range(100)}
    assert len(starts) == 100 // GRID
    spots = [nearest([LONG], MusicPosition(0, at)) for at in range(98)]
    assert all(abs(spot.at - at) <= GRID // 2 for at, spot in enumerate(spots))


playlists = st.lists(st.integers(1, 300), min_size=1, max_size=4).map(
    lambda lengths: [MusicPiece(f"p{number}", length) for number, length in enumerate(lengths)]
)


@given(playlists, st.integers(0, 3), st.integers(0, 400), st.lists(st.integers(1, 120), max_size=12))
def test_round_after_round_is_the_music_without_a_gap(pieces, piece, at, rounds):
    """What is played in pieces is what one would have heard in one go."""
    spot, heard = nearest(pieces, MusicPosition(piece, at)), []
    for seconds in rounds:
        found, lasts = slices(pieces, spot, seconds)
        assert 0 < lasts < seconds + GRID and (lasts >= seconds - GRID // 2 or len(found) == MOST_SLICES)
        assert sum(end - start for _, start, end in played(pieces, spot, seconds)) == lasts
        for name, start, end in played(pieces, spot, seconds):
            whole = next(one.seconds for one in pieces if one.path == name)
            assert start % GRID == 0 and (end % GRID == 0 or end == whole)
            heard += [(name, second) for second in range(start, end)]
        spot = further(pieces, spot, lasts)
    order = [(one.path, second) for one in pieces for second in range(one.seconds)]
    if heard:
        begin = order.index(heard[0])
        assert heard == [order[(begin + number) % len(order)] for number in range(len(heard))]
