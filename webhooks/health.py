"""For the machines that watch us: does the process live, do the database and the worker work, and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest

from ivr.store import floor
from ivr.store.database import Database, DatabaseUnavailable

STALE_S = 10.0


def add_health(
    app: Flask,
    database: Database,
    clock: Callable[[], float],
    queues: list[str],
    last_beat: Callable[[], float],
    refused: Callable[[], Mapping[str, Any]],
) -> None:
    """Add /healthz, /readyz and /metrics. `last_beat` is when the worker of this process last looked for
    work, 0.0 where another process has it; `refused` has what the carrier refuses for reasons of the account:
    another process would fare no better, so this one stays ready."""
    registry = CollectorRegistry()
    health = Blueprint("health", __name__)
    _add_figures(app, health, registry, database, queues, refused)

    @health.get("/healthz")
    def alive() -> Response:
        return jsonify(status="ok")

    @health.get("/readyz")
    def ready() -> tuple[Response, int]:
        stale = last_beat() and clock() - last_beat() > STALE_S
        broken = [*([] if _works(database) else ["database"]), *(["worker"] if stale else [])]
        said = {"status": "not ready" if broken else "ready", "broken": broken, "refused": sorted(refused())}
        return jsonify(said), 503 if broken else 200

    app.register_blueprint(health)


def _add_figures(
    app: Flask,
    health: Blueprint,
    registry: CollectorRegistry,
    database: Database,
    queues: list[str],
    refused: Callable[[], Mapping[str, Any]],
) -> None:
    waiting = Gauge("presszero_callers_waiting", "Callers in line", ["queue"], registry=registry)
    refuses = Gauge("presszero_carrier_refuses", "What the carrier refuses our account", registry=registry)
    answered = Counter("presszero_webhooks", "Webhooks answered", ["endpoint", "status"], registry=registry)

    @health.get("/metrics")
    def metrics() -> Response:
        with database.read() as connection:
            for queue, count, _ in floor.lengths(connection, queues):
                waiting.labels(queue).set(count)
        refuses.set(len(refused()))
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    @app.after_request
    def count(response: Response) -> Response:
        if request.path.startswith("/voice/"):
            answered.labels(request.endpoint or "none", response.status_code).inc()
        return response


def _works(database: Database) -> bool:
    try:
        with database.read() as connection:
            floor.anybody_available(connection)
    except DatabaseUnavailable:
        return False
    return True
