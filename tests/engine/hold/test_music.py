"""The playlist: which slices follow, and that no second is lost or heard twice."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ivr.engine.facts import Piece
from ivr.engine.hold.music import MOST_SLICES, Spot, further, slices

SHORT, LONG = Piece("a", 10), Piece("b", 100)


def played(pieces, spot, seconds) -> list[tuple[str, int, int]]:
    found, _ = slices(pieces, spot, seconds)
    parts = [re.fullmatch(r"(.+)/(\d+)-(\d+)\.wav", one.path).groups() for one in found]
    return [(name, int(start), int(end)) for name, start, end in parts]


def test_the_next_piece_follows_the_end_of_one_and_the_first_the_last():
    assert played([SHORT, LONG], Spot(0, 4), 12) == [("a", 4, 10), ("b", 0, 6)]
    assert played([SHORT, LONG], Spot(1, 95), 8) == [("b", 95, 100), ("a", 0, 3)]


def test_a_spot_of_an_earlier_playlist_is_one_of_this():
    assert played([SHORT], Spot(3, 50), 3) == [("a", 0, 3)]
    assert further([SHORT], Spot(7, 99), 1) == Spot(0, 1)


def test_pieces_of_a_second_do_not_make_a_document_without_end():
    found, seconds = slices([Piece("a", 1)], Spot(), 600)
    assert (len(found), seconds) == (MOST_SLICES, MOST_SLICES)


playlists = st.lists(st.integers(1, 300), min_size=1, max_size=4).map(
    lambda lengths: [Piece(f"p{number}", length) for number, length in enumerate(lengths)]
)


@given(playlists, st.integers(0, 3), st.integers(0, 400), st.lists(st.integers(1, 120), max_size=12))
def test_round_after_round_is_the_music_without_a_gap(pieces, piece, at, rounds):
    """What is played in pieces is what one would have heard in one go."""
    spot, heard = Spot(piece, at), []
    for seconds in rounds:
        _, lasts = slices(pieces, spot, seconds)
        assert 0 < lasts <= seconds
        assert sum(end - start for _, start, end in played(pieces, spot, seconds)) == lasts
        for name, start, end in played(pieces, spot, seconds):
            heard += [(name, second) for second in range(start, end)]
        spot = further(pieces, spot, lasts)
    order = [(one.path, second) for one in pieces for second in range(one.seconds)]
    if heard:
        begin = order.index(heard[0])
        assert heard == [order[(begin + number) % len(order)] for number in range(len(heard))]
