"""The order in each row: every item near the middle of its neighbours, so that few lines cross."""

from __future__ import annotations

from bisect import bisect_right, insort

from ivr.flowfiles.layout.layers import Item, Layers

SWEEPS, SETTLING = 16, 10


def ordered(layers: Layers) -> Layers:
    """The best order that some sweeps down and up come by."""
    back = layers.back()
    best, fewest = layers, crossings(layers)
    rows = layers.rows
    for sweep in range(SWEEPS):
        if fewest == 0:
            break
        rows = _swept(rows, back if sweep % 2 == 0 else layers.onward, down=sweep % 2 == 0)
        tried = Layers(rows, layers.onward)
        count = crossings(tried)
        if count < fewest:
            best, fewest = tried, count
    return _settled(best, layers)


def crossings(layers: Layers) -> int:
    """How many pairs of lines cross."""
    total = 0
    for upper, lower in zip(layers.rows, layers.rows[1:], strict=False):
        at = {item: place for place, item in enumerate(lower)}
        passed: list[int] = []
        for item in upper:
            ends = sorted(at[target] for target in layers.onward[item])
            total += sum(len(passed) - bisect_right(passed, end) for end in ends)
            for end in ends:
                insort(passed, end)
    return total


def _swept(rows: list[list[Item]], neighbours: dict[Item, list[Item]], *, down: bool) -> list[list[Item]]:
    result = [list(row) for row in rows]
    places = range(1, len(rows)) if down else range(len(rows) - 2, -1, -1)
    for place in places:
        fixed = result[place - 1 if down else place + 1]
        at = {item: number for number, item in enumerate(fixed)}
        was = {item: number for number, item in enumerate(result[place])}

        def middle(item: Item, at=at, was=was) -> tuple[float, int]:
            near = [at[other] for other in neighbours[item] if other in at]
            return (sum(near) / len(near) if near else float(was[item]), was[item])

        result[place].sort(key=middle)
    return result


def _settled(best: Layers, first: Layers) -> Layers:
    """Neighbours change places when fewer lines cross then, or as many and the flow's own order is kept."""
    back, onward = best.back(), best.onward
    own = {item: place for row in first.rows for place, item in enumerate(row)}
    rows = [list(row) for row in best.rows]
    at = {item: place for row in rows for place, item in enumerate(row)}
    for _ in range(SETTLING):
        moved = False
        for row in rows:
            for place in range(len(row) - 1):
                one, other = row[place], row[place + 1]
                now = _between(back[one], back[other], at) + _between(onward[one], onward[other], at)
                then = _between(back[other], back[one], at) + _between(onward[other], onward[one], at)
                if then < now or (then == now and own[other] < own[one]):
                    row[place], row[place + 1] = other, one
                    at[one], at[other] = at[other], at[one]
                    moved = True
        if not moved:
            break
    return Layers(rows, onward)


def _between(left: list[Item], right: list[Item], at: dict[Item, int]) -> int:
    """How many lines of two neighbours cross on their way to one row."""
    return sum(at[one] > at[other] for one in left for other in right)
