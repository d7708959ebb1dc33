"""Callers wait in line while the server under them is killed and reloaded. Who is harmed?

    python -m benchmarks.restarts                                  40 callers, two kills, two reloads
    python -m benchmarks.restarts --callers 6 --kills 1 --reloads 1

The line is `ivr serve` on SQLite as it is installed, the phone company the simulator with its own witness of
what each leg heard. A kill is signal 9 to everything below the parent; at that instant every second caller
presses a key and somebody new calls, so that their turns meet no server. The number's fallback lies on the
same server: nothing but the open socket can save a caller. Afterwards an agent signs in, and who has waited
longest must be answered. Prints the witness's figures; exits 1 when somebody was harmed, 2 when nothing was
proved.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from werkzeug.serving import make_server

from benchmarks.calls import ACCOUNT, DIALLED, TOKEN
from benchmarks.figures import progress
from benchmarks.servers import ROOT, free_port, stop
from simulator import HttpTransport, RealClock, TwilioAccount
from simulator.call import Call
from simulator.execution import APPLICATION_ERROR
from simulator.phones import CallerPhone
from simulator.web import make_web_app

IVR = (sys.executable, "-c", "from ivr.cli import main; main()")
AGENT_PHONE = "+15550002001"
WHERE_AM_I = "3"  # the key with which callers in line ask for their place
SHORTEST_START_S = 0.3  # no server starts within this: a webhook that took longer has waited for one
LIMIT_S = 180.0  # for anything that is waited for: a busy machine takes long to start a server


class NotProved(Exception):
    """The trial could not be carried out; says nothing about the line."""


@dataclass(slots=True)
class Result:
    """What the witness saw."""

    callers: int
    kills: int
    reloads: int
    harmed: int = 0
    in_line: int = 0  # by the product's own record, before the agent comes
    longest_served_first: bool = False
    webhooks: int = 0
    sent_while_away: int = 0  # when there was no server
    broken: int = 0  # were being answered when everything was killed
    refused: int = 0
    fallbacks: int = 0
    slowest_webhook_s: float = 0.0
    longest_silence_s: float = 0.0

    @property
    def good(self) -> bool:
        in_line = self.in_line == self.callers and self.longest_served_first
        return not self.harmed and not self.refused and in_line


class Trial:
    """One line, one exchange, and callers who stay on the phone."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.web = f"http://127.0.0.1:{self._port}"
        self._account = TwilioAccount(
            clock=RealClock(), account_sid=ACCOUNT, auth_token=TOKEN, transport=HttpTransport()
        )
        voice = f"{self.web}/voice"
        self._account.add_number(DIALLED, f"{voice}/incoming", f"{voice}/fallback", f"{voice}/status")
        self._api = make_server("127.0.0.1", 0, make_web_app(self._account), threaded=True)
        self._account.api_base = f"http://127.0.0.1:{self._api.server_port}"
        threading.Thread(target=self._api.serve_forever, daemon=True).start()
        self._environ = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{self._file}",
            "PUBLIC_URL": self.web,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_BASE": self._account.api_base,
            "IVR_SECRET_KEY": secrets.token_hex(32),
            "IVR_CONFIG": str(_company(folder)),
        }
        self._phones: list[CallerPhone] = []
        self._parent: subprocess.Popen | None = None

    @property
    def _file(self) -> Path:
        return self._folder / "line.db"

    @property
    def _log(self) -> Path:
        return self._folder / "serve.log"

    @contextmanager
    def open(self) -> Iterator[Trial]:
        with self._log.open("wb") as out:
            command = [*IVR, "serve", "--port", str(self._port)]
            self._parent = subprocess.Popen(command, cwd=ROOT, env=self._environ, stdout=out, stderr=out)
        try:
            self._until(self._ready, "the first start")
            yield self
        finally:
            self._account.close()
            self._api.shutdown()
            stop(self._parent)

    def run(self, callers: int, kills: int, reloads: int) -> Result:
        result = Result(callers, kills, reloads)
        self._dial(callers)
        progress(f"{callers} callers wait")
        for number in range(max(kills, reloads)):
            if number < kills:
                result.sent_while_away += self._kill()
                self._until_heard_again(f"everything below was killed ({number + 1})")
            if number < reloads:
                self._reload()
                self._until_heard_again(f"reloaded ({number + 1})")
        result.callers = len(self._calls)
        result.harmed = sum(map(self._harmed, self._calls))
        result.in_line = self._in_line()
        result.longest_served_first = self._answered_first() is self._calls[0]
        self._look_at_webhooks(result)
        result.longest_silence_s = round(max(map(self._silence, self._calls)), 1)
        return result

    @property
    def _calls(self) -> list[Call]:
        return [phone.call for phone in self._phones]

    # The callers --------------------------------------------------------------------------------------

    def _dial(self, callers: int) -> None:
        for _ in range(callers):
            self._into_line(self._new_caller())
        self._until(lambda: all(phone.music_seconds > 0 for phone in self._phones), "music")

    def _new_caller(self) -> CallerPhone:
        self._phones.append(self._account.dial(f"+1415556{len(self._phones):04d}", DIALLED))
        return self._phones[-1]

    def _into_line(self, phone: CallerPhone) -> None:
        """Press 0 as soon as something is said."""
        self._until(lambda: phone.speaking and phone.listened_to, "the welcome")
        phone.press("0")
        self._until(lambda: self._in_line() == len(self._phones), "a place in line")

    def _harmed(self, call: Call) -> bool:
        return call.ended is not None or APPLICATION_ERROR in call.ears.heard

    def _until_heard_again(self, what: str) -> None:
        """Everybody has been through at least one turn since, or is harmed."""
        begun = self._account.clock.time()

        def been_through(call: Call) -> bool:
            turns = self._account.witness.of("webhook", call.sid)
            return self._harmed(call) or any(
                turn.t > begun and turn.detail["kind"] == "voice" and turn.detail["status"] == 200
                for turn in turns
            )

        self._until(lambda: all(map(been_through, self._calls)), f"the turns of all after: {what}")
        harmed = sum(map(self._harmed, self._calls))
        progress(f"{what}: {harmed} harmed, {self._in_line()} in line")

    def _answered_first(self) -> Call | None:
        """An agent comes: who is talked to?"""
        agent = self._account.add_phone(AGENT_PHONE, behaviour="answer", answer_after=0.5)
        details = ("--name", "Desk one", "--phone", AGENT_PHONE, "--queues", "support")
        self._ivr("agents", "add", "desk-1", *details)
        self._ivr("agents", "set", "desk-1", "available")
        self._until(lambda: agent.listened_to, "the whisper to the agent")
        agent.press("1")
        self._until(lambda: agent.talking_to, "a talk")
        return next((phone.call for phone in self._phones if phone.talking_to), None)

    def _ivr(self, *arguments: str) -> None:
        subprocess.run([*IVR, *arguments], cwd=ROOT, env=self._environ, check=True, capture_output=True)

    # The server ---------------------------------------------------------------------------------------

    def _kill(self) -> int:
        """Returns how many webhooks met no server."""
        waiting = list(self._phones[::2])
        self._until(lambda: all(phone.listened_to for phone in waiting), "telephones that are listened to")
        for pid in self._below():
            os.kill(pid, signal.SIGKILL)
        begun = self._account.clock.time()
        for phone in waiting:
            phone.press(WHERE_AM_I)
        newcomer = self._new_caller()
        self._until(self._ready, "the next server")
        met_nobody = [one for one in self._account.witness.of("webhook") if one.t >= begun]
        answered = [one for one in met_nobody if (one.detail["seconds"] or LIMIT_S) < SHORTEST_START_S]
        if len(met_nobody) == len(answered):
            raise NotProved("no webhook fell into the time without a server")
        self._into_line(newcomer)
        return len(met_nobody) - len(answered)

    def _reload(self) -> None:
        old = self._below()
        self._parent.send_signal(signal.SIGHUP)
        self._until(lambda: not set(old) & set(self._below()), "the old server's end")

    def _ready(self) -> bool:
        if self._parent.poll() is not None:
            raise NotProved(self._log.read_text(errors="replace")[-2000:])
        try:
            with urllib.request.urlopen(f"{self.web}/readyz", timeout=LIMIT_S) as answer:
                return answer.status == 200
        except OSError:
            return False

    def _below(self) -> list[int]:
        """gunicorn and its workers."""
        found, look = [], [self._parent.pid]
        for pid in look:
            children = _children(pid)
            look += children
            found += children
        return found

    # What is known ------------------------------------------------------------------------------------

    def _in_line(self) -> int:
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as database:
            return database.execute("SELECT count(*) FROM queued_call WHERE state = 'waiting'").fetchone()[0]

    def _look_at_webhooks(self, result: Result) -> None:
        webhooks = self._account.witness.of("webhook")
        errors = [str(one.detail["error"]) for one in webhooks if one.detail["error"]]
        result.webhooks = len(webhooks)
        result.refused = sum("refused" in error for error in errors)
        result.broken = len(errors) - result.refused
        result.fallbacks = sum(one.detail["url"].endswith("/voice/fallback") for one in webhooks)
        result.slowest_webhook_s = round(max(one.detail["seconds"] or 0.0 for one in webhooks), 1)

    def _silence(self, call: Call) -> float:
        """The longest time in which this caller heard nothing."""
        now = self._account.clock.time()
        return self._account.witness.longest_silence(call.sid, call.started or now, call.ended or now)

    def _until(self, look: Callable[[], object], what: str) -> None:
        if not self._account.run_until(lambda: bool(look()), LIMIT_S):
            raise NotProved(f"waited {LIMIT_S:.0f} s in vain for {what}")


def _company(folder: Path) -> Path:
    """The sample company, whose waiting callers have a turn every ten seconds."""
    for name in ("flows", "articles"):
        shutil.copytree(ROOT / name, folder / name)
    settings = (ROOT / "config.yaml").read_text()
    queue = "    calendar: office\n"
    (folder / "config.yaml").write_text(settings.replace(queue, f"{queue}    announce_every: 10\n"))
    return folder / "config.yaml"


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:  # it has ended meanwhile
        return []


def tried(folder: Path, callers: int, kills: int, reloads: int) -> Result:
    """Raises NotProved."""
    with Trial(folder).open() as trial:
        return trial.run(callers, kills, reloads)


def main(arguments: Sequence[str]) -> int:
    about = __doc__.partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.restarts", description=about)
    parser.add_argument("--callers", type=int, default=40)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--reloads", type=int, default=2)
    options = parser.parse_args(arguments)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="presszero-restarts-") as folder:
        try:
            result = tried(Path(folder), options.callers, options.kills, options.reloads)
        except NotProved as why:
            print(f"Nothing was proved: {why}", file=sys.stderr)
            return 2
    print(json.dumps({**asdict(result), "good": result.good}, indent=2))
    return 0 if result.good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
