"""Which slices of the music come next. Arithmetic in whole seconds; no memory of its own.

The music goes on from where an announcement cut it off, and behind the end of a piece the next one begins.
Slices begin and end on a grid of five seconds or with their piece: few addresses, so that the carrier has
most of them in its cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.engine.context import MusicPiece
from ivr.engine.instructions import Play

GRID = 5
MOST_SLICES = 12  # in one document; pieces of a second would make hundreds


@dataclass(frozen=True, slots=True)
class MusicPosition:
    """Second `at` of the piece number `piece`."""

    piece: int = 0
    at: int = 0


def slices(pieces: Sequence[MusicPiece], spot: MusicPosition, seconds: int) -> tuple[tuple[Play, ...], int]:
    """The music from about `spot` on (see `nearest`), and how many seconds it lasts: about `seconds`, and at
    least one."""
    spot, lasts = nearest(pieces, spot), 0
    plays: list[Play] = []
    while len(plays) < MOST_SLICES and not (plays and seconds - lasts <= GRID // 2):
        piece = pieces[spot.piece]
        end = min(max(_on_grid(spot.at + seconds - lasts), spot.at + GRID), piece.seconds)
        plays.append(Play(f"{piece.path}/{spot.at}-{end}.wav"))
        lasts += end - spot.at
        spot = _inside(pieces, MusicPosition(spot.piece, end))
    return tuple(plays), lasts


def nearest(pieces: Sequence[MusicPiece], spot: MusicPosition) -> MusicPosition:
    """The spot that a slice can begin at: at most two seconds before or after this one."""
    spot = _inside(pieces, spot)
    return _inside(pieces, MusicPosition(spot.piece, _on_grid(spot.at)))


def _on_grid(second: int) -> int:
    return (second + GRID // 2) // GRID * GRID


def further(pieces: Sequence[MusicPiece], spot: MusicPosition, seconds: int) -> MusicPosition:
    """The spot so many seconds of music later."""
    spot, left = _inside(pieces, spot), seconds % sum(piece.seconds for piece in pieces)
    while left > 0:
        step = min(left, pieces[spot.piece].seconds - spot.at)
        left -= step
        spot = _inside(pieces, MusicPosition(spot.piece, spot.at + step))
    return spot


def _inside(pieces: Sequence[MusicPiece], spot: MusicPosition) -> MusicPosition:
    """A spot that exists: behind a piece's end (or after the playlist was changed) the next one begins."""
    number = spot.piece % len(pieces)
    if spot.at < pieces[number].seconds:
        return MusicPosition(number, max(0, spot.at))
    return MusicPosition((number + 1) % len(pieces))
