"""The WSGI app: authentication, faults on demand, witness, errors; resources are in their own files."""

from __future__ import annotations

import hmac
from typing import Any

from flask import Blueprint, Flask, Response, g, request

from simulator.account import TwilioAccount
from simulator.fault_injection import TIMEOUT, RestFault
from simulator.rest.calls import calls_api
from simulator.rest.conferences import conferences_api
from simulator.rest.http_client import TIMED_OUT_HEADER
from simulator.rest.messages import messages_api
from simulator.rest.recordings import recordings_api
from simulator.rest.responses import ApiError, answer, error, not_found

WORKED_OFF_LATE = "simulator.worked_off_late"
"""Marks, in the WSGI environment, a request that was answered long ago and takes effect now."""

ERROR_CODES = {400: 20001, 401: 20003, 403: 20005, 404: 20404, 429: 20429, 500: 20500, 503: 20503}
"""Twilio's sentence for these statuses where a fault has no code of its own."""


def make_rest_app(exchange: TwilioAccount) -> Flask:
    """Everything under /2010-04-01/Accounts/{sid}/."""
    app = Flask("simulator.rest")
    add_rest_routes(app, exchange)
    return app


def add_rest_routes(app: Flask, exchange: TwilioAccount) -> None:
    """Put the REST API into `app`."""
    prefix = f"/2010-04-01/Accounts/{exchange.account_sid}"
    for add in (calls_api, conferences_api, recordings_api, messages_api):
        api = Blueprint(add.__name__, __name__, url_prefix=prefix)
        add(api, exchange)
        app.register_blueprint(api)

    @app.get(f"{prefix}.json")
    def account_resource() -> Response:
        usual = {"sid": exchange.account_sid, "type": "Full", "status": "active"}
        return answer({**usual, **exchange.details})

    @app.before_request
    def admit() -> Response | None:
        if not request.path.startswith("/2010-04-01"):
            return None
        return _admit(app, exchange)

    @app.after_request
    def witness(response: Response) -> Response:
        if not request.path.startswith("/2010-04-01"):
            return response
        return _witnessed(exchange, response)

    @app.errorhandler(ApiError)
    def refused(fault: ApiError) -> Response:
        return error(fault)

    @app.errorhandler(404)
    def unknown(_: Exception) -> Any:
        return error(not_found(request.path))

    @app.errorhandler(405)
    def wrong_method(_: Exception) -> Any:
        return error(ApiError(405, 20004, f"Method {request.method} is not allowed here"))


def _admit(app: Flask, exchange: TwilioAccount) -> Response | None:
    """Basic authentication, then faults that strike before the request is looked at."""
    given = request.authorization
    known = given is not None and given.username == exchange.account_sid
    if not known or not hmac.compare_digest((given.password or "").encode(), exchange.auth_token.encode()):
        return error(ApiError(401, 20003, "Authentication Error - invalid username"))
    if WORKED_OFF_LATE in request.environ:
        return None
    g.fault = exchange.rest_faults.take(request.method, request.path)
    if g.fault and g.fault.late:
        _work_off_later(app, exchange, g.fault.late)
    if g.fault and not g.fault.applied:
        return _faulty(g.fault)
    return None


def _work_off_later(app: Flask, exchange: TwilioAccount, seconds: float) -> None:
    """The same request once more, then; nobody hears its answer."""
    again = {
        "path": request.full_path,
        "method": request.method,
        "data": request.get_data(),
        "headers": list(request.headers),
        "environ_overrides": {WORKED_OFF_LATE: seconds},
    }
    exchange.at(exchange.clock.time() + seconds, lambda: app.test_client().open(**again))


def _faulty(fault: RestFault) -> Response:
    if fault.answer == TIMEOUT:
        response = answer(None, 504)
        response.headers[TIMED_OUT_HEADER] = "1"
        return response
    status = int(fault.answer)
    if fault.body is not None:
        return Response(fault.body, status, content_type="text/html")
    return error(ApiError(status, fault.code or ERROR_CODES.get(status, 20500), fault.said))


def _witnessed(exchange: TwilioAccount, response: Response) -> Response:
    """Note the request, and replace the answer where a fault strikes after it took effect."""
    fault: RestFault | None = g.get("fault")
    applied = request.method != "GET" and response.status_code < 400 and not (fault and not fault.applied)
    if fault and fault.applied:
        response = _faulty(fault)
    leg = (request.view_args or {}).get("call_sid")
    form = {key: values if len(values) > 1 else values[0] for key, values in request.form.lists()}
    exchange.witness.add(
        exchange.clock.time(), leg, "rest",
        method=request.method, path=request.path, params=form or request.args.to_dict(),
        status=response.status_code, applied=applied, timed_out=TIMED_OUT_HEADER in response.headers,
        late=request.environ.get(WORKED_OFF_LATE, 0.0),
    )  # fmt: skip
    return response
