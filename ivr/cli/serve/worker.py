"""The gunicorn worker that serves us: a thread is used only for a request that has arrived whole.

gunicorn's own worker reads a request in the thread that answers it, so that as many clients as there are
threads, each sending a byte a second, stop everything. Here one loop reads what all clients send. A request
has five seconds to arrive; if there are more unfinished ones than we can hold, the oldest is dropped. Threads
never read from a socket, and webhooks, audio and health checks have threads that pages cannot take.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from math import inf
from typing import Any

from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from ivr.cli.serve.whole_request import TOO_LATE, TOO_MANY, UNSIGNED, Refusal, WholeRequest

WHOLE_WITHIN_S = 5.0
LINGER_S = 1.0  # after a refusal: if it were closed at once, the client might never see it
SEND_S = 30.0  # a client that reads nothing for so long is dropped
MOST_UNFINISHED = 1000
MOST_CLOSING = 200
LARGEST_OF_PAGES = 128 * 1024
SOUND_THREADS, SMS_THREADS, HEALTH_THREADS, PAGES_BESIDE_STREAMS = 32, 8, 2, 32
MOST_IN_LINE = 300  # for the threads of one class
NO_FILES = (errno.EMFILE, errno.ENFILE)
READ = 65536


def threads_of(environ: Mapping[str, str]) -> dict[str, int]:
    """Return how many threads each class of requests has, by the beginning of its paths; "/" is all
    others."""
    voice, streams = int(environ.get("WEB_THREADS", "64")), int(environ.get("WEB_STREAMS", "256"))
    return {
        "/voice/": voice,
        "/sms/": SMS_THREADS,
        "/healthz": HEALTH_THREADS,
        "/audio/": SOUND_THREADS,
        "/recordings/": SOUND_THREADS,
        "/": streams + PAGES_BESIDE_STREAMS,
    }


class Connection(TConn):
    """A client. gunicorn's parser is given one whole request, and nothing after it."""

    def __init__(self, *of: Any) -> None:
        super().__init__(*of)
        self.request: WholeRequest | None = None
        self.until = inf
        self.behind = b""
        self.path = "/"
        self.requests = 0
        self.initialized = self.data_ready = True  # gunicorn has nothing to wait for

    def hand_over(self) -> None:
        """Pass on what was read, as if it came from a client that has ended."""
        assert self.request is not None
        whole, self.behind = self.request.parts()
        self.path = self.request.path
        self.parser = RequestParser(self.cfg, [whole], self.client)
        self.parser.req_count = self.requests
        self.requests += 1
        self.request = None


