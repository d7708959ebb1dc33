"""A knock on the door inside one process: after a commit, whoever watches a topic wakes up and looks.

The database is the truth and the knock only a hint, so nothing is lost when one is missed.
"""

from __future__ import annotations

import threading


class Subscription:
    """A place to wait for news of some topics."""

    def __init__(self, bus: NotificationBus, topics: tuple[str, ...]) -> None:
        self._bus, self.topics = bus, topics
        self._woken = threading.Event()

    def wait(self, timeout: float) -> bool:
        """True when something was published since the last wait, False after `timeout` seconds."""
        self._woken.wait(timeout)
        woken = self._woken.is_set()  # also a knock that came in the instant the wait ended
        self._woken.clear()
        return woken

    def wake(self) -> None:
        self._woken.set()

    def close(self) -> None:
        self._bus.drop(self)


class NotificationBus:
    """Topics are `agent:<id>`, `line` (who waits, and who is at work) and `floor` (what else many see)."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._by_topic: dict[str, set[Subscription]] = {}

    def subscribe(self, *topics: str) -> Subscription:
        subscription = Subscription(self, topics)
        with self._guard:
            for topic in topics:
                self._by_topic.setdefault(topic, set()).add(subscription)
        return subscription

    def publish(self, topic: str) -> None:
        with self._guard:
            listeners = tuple(self._by_topic.get(topic, ()))
        for listener in listeners:
            listener.wake()

    def publish_all(self) -> None:
        """Wake everybody: something happened, and it is not known what."""
        with self._guard:
            topics = tuple(self._by_topic)
        for topic in topics:
            self.publish(topic)

    def drop(self, subscription: Subscription) -> None:
        with self._guard:
            for topic in subscription.topics:
                listeners = self._by_topic.get(topic, set())
                listeners.discard(subscription)
                if not listeners:
                    self._by_topic.pop(topic, None)
