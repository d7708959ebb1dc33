"""A server on loopback that answers every request of Twilio's package as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ivr.carrier.twilio import TwilioCarrier

ACCOUNT_SID = "AC" + "0" * 32
CLOSED = "the connection is closed without an answer"
URLS = {"answer_url": "https://a/b", "status_url": "https://a/c", "fallback_url": "https://a/d"}
ROOM, LEG = "CF" + "1" * 32, "CA" + "1" * 32
ROWS = {"Conferences": [{"sid": ROOM, "friendly_name": "room"}], "Calls": [], "IncomingPhoneNumbers": []}
KEYS = {"IncomingPhoneNumbers": "incoming_phone_numbers"}


@dataclass
class Server:
    """`answers` are given in turn, the last one for ever: (status, body, type) or CLOSED."""

    port: int = 0
    answers: list[Any] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def says(self, *answers: Any) -> TwilioCarrier:
        """A carrier at this server, which will answer so."""
        self.answers, self.asked = list(answers), []
        return TwilioCarrier(ACCOUNT_SID, "token", f"http://127.0.0.1:{self.port}")

    def next(self, method: str, path: str) -> Any:
        self.asked.append((method, path))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(method, path) if callable(answer) else answer


def as_json(status: int, /, **body: Any) -> tuple[int, str, str]:
    return status, json.dumps(body), "application/json"


def fine(method: str, path: str) -> tuple[int, str, str]:
    """An answer with which every operation is content."""
    what = path.partition("?")[0].rsplit("/", 1)[-1].removesuffix(".json")
    if method == "GET" and what in ROWS:
        return as_json(200, **{KEYS.get(what, what.lower()): ROWS[what]}, page_size=50, next_page_uri=None)
    return as_json(200, sid=LEG, call_sid=LEG, status="in-progress")


def refuses(status: int, code: int | None = None, said: str = "No.") -> tuple[int, str, str]:
    """A refusal in Twilio's form."""
    return as_json(status, code=code, message=said, more_info="https://…", status=status)


def html(status: int) -> tuple[int, str, str]:
    return status, "<html><h1>Something in between</h1></html>", "text/html"


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            told = server.next(self.command, self.path)
            if told == CLOSED:
                self.close_connection = True
                return
            status, body, kind = told
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, *_: Any) -> None:
            """The tests say what was asked."""

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.port = made.server_address[1]
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        made.shutdown()
        made.server_close()


CREATES = {
    "ring": lambda carrier: carrier.ring("+15550002001", "+15550001000", ring_seconds=20, **URLS),
    "send_text": lambda carrier: carrier.send_text("+15550002001", "+15550001000", "Hello"),
    "start_recording": lambda carrier: carrier.start_recording(LEG, "https://a/e"),
}
LISTS = {
    "find_legs": lambda carrier: carrier.find_legs("+15550002001", "+15550001000", 0.0),
    "hold": lambda carrier: carrier.change_participant("room", LEG, hold_url="https://a/h"),
    "ends_room": lambda carrier: carrier.change_participant("room", LEG, ends_room=True),
    "announce": lambda carrier: carrier.announce("room", "https://a/f"),
    "number_urls": lambda carrier: carrier.number_urls("+15550001000"),
}
OTHERS = {
    "redirect": lambda carrier: carrier.redirect(LEG, "https://a/b"),
    "hang_up": lambda carrier: carrier.hang_up(LEG),
    "fetch": lambda carrier: carrier.fetch(LEG),
    "pause_recording": lambda carrier: carrier.pause_recording(LEG),
    "resume_recording": lambda carrier: carrier.resume_recording(LEG),
    "stop_recording": lambda carrier: carrier.stop_recording(LEG),
    "recorded": lambda carrier: carrier.recorded("RE" + "1" * 32),
    "delete_text": lambda carrier: carrier.delete_text("SM" + "1" * 32),
    "delete_recording": lambda carrier: carrier.delete_recording("RE" + "1" * 32),
}
EVERY = {**CREATES, **LISTS, **OTHERS}
