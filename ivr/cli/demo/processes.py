"""Starts and stops the demo's processes: the simulated phone company, and the line as it is served."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from ivr.cli.demo.sample_customers import seed
from ivr.package_files import CODE
from ivr.settings import Settings

IVR = (sys.executable, "-c", "from ivr.cli import main; main()")
USUAL_PORT = 8000
START_LIMIT_S = 120.0  # for a busy machine; a line that dies says so at once
AGENT, AGENT_PHONE = "desk-1", "+15550002001"
OTHER_AGENT, OTHER_PHONE = "desk-2", "+15550002002"
KNOWN_CALLER = "+14155550123"
ACCOUNT = "AC" + "d" * 32


class DemoProblem(Exception):
    """The demo cannot run; the message says why and what to do."""


def new_password() -> str:
    """Return twelve hexadecimal digits. One password in forty of eight digits would be refused as weak."""
    return secrets.token_hex(6)


class DemoProcesses:
    """A context: inside it the line answers at `web` and the phone company at `api`."""

    agent = AGENT
    agent_phone = AGENT_PHONE
    known_caller = KNOWN_CALLER

    def __init__(self, settings: Settings, config: Path, port: int) -> None:
        self.settings, self._config = settings, config.resolve()
        self.port = _free(port) if port else _usual_or_free()
        self.web = f"http://127.0.0.1:{self.port}"
        self.password = new_password()
        self.number = next(iter(settings.numbers))
        self.api = ""
        self._token, self._secret = secrets.token_hex(16), secrets.token_hex(32)
        self._folder = Path(tempfile.mkdtemp(prefix="presszero-demo-"))
        self._processes: list[subprocess.Popen] = []

    @property
    def phone_page(self) -> str:
        return f"{self.api}/phone/"

    @property
    def log(self) -> Path:
        return self._folder / "line.log"

    def __enter__(self) -> DemoProcesses:
        try:
            _say("Sample customers …")
            seed(self.settings, self._database_url, self.password)
            _say("Phone company …")
            self._start_phone_company()
            _say("Support line …")
            self._start_line()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            process.terminate()
        for process in reversed(self._processes):
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def wait(self) -> None:
        """Wait until one of the processes ends."""
        while all(process.poll() is None for process in self._processes):
            time.sleep(0.5)
        raise DemoProblem(f"A part of the demo has stopped:\n{self._tail()}")

    @property
    def _database_url(self) -> str:
        return f"sqlite:///{self._folder / 'presszero.db'}"

    def _start_phone_company(self) -> None:
        numbers = [f"--number={number}={self.web}" for number in self.settings.numbers]
        phones = [f"--phone={phone}" for phone in (AGENT_PHONE, OTHER_PHONE)]
        callers = [f"--suggest={KNOWN_CALLER}=a customer we know", "--suggest=+14155550199=nobody we know"]
        process = subprocess.Popen(  # noqa: S603 our own program
            [
                *(sys.executable, "-m", "simulator", "--port=0", f"--account={ACCOUNT}"),
                *(f"--token={self._token}", *numbers, *phones, *callers),
            ],
            cwd=CODE,
            stdout=subprocess.PIPE,
            stderr=self._log_file(),
            text=True,
        )
        self._processes.append(process)
        first = process.stdout.readline() if process.stdout else ""
        if not first:
            raise DemoProblem(f"The simulated phone company did not start:\n{self._tail()}")
        self.api = json.loads(first)["url"]

    def _start_line(self) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")},
            "DATABASE_URL": self._database_url,
            "PUBLIC_URL": self.web,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": self._token,
            "TWILIO_API_BASE": self.api,
            "IVR_SECRET_KEY": self._secret,
            "IVR_CONFIG": str(self._config),
        }
        log = self._log_file()
        self._processes.append(
            subprocess.Popen(  # noqa: S603 our own program
                [*IVR, "serve", "--host", "127.0.0.1", "--port", str(self.port)],
                cwd=CODE,
                env=environment,
                stdout=log,
                stderr=log,
            )
        )
        self._until_ready()

    def _until_ready(self) -> None:
        end = time.monotonic() + START_LIMIT_S
        while time.monotonic() < end:
            if self._processes[-1].poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.web}/readyz", timeout=2):  # noqa: S310 loopback
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise DemoProblem(f"The line did not start:\n{self._tail()}")

    def _log_file(self):
        return self.log.open("ab")

    def _tail(self) -> str:
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _usual_or_free() -> int:
    try:
        return _free(USUAL_PORT)
    except DemoProblem:
        return _free(0)


def _free(port: int) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            sentence = f"Port {port} cannot be used: {error.strerror}. Choose another with --port."
            raise DemoProblem(sentence) from error
        return probe.getsockname()[1]
