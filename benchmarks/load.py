"""The load generator, a process of its own: paper calls over keep-alive connections, as fast as they go.

    python -m benchmarks.load PORT --connections 12 --seconds 3

Prints one JSON object. Plain sockets: an HTTP client library would take as much of the machine as the server.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import sys
import threading
import time

from benchmarks.calls import PaperCall, Post


class Wire:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, post: Post) -> tuple[int, bytes]:
        """(status, body)."""
        head = (
            f"POST {post.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: TwilioProxy/1.1\r\n"
            "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
            f"X-Twilio-Signature: {post.signature}\r\nContent-Length: {len(post.body)}\r\n\r\n"
        )
        self._socket.sendall(head.encode() + post.body)
        return self._answer()

    def _answer(self) -> tuple[int, bytes]:
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _, body = got.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
        while len(body) < length:
            body += self._more()
        return int(head[9:12]), body

    def _more(self) -> bytes:
        chunk = self._socket.recv(65536)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        return chunk

    def close(self) -> None:
        self._socket.close()


class Crowd:
    """Callers on several connections, one call after the other on each."""

    def __init__(self, port: int, connections: int, seconds: float) -> None:
        self._port, self._until = port, time.perf_counter() + seconds
        self._mark = f"{random.randrange(36**4):x}x"
        self._guard = threading.Lock()
        self._number = 0
        self.took: list[float] = []
        self.failed: list[str] = []
        self._threads = [threading.Thread(target=self._talk) for _ in range(connections)]

    def run(self) -> dict[str, float | int | list[str]]:
        begun = time.perf_counter()
        for thread in self._threads:
            thread.start()
        for thread in self._threads:
            thread.join()
        took = sorted(self.took) or [0.0]
        return {
            "requests": len(self.took),
            "per_second": len(self.took) / (time.perf_counter() - begun),
            "p50_ms": took[len(took) // 2] * 1000,
            "p99_ms": took[len(took) * 99 // 100] * 1000,
            "failed": self.failed[:3],
        }

    def _talk(self) -> None:
        wire = Wire(self._port)
        try:
            while time.perf_counter() < self._until and not self.failed:
                self._call(wire)
        except Exception as error:
            self.failed.append(repr(error))
        finally:
            wire.close()

    def _call(self, wire: Wire) -> None:
        with self._guard:
            self._number += 1
            call = PaperCall(self._number, mark=self._mark)
        while (post := call.next()) is not None and time.perf_counter() < self._until:
            begun = time.perf_counter()
            status, body = wire.send(post)
            self.took.append(time.perf_counter() - begun)
            if status >= 300:
                raise RuntimeError(f"{post.path} answered {status}")
            call.answered(body)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load")
    parser.add_argument("port", type=int)
    parser.add_argument("--connections", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args(arguments)
    print(json.dumps(Crowd(options.port, options.connections, options.seconds).run()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
