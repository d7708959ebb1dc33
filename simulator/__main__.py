"""The simulator as a process of its own: REST API and phone page on loopback, real time.

python -m simulator --port 0 --number +15550001000=http://127.0.0.1:8000 --phone +15550002001
"""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
import threading

from werkzeug.serving import BaseWSGIServer, make_server

from simulator.account import TwilioAccount
from simulator.clock import RealClock
from simulator.transport import HttpTransport
from simulator.web import make_web_app


def main(arguments: list[str] | None = None) -> None:
    """Serve until SIGINT or SIGTERM; the first line on standard output is JSON with the base URL."""
    options = _parser().parse_args(arguments)
    # The request log would bury the first line and the errors.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server, account = serve(options)
    addresses = {
        "url": account.api_base,
        "phone": f"{account.api_base}/phone/",
        "account": account.account_sid,
    }
    print(json.dumps(addresses), flush=True)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    try:
        server.serve_forever()
    finally:
        account.close()
        sys.stdout.flush()


def serve(options: argparse.Namespace) -> tuple[BaseWSGIServer, TwilioAccount]:
    """Return the server, bound to 127.0.0.1 but not yet serving, and its account."""
    account = TwilioAccount(
        clock=RealClock(),
        account_sid=options.account,
        auth_token=options.token,
        transport=HttpTransport(),
    )
    for number, base in options.number:
        base = base.rstrip("/")
        voice, texts = f"{base}/voice", f"{base}/sms/incoming"
        urls = f"{voice}/incoming", f"{voice}/fallback", f"{voice}/status"
        account.add_number(number, *urls, sms_url=texts)
    for address in options.phone:
        account.add_phone(address, behaviour=options.behaviour)
    app = make_web_app(account, options.suggest)
    server = make_server("127.0.0.1", options.port, app, threaded=True)
    account.api_base = f"http://127.0.0.1:{server.server_port}"
    return server, account


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="A stand-in for Twilio.")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--account", default="AC" + "0" * 32, help="account SID")
    parser.add_argument("--token", default="simulator", help="auth token: signs webhooks, opens the REST API")
    parser.add_argument(
        "--number", type=_pair, action="append", default=[], metavar="NUMBER=BASE",
        help="a number that callers dial, and the base URL of the application behind it",
    )  # fmt: skip
    parser.add_argument("--phone", action="append", default=[], metavar="ADDRESS", help="a telephone to ring")
    parser.add_argument(
        "--suggest", type=_pair, action="append", default=[], metavar="NUMBER=LABEL",
        help="a number to call from, offered on the phone page",
    )  # fmt: skip
    parser.add_argument(
        "--behaviour", default="manual", help="of all telephones: manual, answer, no-answer …"
    )
    return parser


def _pair(text: str) -> tuple[str, str]:
    left, equals, right = text.partition("=")
    if not equals or not left or not right:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form A=B")
    return left, right


if __name__ == "__main__":
    main()
