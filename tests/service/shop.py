"""A web service on this machine, to be looked things up in."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ivr.engine.effects import LookUp
from ivr.engine.events import LookedUp
from ivr.flowfiles.source_settings import SourceSettings
from ivr.service.lookups import Lookups


class Shop:
    """A web service on this machine. `answers`: path → (status, body, headers), or a function of nothing."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str, dict[str, str]]] = []
        self.answers: dict[str, object] = {}
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                shop.asked.append((self.command, self.path, body, dict(self.headers)))
                found = shop.answers.get(self.path, (404, "{}", {}))
                status, text, headers = found() if callable(found) else found
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode() if isinstance(text, str) else text)

            do_GET = do_POST = answer

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def says(self, path: str, value: object, status: int = 200, **headers: str) -> None:
        self.answers[path] = (status, value if isinstance(value, str | bytes) else json.dumps(value), headers)

    def source(self, path: str, **more: object) -> SourceSettings:
        return SourceSettings.model_validate({"http": {"url": self.url + path, "internal": True, **more}})


def look(source: SourceSettings, environ=None, clock=time.monotonic, **values: object) -> LookedUp:
    """Ask a source once."""
    return Lookups({"it": source}, environ or {}, clock=clock)(LookUp("it", values))
