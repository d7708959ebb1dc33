"""The proxy's settings that we ship, in a real nginx: in front of the line itself, and of a small server that
tells what reached it."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from twilio.request_validator import RequestValidator

from tests.cli.serving import SOON_S, Served, free_port, until
from tests.conftest import lacking

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "deploy" / "nginx.conf"
PUBLIC, TOKEN = "https://line.example.com", "token"
METRICS_TOKEN = "fedcba9876543210" * 2
SIGNED_PATH = "/voice/incoming?a=%2F%2B&b=1%202"


class Behind(ThreadingHTTPServer):
    """What stands behind the proxy, and what reached it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Told)
        self.lines: list[str] = []
        self.headers: dict[str, str] = {}
        self.may_end = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Told(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.lines.append(self.requestline)
        self.server.headers = {name.lower(): value for name, value in self.headers.items()}
        if length := int(self.headers.get("Content-Length") or 0):
            self.rfile.read(length)
        self.send_response(200)
        if not self.path.endswith("/events"):
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")
            return
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.server.may_end.wait(2 * SOON_S)  # longer than the client waits
        self.wfile.write(b"data: last\n\n")

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        return None


class Nginx:
    """The shipped settings with a test's certificate, ports and servers."""

    def __init__(self, folder: Path, *behind: int) -> None:
        program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
        if program is None:
            lacking("nginx", "its program was not found")
        if shutil.which("openssl") is None:
            lacking("OpenSSL", "its command was not found")
        self.port, self.plain = free_port(), free_port()
        self.settings = folder / "nginx.conf"
        self.settings.write_text(self._changed(folder, behind))
        certificate = [folder / "key.pem", "-out", folder / "fullchain.pem", "-subj", "/CN=line.example.com"]
        new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout"]
        subprocess.run([*new, *certificate], check=True, capture_output=True)
        command = [program, "-p", str(folder), "-c", str(self.settings)]
        tried = subprocess.run([*command, "-t"], capture_output=True, text=True)
        assert tried.returncode == 0, tried.stderr
        self.process = subprocess.Popen([*command, "-g", "daemon off;"], stderr=subprocess.DEVNULL)
        until(lambda: _listens(self.port), "nginx")

    def _changed(self, folder: Path, behind: tuple[int, ...]) -> str:
        temporary = "".join(
            f"    {kind}_temp_path {folder / kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        first, second = behind * 2 if len(behind) == 1 else behind
        text = SHIPPED.read_text()
        for old, new in (
            ("user www-data;", "user root;" if os.geteuid() == 0 else ""),
            ("/run/nginx.pid", f"{folder}/nginx.pid"),
            ("/var/log/nginx/", f"{folder}/"),
            ("http {\n", f"http {{\n{temporary}"),
            ("/etc/letsencrypt/live/line.example.com/fullchain.pem", f"{folder}/fullchain.pem"),
            ("/etc/letsencrypt/live/line.example.com/privkey.pem", f"{folder}/key.pem"),
            ("listen 443 ", f"listen 127.0.0.1:{self.port} "),
            ("listen 80;", f"listen 127.0.0.1:{self.plain};"),
        ):
            assert old in text, f"the shipped file no longer has {old!r}"
            text = text.replace(old, new)
        return text.replace("127.0.0.1:8000 ", f"127.0.0.1:{first} ", 1).replace(
            "127.0.0.1:8000 ", f"127.0.0.1:{second} ", 1
        )

    def asked(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        connection = self.connection()
        try:
            named = {"Host": "line.example.com"} | {
                name.replace("__", "-"): value for name, value in headers.items()
            }
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def connection(self) -> http.client.HTTPSConnection:
        trusting = ssl._create_unverified_context()  # the test's own certificate
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=SOON_S, context=trusting)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(SOON_S)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _is_ended(client: socket.socket) -> bool:
    """Wait until the other side lets go, by an end or a reset; a wait in vain is an error."""
    try:
        return not client.recv(1000)
    except ConnectionResetError:
        return True


@pytest.fixture
def behind() -> Iterator[Behind]:
    server = Behind()
    yield server
    server.may_end.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def nginx(tmp_path, behind) -> Iterator[Nginx]:
    started = Nginx(tmp_path, behind.server_port)
    yield started
    started.close()


def test_addresses_are_passed_on_as_they_came(nginx, behind):
    for path in (SIGNED_PATH, "/a%2Fb//c/../d;e?x=%41"):
        assert nginx.asked("POST", path, b"x=1") == (200, b"ok")
        assert behind.lines.pop() == f"POST {path} HTTP/1.1"


def test_what_a_client_says_of_itself_counts_for_nothing(nginx, behind):
    said = {
        "X__Forwarded__For": "203.0.113.9", "X__Forwarded__Proto": "http", "X__Forwarded__Host": "evil.test",
        "X__Forwarded__Prefix": "/x", "Forwarded": "for=203.0.113.9", "Script__Name": "/x",
        "Path__Info": "/x", "SCRIPT_NAME": "/x", "PATH_INFO": "/x",
    }  # fmt: skip
    assert nginx.asked("GET", "/desk/", **said)[0] == 200
    assert behind.headers["x-forwarded-for"] == "127.0.0.1"
    assert behind.headers["x-forwarded-proto"] == "https"
    left = {"x-forwarded-host", "x-forwarded-prefix", "forwarded", "script-name", "path-info"} | {
        "script_name", "path_info",
    }  # fmt: skip
    assert not left & set(behind.headers)


def test_a_body_that_does_not_come_reaches_nobody_and_is_ended(nginx, behind):
    slow = nginx.connection()
    slow.connect()
    slow.sock.sendall(
        b"POST /voice/incoming HTTP/1.1\r\nHost: line.example.com\r\nContent-Length: 5000\r\n\r\na"
    )
    assert nginx.asked("GET", "/healthz")[0] == 200
    assert _is_ended(slow.sock)
    assert behind.lines == ["GET /healthz HTTP/1.1"]
    slow.close()


def test_the_first_event_of_a_stream_comes_before_its_end(nginx, behind):
    connection = nginx.connection()
    connection.request("GET", "/desk/events", headers={"Host": "line.example.com"})
    answer = connection.getresponse()
    assert answer.readline() == b"data: first\n" and not behind.may_end.is_set()
    behind.may_end.set()
    assert answer.read().endswith(b"data: last\n\n")
    connection.close()


def test_too_large_a_body_is_refused(nginx, behind):
    assert nginx.asked("POST", "/desk/sign-in", b"x" * (129 * 1024))[0] == 413 and behind.lines == []


def test_http_is_led_to_https(nginx):
    connection = http.client.HTTPConnection("127.0.0.1", nginx.plain, timeout=SOON_S)
    connection.request("GET", "/desk/?a=%2F", headers={"Host": "evil.test"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"{PUBLIC}/desk/?a=%2F")
    connection.close()


def test_a_connection_that_is_refused_is_tried_once_more(tmp_path, behind):
    nginx = Nginx(tmp_path, free_port(), behind.server_port)
    try:
        for number in range(8):
            assert nginx.asked("POST", f"/voice/{number}", b"x=1") == (200, b"ok")
        assert len(behind.lines) == 8
    finally:
        nginx.close()


@pytest.fixture
def line(tmp_path) -> Iterator[tuple[Nginx, Served]]:
    """The line itself, behind the proxy."""
    served = Served(
        tmp_path,
        [sys.executable, "-c", "from ivr.cli import main; main()", "serve", "--port", "0"],
        DATABASE_URL=f"sqlite:///{tmp_path / 'line.db'}",
        IVR_CONFIG=str(ROOT / "config.yaml"),
        PUBLIC_URL=PUBLIC,
        TWILIO_ACCOUNT_SID="AC" + "0" * 32,
        TWILIO_AUTH_TOKEN=TOKEN,
        IVR_SECRET_KEY="0123456789abcdef" * 2,
        METRICS_TOKEN=METRICS_TOKEN,
    )
    nginx = None
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{served.port}/readyz", timeout=SOON_S) as answer:
            assert answer.status == 200
        nginx = Nginx(tmp_path, served.port)
        yield nginx, served
    finally:
        if nginx:
            nginx.close()
        served.close()


@pytest.mark.slow
def test_a_signed_webhook_reaches_the_line_and_passes_for_the_carriers(line):
    nginx, _ = line
    form = {"CallSid": "CA" + "7" * 32, "From": "+14155550123", "To": "+15550001000"}
    body = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in form.items()).encode()
    kind = {"Content__Type": "application/x-www-form-urlencoded"}
    signed = RequestValidator(TOKEN).compute_signature(PUBLIC + SIGNED_PATH, form)
    heard = nginx.asked("POST", SIGNED_PATH, body, X__Twilio__Signature=signed, **kind)
    assert heard[0] == 200 and b"<Response>" in heard[1]
    other = RequestValidator(TOKEN).compute_signature(PUBLIC + "/voice/other", form)
    assert nginx.asked("POST", SIGNED_PATH, body, X__Twilio__Signature=other, **kind)[0] == 403


@pytest.mark.slow
def test_what_watches_the_line_is_told_to_this_machine_and_to_those_who_have_the_token(line):
    nginx, served = line
    for path in ("/metrics", "/readyz"):
        with urllib.request.urlopen(f"http://127.0.0.1:{served.port}{path}", timeout=SOON_S) as answer:
            assert answer.status == 200
        assert nginx.asked("GET", path, Authorization=f"Bearer {METRICS_TOKEN}")[0] == 200
        for claim in ({}, {"X__Forwarded__For": "127.0.0.1"}, {"Authorization": "Bearer another"}):
            assert nginx.asked("GET", path, **claim)[0] == 403, claim
    for path in ("/%6Detrics", "//metrics", "/x/../metrics", "/metrics/", "/metrics?a=1", "/%72eadyz"):
        status, said = nginx.asked("GET", path)
        assert status in (308, 403, 404) and b"presszero_" not in said, path
    assert nginx.asked("GET", "/healthz")[0] == 200
