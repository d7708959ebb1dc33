"""For the machines that watch us: does the process live, do the database and the worker work, and figures."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest

STALE_S = 10.0


def health_blueprint(
    database_works: Callable[[], bool],
    worker_age: Callable[[], float | None],
    waiting: Callable[[], dict[str, int]],
    registry: CollectorRegistry,
) -> Blueprint:
    """`worker_age` is seconds since the worker's last look, None where another process has the worker."""
    health = Blueprint("health", __name__)
    in_line = Gauge("presszero_callers_waiting", "Callers in line", ["queue"], registry=registry)

    @health.get("/healthz")
    def alive() -> Response:
        return jsonify(status="ok")

    @health.get("/readyz")
    def ready() -> tuple[Response, int]:
        age = worker_age()
        broken = [
            *([] if database_works() else ["database"]),
            *(["worker"] if age is not None and age > STALE_S else []),
        ]
        return jsonify(status="not ready" if broken else "ready", broken=broken), 503 if broken else 200

    @health.get("/metrics")
    def metrics() -> Response:
        for queue, count in waiting().items():
            in_line.labels(queue).set(count)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return health


def webhook_counter(registry: CollectorRegistry) -> Counter:
    """Webhooks answered, by route and HTTP status."""
    return Counter("presszero_webhooks_total", "Webhooks answered", ["endpoint", "status"], registry=registry)