class Threads:
    """Threads for each class of requests, in place of gunicorn's one pool. Used by the loop alone."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = dict(counts)
        self._taken = dict.fromkeys(counts, 0)
        self._pools = {
            prefix: ThreadPoolExecutor(count, thread_name_prefix=prefix.strip("/") or "pages")
            for prefix, count in counts.items()
        }

    def _class_of(self, path: str) -> str:
        return next(prefix for prefix in self._pools if path.startswith(prefix) or prefix == "/")

    def have_room(self, path: str) -> bool:
        of = self._class_of(path)
        return self._taken[of] < self._counts[of] + MOST_IN_LINE

    def submit(self, work: Any, connection: TConn) -> Future[Any]:
        of = self._class_of(getattr(connection, "path", "/"))
        self._taken[of] += 1
        return self._pools[of].submit(work, connection)

    def done(self, path: str) -> None:
        self._taken[self._class_of(path)] -= 1

    def shutdown(self, wait: bool = True) -> None:
        for pool in self._pools.values():
            pool.shutdown(wait=wait)


class WholeRequestWorker(ThreadWorker):
    """See above. With `--certfile`, gunicorn's own way is used: TLS belongs in a proxy before us."""

    def __init__(self, *of: Any, **more: Any) -> None:
        super().__init__(*of, **more)
        self.max_keepalived = self.cfg.threads
        self._unfinished: dict[Connection, None] = {}  # the oldest first, and so are those that close
        self._completion: dict[Connection, None] = {}
        self._most_body = LARGEST_OF_PAGES

    def get_thread_pool(self) -> Threads:
        return Threads(threads_of(os.environ))

    def load_wsgi(self) -> None:
        super().load_wsgi()
        config = getattr(self.wsgi, "config", {})
        self._most_body = max(self._most_body, config.get("MAX_CONTENT_LENGTH") or 0)

    # Reading ----------------------------------------------------------------------------------------------

    def accept(self, listener: socket.socket) -> None:
        if self.cfg.is_ssl:
            super().accept(listener)
            return
        try:
            sock, address = listener.accept()
        except OSError as error:
            if error.errno in NO_FILES:
                self._drop_oldest()
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        self._read(Connection(self.cfg, sock, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: TConn, client: Any) -> None:
        """Read the next request on a connection that was kept."""
        if not isinstance(conn, Connection):
            super().on_client_socket_readable(conn, client)
            return
        if conn not in self.keepalived_conns:
            return  # dropped for want of files, by another event of the same moment
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._read(conn)

    def _read(self, conn: Connection) -> None:
        """Begin a request, perhaps with the bytes that came after the one before."""
        conn.request, conn.until = WholeRequest(self._most_body), time.monotonic() + WHOLE_WITHIN_S
        behind, conn.behind = conn.behind, b""
        self._unfinished[conn] = None
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._readable, conn))
        if behind:
            self._take(conn, behind)
        else:
            self._readable(conn)  # most have arrived by now
        if len(self._unfinished) > MOST_UNFINISHED:
            self._drop(next(iter(self._unfinished)))

    def _readable(self, conn: Connection, _client: Any = None) -> None:
        if conn not in self._unfinished and conn not in self._completion:
            return  # dropped by another event of the same moment
        try:
            data = conn.sock.recv(READ)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._drop(conn)
        elif conn in self._unfinished:
            self._take(conn, data)

    def _take(self, conn: Connection, data: bytes) -> None:
        told = conn.request.wants_continue
        whole = conn.request.take(data)
        if isinstance(whole, Refusal):
            if whole is UNSIGNED:
                self.log.warning("a request without a possible signature for %r", conn.request.path[:200])
            self._refuse(conn, whole)
        elif whole:
            del self._unfinished[conn]
            self.poller.unregister(conn.sock)
            conn.hand_over()
            if self.tpool.have_room(conn.path):
                self.enqueue_req(conn)
            else:
                self._refuse(conn, TOO_MANY)
        elif conn.request.wants_continue and not told:
            self._say(conn, b"HTTP/1.1 100 Continue\r\n\r\n")

    # Answering --------------------------------------------------------------------------------------------

    def handle_request(self, req: Any, conn: TConn) -> bool:
        conn.sock.settimeout(SEND_S)
        try:
            return super().handle_request(req, conn)
        except TimeoutError as error:
            raise OSError(errno.EPIPE, "the client reads nothing") from error

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Take a request back from its thread. gunicorn's own method would wait in the loop for clients that
        do not close."""
        if not isinstance(conn, Connection):
            super().finish_request(conn, fs)
            return
        self.tpool.done(conn.path)
        keep = not fs.cancelled() and fs.exception() is None and fs.result()
        if keep and conn.behind:
            self._read(conn)
        elif keep:
            self._keep(conn)
        else:
            self._close(conn)

    def _keep(self, conn: Connection) -> None:
        conn.sock.setblocking(False)
        conn.set_timeout()
        if not self.alive:
            conn.timeout = min(conn.timeout, time.monotonic() + STOP_KEEPALIVE_LINGER)
        self.keepalived_conns.append(conn)
        readable = partial(self.on_client_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, readable)

    # Ending -----------------------------------------------------------------------------------------------

    def _refuse(self, conn: Connection, refusal: Refusal) -> None:
        self._say(conn, refusal.as_bytes())
        self._close(conn)

    def _say(self, conn: Connection, words: bytes) -> None:
        try:
            conn.sock.send(words)
        except OSError:
            self.log.debug("a client did not wait for its answer")

    def _close(self, conn: Connection) -> None:
        """Shut down the connection and wait a moment for the client: if it were closed while the client still
        sends, the answer would be lost."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(conn)
            return
        if conn in self._unfinished:
            del self._unfinished[conn]
        else:
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._readable, conn))
        conn.until = time.monotonic() + LINGER_S
        self._completion[conn] = None
        if len(self._completion) > MOST_CLOSING:
            self._drop(next(iter(self._completion)))

    def _drop(self, conn: Connection) -> None:
        was_read = conn in self._unfinished or conn in self._completion
        self._unfinished.pop(conn, None)
        self._completion.pop(conn, None)
        if was_read:
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def _drop_oldest(self) -> None:
        """Drop the oldest connection, when no file is left for another client."""
        for some in (self._unfinished, self._completion):
            if some:
                self._drop(next(iter(some)))
                return
        if self.keepalived_conns:
            oldest = self.keepalived_conns.popleft()
            self.poller.unregister(oldest.sock)
            self.nr_conns -= 1
            oldest.close()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(min(timeout, max(0.0, self._next_end() - time.monotonic())))
        now = time.monotonic()
        if not self.alive:
            for conn in [conn for conn in self._unfinished if not conn.request.has_begun]:
                self._drop(conn)
        while self._unfinished and (conn := next(iter(self._unfinished))).until <= now:
            if conn.request.has_begun:
                self._refuse(conn, TOO_LATE)
            else:
                self._drop(conn)
        while self._completion and (conn := next(iter(self._completion))).until <= now:
            self._drop(conn)

    def _next_end(self) -> float:
        firsts = (next(iter(some), None) for some in (self._unfinished, self._completion))
        return min((conn.until for conn in firsts if conn is not None), default=inf)
