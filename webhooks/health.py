"""Health checks and metrics: whether the process is alive, whether database and worker work, and figures.

Anybody may ask whether the process is alive. How busy the line is, and what is broken, is told only to
programs on this machine and to clients with the token.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest

from ivr.service.client_address import is_direct_from_here
from ivr.store import floor
from ivr.store.database import Database, DatabaseUnavailable

STALE_S = 10.0
CLOSED = "Ask on the machine of the line itself, or with the bearer token METRICS_TOKEN.\n"


def add_health(
    app: Flask,
    database: Database,
    clock: Callable[[], float],
    queues: list[str],
    last_beat: Callable[[], float],
    refused: Callable[[], Mapping[str, Any]],
    token: str = "",
) -> None:
    """Add /healthz, /readyz and /metrics. `last_beat` is when the worker of this process last looked for
    work, 0.0 where another process has it; `refused` has what the carrier refuses for reasons of the account:
    another process would fare no better, so this one stays ready. `token` opens the last two to others."""
    registry = CollectorRegistry()
    health, watched = Blueprint("health", __name__), Blueprint("watched", __name__)
    _add_figures(app, watched, registry, database, queues, refused)

    @health.get("/healthz")
    def alive() -> Response:
        return jsonify(status="ok")

    @watched.before_request
    def close() -> Response | None:
        return None if _may_watch(token) else Response(CLOSED, 403, content_type="text/plain")

    @watched.get("/readyz")
    def ready() -> tuple[Response, int]:
        stale = last_beat() and clock() - last_beat() > STALE_S
        broken = [*([] if _works(database) else ["database"]), *(["worker"] if stale else [])]
        said = {"status": "not ready" if broken else "ready", "broken": broken, "refused": sorted(refused())}
        return jsonify(said), 503 if broken else 200

    app.register_blueprint(health)
    app.register_blueprint(watched)


def _may_watch(token: str) -> bool:
    given = request.authorization
    if token and given and given.type == "bearer" and given.token:
        return hmac.compare_digest(given.token.encode(), token.encode())
    return is_direct_from_here(request.environ)


def _add_figures(
    app: Flask,
    watched: Blueprint,
    registry: CollectorRegistry,
    database: Database,
    queues: list[str],
    refused: Callable[[], Mapping[str, Any]],
) -> None:
    waiting = Gauge("presszero_callers_waiting", "Callers in line", ["queue"], registry=registry)
    refuses = Gauge("presszero_carrier_refuses", "What the carrier refuses our account", registry=registry)
    answered = Counter("presszero_webhooks", "Webhooks answered", ["endpoint", "status"], registry=registry)

    @watched.get("/metrics")
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
