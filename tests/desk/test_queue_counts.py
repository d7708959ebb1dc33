"""Callers in line, counted for all desks at once."""

from __future__ import annotations

from desk.queue_counts import QueueCounts
from ivr.floor.transaction import NotificationBus


class Counter:
    """Counts how often it was asked; one more waits each time."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self):
        self.asked += 1
        return float(self.asked), [("support", self.asked, 0.0), ("billing", 0, 0.0)]


def test_nobody_counts_again_until_somebody_knocks():
    bus, count, drawn = NotificationBus(), Counter(), []

    def draw(waiting, at):
        drawn.append(waiting)
        return f"{at}: {[one[:2] for one in waiting]}"

    news = QueueCounts(bus, count, draw)
    first = [news.html(("support",)) for _ in range(200)]
    assert set(first) == {(1.0, "1.0: [('support', 1)]")}
    assert news.html(("billing", "support"))[1] == "1.0: [('billing', 0), ('support', 1)]"
    assert (count.asked, len(drawn)) == (1, 2)
    bus.publish("line")
    assert news.html(("support",)) == (2.0, "2.0: [('support', 2)]")
    assert (count.asked, len(drawn)) == (2, 3)


def test_a_queue_that_is_not_counted_is_not_shown():
    assert QueueCounts(NotificationBus(), Counter(), lambda waiting, _at: str(waiting)).html(("gone",)) == (
        1.0,
        "[]",
    )
