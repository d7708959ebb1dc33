"""A mail server and a web server that keep what they are sent, on loopback."""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


class Mailbox(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as a client needs. `recipient` is what it answers to RCPT."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.letters: list[str] = []
        self.recipient = "250 ok"


class _Smtp(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "QUIT":
                return self.say("221 bye")
            if verb == "RCPT":
                self.say(self.server.recipient)
            elif verb == "DATA":
                self.say("354 go on")
                self.server.letters.append(self.letter())
                self.say("250 taken")
            else:
                self.say("250 ok")
        return None

    def letter(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
            lines.append(line)
        return "\n".join(lines)

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Hook(HTTPServer):
    """Answers each POST with the next of `statuses`, the last one for ever."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Http)
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.statuses = [200]


class _Http(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((dict(self.headers), body))
        statuses = self.server.statuses
        self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(b"not JSON")

    def log_message(self, *_args: object) -> None:
        """Nothing to the terminal."""


@contextmanager
def running(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
