"""Pages behind a real socket, for a real browser."""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from desk import Feed


class Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None: ...


class Served:
    """`feed` is stopped with the server; `port` to come back at the same address."""

    def __init__(self, app: Flask, feed: Feed, port: int = 0) -> None:
        self._feed = feed
        self._server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._feed.stop_streams()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
