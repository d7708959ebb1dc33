"""A TCP proxy that can stop saying anything: connections stay open, take what is written, and nothing comes
back. A refused or reset connection is told at once; this is what nobody tells."""

from __future__ import annotations

import selectors
import socket
import threading
from dataclasses import dataclass, field

BUFFER = 65536


@dataclass(eq=False)
class _Pair:
    client: socket.socket
    server: socket.socket
    silent: bool = False


@dataclass
class SilentProxy:
    """Passes on to `target`; `port` is where it listens. One thread, ended by `stop`."""

    target: tuple[str, int]
    accepted: int = 0
    _all_silent: bool = False
    _pairs: set[_Pair] = field(default_factory=set)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._stopping = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def be_silent(self) -> None:
        """Nothing goes through any more, on open connections and on new ones."""
        with self._guard:
            self._all_silent = True
            for pair in self._pairs:
                pair.silent = True

    def pass_new(self) -> None:
        """New connections work; those that were open stay silent for ever, as behind a router that forgot."""
        with self._guard:
            self._all_silent = False

    def stop(self) -> None:
        self._stopping = True
        self._thread.join(5)
        for pair in self._pairs:
            pair.client.close()
            pair.server.close()
        self._listener.close()
        self._selector.close()

    def _run(self) -> None:
        while not self._stopping:
            for key, _ in self._selector.select(0.05):
                if key.data is None:
                    self._accept()
                else:
                    self._pass(*key.data)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        pair = _Pair(client, socket.create_connection(self.target))
        with self._guard:
            pair.silent = self._all_silent
            self._pairs.add(pair)
            self.accepted += 1
        for one, other in ((client, pair.server), (pair.server, client)):
            self._selector.register(one, selectors.EVENT_READ, (pair, one, other))

    def _pass(self, pair: _Pair, one: socket.socket, other: socket.socket) -> None:
        try:
            read = one.recv(BUFFER)
            if read and not pair.silent:
                other.sendall(read)
        except OSError:
            read = b""
        if read:
            return
        self._selector.unregister(one)
        if not pair.silent:
            try:
                other.shutdown(socket.SHUT_WR)
            except OSError:
                return  # that side is gone as well
