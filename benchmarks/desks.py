"""200 desks that look on while 20 calls a second arrive: what a webhook takes, and how old their news is.

Baseline: the same calls at the same pace without a desk open. The agents are away, so that what is measured
is the line and the news of it, not phones.
"""

from __future__ import annotations

import json
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from statistics import median, quantiles

from benchmarks.calls import PaperCall
from benchmarks.figures import Figure, progress
from benchmarks.lines import house
from benchmarks.load import Wire
from benchmarks.memory import DESKS, agents_signed_in, stream
from benchmarks.servers import Server, gunicorn

PACE = 20.0  # calls a second
SCRIPT = ("0", None)  # into the line at once, and one round of music
BETWEEN_S = 0.5
WIRES = 24
MOST_P95_S = 0.2
OLDEST_S = 3.0


def run(folder: Path, quick: bool) -> list[Figure]:
    config = house(folder / "house")
    tokens = agents_signed_in(f"sqlite:///{folder / 'house' / 'line.db'}")
    seconds = 5.0 if quick else 20.0
    with gunicorn("server:app", folder / "house", IVR_CONFIG=str(config)) as line:
        _calls(line, 2.0, 0)
        progress(f"  {PACE:.0f} calls a second without a desk …")
        alone = _calls(line, seconds, 1)
        progress(f"  the same with {DESKS} desks …")
        with _desks(line, tokens) as news:
            time.sleep(2.0)
            news.ages.clear()
            beside = _calls(line, seconds, 2)
    return _figures(alone, beside, sorted(news.ages))


def _figures(alone: list[float], beside: list[float], ages: list[float]) -> list[Figure]:
    p95, p95_alone = quantiles(beside, n=20)[-1], quantiles(alone, n=20)[-1]
    oldest = ages[len(ages) * 95 // 100]
    return [
        Figure(
            f"webhook, {PACE:.0f} calls a second, {DESKS} desks open, p95",
            p95 * 1000,
            "ms",
            f"< {MOST_P95_S * 1000:.0f} ms",
            p95 < MOST_P95_S,
            f"p50 {median(beside) * 1000:.1f} ms; without desks"
            f" p50 {median(alone) * 1000:.1f}, p95 {p95_alone * 1000:.1f} ms",
        ),
        Figure(
            f"news on {DESKS} desks, age when it arrives, p95",
            oldest,
            "s",
            f"< {OLDEST_S:.0f} s",
            oldest < OLDEST_S,
            f"{len(ages)} pieces of news, oldest {ages[-1]:.2f} s",
        ),
    ]


def _calls(line: Server, seconds: float, mark: int) -> list[float]:
    """Seconds of each webhook of calls that begin at an even pace, whatever the answers take."""
    wires: SimpleQueue[Wire] = SimpleQueue()
    for _ in range(WIRES):
        wires.put(Wire(line.port))
    took: list[float] = []

    def play(number: int) -> None:
        call = PaperCall(number, SCRIPT, mark=f"d{mark}")
        while (post := call.next()) is not None:
            wire = wires.get()
            begun = time.perf_counter()
            status, body = wire.send(post)
            took.append(time.perf_counter() - begun)
            wires.put(wire)
            if status >= 300:
                raise RuntimeError(f"{post.path} answered {status}")
            call.answered(body)
            time.sleep(BETWEEN_S)

    with ThreadPoolExecutor(max_workers=200) as callers:
        begun = time.perf_counter()
        played = []
        for number in range(round(seconds * PACE)):
            time.sleep(max(0.0, begun + number / PACE - time.perf_counter()))
            played.append(callers.submit(play, number))
        for one in played:
            one.result()
    return took


@dataclass
class _News:
    ages: list[float] = field(default_factory=list)


@contextmanager
def _desks(line: Server, tokens: list[str]) -> Iterator[_News]:
    """All desks with their streams open, read by one thread."""
    news, chosen, stop = _News(), selectors.DefaultSelector(), threading.Event()
    for token in tokens:
        chosen.register(stream(line.port, token), selectors.EVENT_READ, bytearray())
    reader = threading.Thread(target=_read, args=(chosen, news, stop), daemon=True)
    reader.start()
    yield news
    stop.set()
    reader.join(5)
    for key in list(chosen.get_map().values()):
        key.fileobj.close()
    chosen.close()


def _read(chosen: selectors.BaseSelector, news: _News, stop: threading.Event) -> None:
    while not stop.is_set():
        for key, _ in chosen.select(timeout=0.2):
            desk: socket.socket = key.fileobj
            key.data.extend(desk.recv(65536))
            *whole, rest = bytes(key.data).split(b"\n\n")
            key.data[:] = rest
            now = time.time()
            news.ages += [now - at for event in whole if (at := _time_of(event)) is not None]


def _time_of(event: bytes) -> float | None:
    """When the floor was looked at, for news; None for beats and the rest."""
    if b"event: desk\n" not in event:
        return None
    body = event.partition(b"data: ")[2].partition(b"\n")[0]
    return float(json.loads(body)["at"])
