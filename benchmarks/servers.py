"""Processes beside this one: gunicorn with the line or with the bare route, and the simulated Twilio."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.calls import ACCOUNT, BASE, DIALLED, TOKEN

ROOT = Path(__file__).parents[1]
START_LIMIT_S = 40.0


class NotStarted(Exception):
    """A server did not come up; the message has the end of its log."""


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    process: subprocess.Popen

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def gunicorn(app: str, folder: Path, public_url: str = "", **environment: str) -> Iterator[Server]:
    """`app` as the product is started, on a SQLite file in `folder`; ready when it is handed out."""
    port = free_port()
    settings = {
        "DATABASE_URL": f"sqlite:///{folder / 'line.db'}",
        "PUBLIC_URL": public_url.format(port=port) or BASE,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "IVR_SECRET_KEY": "nobody-signs-in-here-0123456789abc",
        "GUNICORN_BIND": f"127.0.0.1:{port}",
        **environment,
    }
    log = folder / "server.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", app],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=out,
            stderr=out,
        )
    try:
        _until_up(f"http://127.0.0.1:{port}/healthz", process, log)
        yield Server(port, process)
    finally:
        stop(process)


@contextmanager
def simulator(folder: Path, phones: list[str]) -> Iterator[str]:
    """The base URL of a simulated Twilio in which these telephones can be rung."""
    with (folder / "simulator.log").open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "--port=0", f"--account={ACCOUNT}", f"--token={TOKEN}"]
            + [f"--number={DIALLED}={BASE}"]
            + [f"--phone={phone}" for phone in phones],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=out,
            text=True,
        )
    try:
        first = process.stdout.readline() if process.stdout else ""
        if not first:
            raise NotStarted("the simulator did not start")
        yield json.loads(first)["url"]
    finally:
        stop(process)


def _until_up(url: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise NotStarted(log.read_text(errors="replace")[-2000:])


def stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
