"""A server in a process of its own, and what became of the processes below it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

SOON_S = 60.0  # on a busy machine; nothing waits that long on a quiet one


def until(look: Callable[[], object], what: str) -> object:
    end = time.monotonic() + SOON_S
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for: {what}")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Served:
    """A parent in a folder of its own."""

    def __init__(
        self,
        folder: Path,
        command: list[str],
        log: Path | None = None,
        passed: tuple[int, ...] = (),
        **environment: str,
    ) -> None:
        self.log = log or folder / "serve.log"
        environ = {**os.environ, **environment}
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                command, cwd=folder, stdout=out, stderr=out, env=environ, pass_fds=passed
            )

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    @property
    def port(self) -> int:
        line = until(lambda: [line for line in self.said.splitlines() if "listening at" in line], "its port")
        return int(line[0].split(" (")[0].rpartition(":")[2])

    def get(self, path: str = "/") -> dict:
        """One request on a connection of its own, as the phone company makes them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SOON_S)
        try:
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def exit_code(self) -> int:
        return self.process.wait(SOON_S)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(SOON_S)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def below(pid: int) -> list[int]:
    """All processes that this one has started, and those that they have."""
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*children, *(each for child in children for each in below(child))]
