"""Clients that send a byte now and then, in number, against the real server: callers and those who watch us
are served all the while. Nothing is timed: each answer comes while the slow ones are still there."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from twilio.request_validator import RequestValidator

from tests.cli.serving import Served, below, until

pytestmark = pytest.mark.slow(3)

ROOT = Path(__file__).parents[2]
THREADS = {"WEB_THREADS": "3", "WEB_STREAMS": "1"}
SLOW = 150  # far more than there are threads, and fewer than connections
PUBLIC, TOKEN, WITHIN_S = "https://line.test", "token", 60
CAN_BE_SIGNED = "X-Twilio-Signature: " + "A" * 27 + "="


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    environment = {
        "DATABASE_URL": f"sqlite:///{folder / 'line.db'}",
        "IVR_CONFIG": str(ROOT / "config.yaml"),
        "PUBLIC_URL": PUBLIC,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "IVR_SECRET_KEY": "0123456789abcdef" * 2,
        **THREADS,
    }
    ivr = [sys.executable, "-c", "from ivr.cli import main; main()"]
    served = Served(folder, [*ivr, "serve", "--port", "0"], **environment)
    until(lambda: answered(served.port, "/healthz")[0] == 200, "the line")
    yield served
    served.close()


def answered(port: int, path: str, form: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WITHIN_S)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        connection.request("POST" if form is not None else "GET", path, form, {**kind, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def rings(port: int) -> tuple[int, bytes]:
    """A caller, as the carrier would tell of one."""
    form = {"CallSid": "CA" + "7" * 32, "From": "+14155550123", "To": "+15550001000"}
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + "/voice/incoming", form)
    body = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in form.items()).encode()
    return answered(port, "/voice/incoming", body, **{"X-Twilio-Signature": signature})


class SlowClients:
    """Each sends its head and then a byte at a time, and comes again when it is let go."""

    def __init__(self, port: int, head: str, count: int = SLOW) -> None:
        self._port, self._head = port, head.encode()
        self._sockets = [self._come() for _ in range(count)]
        self.came_again = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._dribble)

    def __enter__(self) -> SlowClients:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(WITHIN_S)
        for one in self._sockets:
            one.close()

    def _come(self) -> socket.socket:
        one = socket.create_connection(("127.0.0.1", self._port), WITHIN_S)
        one.sendall(self._head)
        one.setblocking(False)
        return one

    def _dribble(self) -> None:
        while not self._stopping.wait(0.1):
            for number, one in enumerate(self._sockets):
                if not self._goes_on(one):
                    one.close()
                    self._sockets[number] = self._come()
                    self.came_again += 1

    def _goes_on(self, one: socket.socket) -> bool:
        try:
            one.send(b"a")
            return bool(one.recv(1000)) and False
        except BlockingIOError:
            return True
        except OSError:
            return False


def head(first: str, *lines: str) -> str:
    return "\r\n".join([first, "Host: line.test", *lines, "Content-Length: 5000", "", ""])


KINDS = {
    "bodies of webhooks": head("POST /voice/incoming HTTP/1.1", CAN_BE_SIGNED),
    "bodies with a nonsense signature": head("POST /voice/incoming HTTP/1.1", "X-Twilio-Signature: x"),
    "bodies of pages": head("POST /desk/sign-in HTTP/1.1"),
    "heads": "GET /desk/sign-in HTTP/1.1\r\nHost: line.test\r\nX-Slow: ",
    "nothing at all": "",
}


@pytest.mark.parametrize("kind", KINDS)
def test_callers_and_watchers_are_served_while_slow_clients_come_again_and_again(served, kind):
    with SlowClients(served.port, KINDS[kind]) as slow:
        until(lambda: slow.came_again >= SLOW or kind == "nothing at all", "slow clients to be let go")
        assert answered(served.port, "/healthz")[0] == 200
        assert rings(served.port)[0] == 200
        assert answered(served.port, "/desk/sign-in")[0] == 200


def test_clients_that_read_no_answer_hold_up_no_caller(served):
    """They ask for more than fits between us: pages may have to wait for them, callers may not."""
    asks = b"GET /desk/static/vendor/twilio.min.js HTTP/1.1\r\nHost: line.test\r\n\r\n"
    deaf = []
    for _ in range(SLOW):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        one.connect(("127.0.0.1", served.port))
        one.sendall(asks)
        deaf.append(one)
    assert rings(served.port)[0] == 200 and answered(served.port, "/healthz")[0] == 200
    for one in deaf:
        one.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (head("POST /voice/incoming HTTP/1.1", "X-Twilio-Signature: x"), 403),
        (head("POST /voice/incoming HTTP/1.1"), 403),
        (head("POST /desk/sign-in HTTP/1.1").replace("5000", "99999999"), 413),
        (head("POST /desk/sign-in HTTP/1.1", "Content-Length: 5000"), 400),
        (head("POST /desk/sign-in HTTP/1.1", "Transfer-Encoding: chunked"), 411),
        (head("POST /desk/sign-in HTTP/1.1") + "agent=", 408),
        ("nonsense\r\n\r\n", 400),
    ],
)
def test_a_body_that_will_not_be_read_is_waited_for_by_nobody(served, sent, status):
    with socket.create_connection(("127.0.0.1", served.port), WITHIN_S) as client:
        client.sendall(sent.encode())
        answer = http.client.HTTPResponse(client)
        answer.begin()
        assert answer.status == status


def test_requests_one_behind_the_other_on_one_connection(served):
    ask = "GET /healthz HTTP/1.1\r\nHost: line.test\r\n{}\r\n"
    last = ask.format("Connection: close\r\n")
    post = "POST /desk/sign-in HTTP/1.1\r\nHost: line.test\r\nContent-Length: 3\r\n\r\na=b"
    with socket.create_connection(("127.0.0.1", served.port), WITHIN_S) as client:
        for part in (ask.format(""), post, ask.format("") + post + last):
            client.sendall(part.encode())
        said = b"".join(iter(lambda: client.recv(65536), b""))
    assert said.count(b'{"status":"ok"}') == 3 and said.count(b"HTTP/1.1 400") == 2


def test_a_stop_does_not_wait_for_clients_that_say_nothing(tmp_path, served):
    """And what was on its way is answered."""
    with socket.create_connection(("127.0.0.1", served.port), WITHIN_S) as silent:
        [gunicorn, *_] = below(served.process.pid)
        os.kill(served.process.pid, signal.SIGHUP)
        until(lambda: gunicorn not in below(served.process.pid), "the old server to end")
        assert silent.recv(1) == b""
    assert answered(served.port, "/healthz")[0] == 200


def test_a_path_that_a_client_names_for_us_counts_for_nothing(served):
    status, body = answered(served.port, "/x/healthz", SCRIPT_NAME="/x")
    assert status == 404 and b"ok" not in body
    assert answered(served.port, "/nowhere", PATH_INFO="/healthz")[0] == 404
