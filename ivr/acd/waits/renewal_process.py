"""How often one agent becomes free, starting from a call just begun: means over a few hundred made-up days.

Each path is a chain of cycles (ring, talk, wrap-up, now and then a break or a missed ring). The draws are
not random: a lattice spreads them evenly, so that the same floor always gives the same curve.
"""

from __future__ import annotations

from itertools import accumulate

from ivr.acd.waits.time_grid import HORIZON, STEP

STEPS = HORIZON // STEP + 1
_PATHS = 127  # prime, so that every multiplier below visits every value
_CYCLES = 40
_MULTIPLIER = 45


def _lattice() -> list[list[int]]:
    """For each draw, which of `_SHARES` each path has: every one of them once."""
    columns = []
    for d in range(2 * _CYCLES):
        by, shift = pow(_MULTIPLIER, d + 1, _PATHS), int(_PATHS * (d * 0.6180339887 % 1.0))
        columns.append([(i * by + shift) % _PATHS for i in range(_PATHS)])
    return columns


_SHARES = [(i + 0.5) / _PATHS for i in range(_PATHS)]
_DRAWS = _lattice()


class Pauses:
    """What may come between a call and the next: `(chance, durations)` of each kind, in seconds."""

    def __init__(self, kinds: list[tuple[float, list[float]]]) -> None:
        self.kinds = [(chance, lengths) for chance, lengths in kinds if chance > 0.003]

    def drawn(self, share: float) -> float:
        for chance, lengths in self.kinds:
            if share < chance:
                return lengths[int(share / chance * len(lengths))]
            share -= chance
        return 0.0


def free_again(cycles: list[float], pauses: Pauses) -> tuple[list[float], list[float]]:
    """Return, at each `STEP` up to `HORIZON`, the mean number of times an agent who takes a call now has
    become free again, and the mean of its square."""
    first, second = [0.0] * STEPS, [0.0] * STEPS
    clock = [0.0] * _PATHS
    talks = [cycles[int(share * len(cycles))] for share in _SHARES]
    paused = [pauses.drawn(share) for share in _SHARES]
    for k in range(_CYCLES):
        talk, pause = _DRAWS[2 * k], _DRAWS[2 * k + 1]
        ended = True
        for i in range(_PATHS):
            at = clock[i]
            if at >= HORIZON:
                continue
            at += max(talks[talk[i]] + paused[pause[i]], 1.0)
            clock[i] = at
            step = int(at / STEP + 0.5)
            if step < STEPS:
                ended = False
                first[step] += 1.0
                second[step] += 2 * k + 1  # what the square grows by from k to k + 1
        if ended:
            break
    return [x / _PATHS for x in accumulate(first)], [x / _PATHS for x in accumulate(second)]


def after_pause(curve: list[float], pauses: Pauses) -> list[float]:
    """Return the curve of an agent who may first pause: a mixture of the curve, later by each pause."""
    stays = 1.0 - sum(chance for chance, _ in pauses.kinds)
    mixed = [stays * x for x in curve]
    for chance, lengths in pauses.kinds:
        for seconds in lengths:
            late, weight = int(seconds / STEP + 0.5), chance / len(lengths)
            mixed[late:] = [m + weight * c for m, c in zip(mixed[late:], curve, strict=False)]
    return mixed
