"""The parent process: holds the listening sockets, and keeps a gunicorn running below it.

It imports nothing of the server, so that nothing of the server can bring this process down. Connections that
wait at the sockets while no gunicorn runs are served by the next one.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

from ivr.cli.serve import inherited_descriptors
from ivr.package_files import CODE, ROOT

NOTIFY = "NOTIFY_SOCKET"
COMMAND = (sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "server:app")

WRONG_SETTINGS = 2  # as everywhere in the command line
LONGEST_START_S = 120.0  # until a silent server counts as hung
LONGEST_STOP_S = 30.0  # gunicorn ends its workers by force after 20
ORPHANS_S = 3.0  # for requests that a worker without its master is still answering
STEADY_S = 30.0  # after this long, the end of a server is no sign of trouble
PAUSES_S = (0.0, 0.5, 1.0, 2.0, 5.0)  # before a server that keeps dying is started again


class Gunicorn:
    """One gunicorn with its workers: a process group of its own."""

    def __init__(self, command: Sequence[str], sockets: list[socket.socket], lock: int | None) -> None:
        self.began, self.kill_at = time.monotonic(), float("inf")
        self.up = self.orphaned = False
        self.said, say = os.pipe()  # becomes readable when a worker is up, and when all have ended
        fds = [one.fileno() for one in sockets]
        environment = {
            **{name: value for name, value in os.environ.items() if name != NOTIFY},
            "PYTHONPATH": os.pathsep.join([str(CODE), *filter(None, [os.environ.get("PYTHONPATH")])]),
            inherited_descriptors.SOCKETS: ",".join(map(str, fds)),
            inherited_descriptors.UP: str(say),
            inherited_descriptors.PARENT: str(os.getpid()),
            inherited_descriptors.LOCK: "" if lock is None else str(lock),
        }
        passed = [*fds, say, *([] if lock is None else [lock])]
        self._process = subprocess.Popen(command, env=environment, pass_fds=passed, process_group=0)  # noqa: S603
        os.close(say)
        self.pid = self._process.pid

    def listen(self) -> None:
        """Read the messages of its workers: that they are up, or, by the end of the pipe, that none is
        left."""
        if os.read(self.said, 512):
            self.up = True
        else:
            self.kill_at = 0.0

    def ended(self) -> bool:
        """Return whether the master has ended. It stays in the process table until `remove`, so that its
        number, which is also the group's, cannot be reused."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def tell(self, number: int, kill_after_s: float) -> None:
        """Send a signal to the master, which passes it to its workers, or to those of a dead one. Processes
        left after `kill_after_s` seconds are killed."""
        self.kill_at = min(self.kill_at, time.monotonic() + kill_after_s)
        if self.ended():
            self._tell_all(number)
        else:
            os.kill(self.pid, number)

    def remove(self) -> int:
        """Make sure that nothing of it runs any more. Return how the master ended, as subprocess puts it."""
        self._tell_all(signal.SIGKILL)
        os.close(self.said)
        return self._process.wait()

    def _tell_all(self, number: int) -> None:
        with suppress(PermissionError):  # what macOS says of a group of which only the dead master is left
            os.killpg(self.pid, number)


class Parent:
    """The parent. `run` returns the exit code once everything below has ended. `lock` is the descriptor that
    holds the lock of the SQLite file."""

    def __init__(
        self, sockets: list[socket.socket], lock: int | None = None, command: Sequence[str] = COMMAND
    ) -> None:
        self._sockets, self._lock, self._command = sockets, lock, command
        self._serving: Gunicorn | None = None  # accepts requests
        self._coming: Gunicorn | None = None  # will accept them once it is up
        self._leaving: list[Gunicorn] = []  # answers requests in progress
        self._start_at, self._deaths = 0.0, 0
        self._was_up = self._reload_again = False
        self._exit_code: int | None = None  # set: stop
        self._signals, self._signal = os.pipe()

    def run(self) -> int:
        self._hear_signals()
        for one in self._sockets:
            _say(f"listening at {_named(one)} (process {os.getpid()})")
        while self._exit_code is None or self._all:
            if self._exit_code is None and not self._serving and not self._coming:
                self._start_when_due()
            self._wait()
            self._see_who_is_up()
            self._see_who_ended()
            self._kill_the_overdue()
        return self._exit_code

    @property
    def _all(self) -> list[Gunicorn]:
        return [one for one in (self._serving, self._coming, *self._leaving) if one]

    def _hear_signals(self) -> None:
        """Turn signals into bytes of a pipe, so that none is lost between a check and a wait."""
        os.set_blocking(self._signal, False)
        os.set_blocking(self._signals, False)
        signal.set_wakeup_fd(self._signal, warn_on_full_buffer=False)
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)

    def _wait(self) -> None:
        """Wait until a signal, a message from below, or the next deadline; then do what signals ask for."""
        due = [one.kill_at for one in self._all]
        if self._coming and self._was_up:
            due.append(self._coming.began + LONGEST_START_S)
        if self._exit_code is None and not self._serving and not self._coming:
            due.append(self._start_at)
        seconds = max(0.0, min(due, default=60.0) - time.monotonic())
        heard = [self._signals, *(one.said for one in self._all)]
        ready, _, _ = select.select(heard, [], [], min(seconds, 60.0))
        for one in self._all:
            if one.said in ready:
                one.listen()
        if self._signals in ready:
            for number in os.read(self._signals, 512):
                self._handle_signal(number)

    def _handle_signal(self, number: int) -> None:
        if number == signal.SIGHUP and self._exit_code is None:
            self._reload()
        elif number in (signal.SIGTERM, signal.SIGINT):
            self._stop(0)

    def _start_when_due(self) -> None:
        if time.monotonic() >= self._start_at:
            self._coming = Gunicorn(self._command, self._sockets, self._lock)

    def _reload(self) -> None:
        """Start a new server beside the running one. A second request during a reload is handled after it."""
        if self._coming or not self._serving:
            self._reload_again, self._start_at = self._coming is not None, 0.0
            return
        _say("reload: starting a new server; the old one serves until it is up")
        self._coming = Gunicorn(self._command, self._sockets, self._lock)

    def _see_who_is_up(self) -> None:
        if not self._coming or not self._coming.up:
            return
        if self._serving:
            self._serving.tell(signal.SIGTERM, LONGEST_STOP_S)
            self._leaving.append(self._serving)
        for one in self._leaving:
            if one.orphaned:
                one.kill_at = 0.0  # a worker without its master may not accept requests beside the new ones
        _say(f"gunicorn serves (process {self._coming.pid})")
        _notify_systemd("READY=1")
        self._serving, self._coming, self._was_up = self._coming, None, True
        if self._reload_again:
            self._reload_again = False
            self._reload()

    def _see_who_ended(self) -> None:
        if self._serving and self._serving.ended():
            self._died(self._serving)
        if self._coming and self._coming.ended():
            self._failed(self._coming)
        for one in self._leaving:
            if not one.orphaned and one.ended():
                one.kill_at = 0.0
        self._bury_strangers()

    def _died(self, one: Gunicorn) -> None:
        """Handle the end of the server that accepted requests; workers of it may still run."""
        one.orphaned = True
        one.tell(signal.SIGTERM, ORPHANS_S)
        self._serving = None
        self._leaving.append(one)
        if self._exit_code is None:
            self._again_after(one, "has died; connections wait for the next")

    def _failed(self, one: Gunicorn) -> None:
        """Handle the end of a server that never came up."""
        self._coming = None
        code = one.remove()
        if self._exit_code is not None:
            return
        if self._serving:
            _say("reload: the new server did not start, so the old one serves on")
        elif not self._was_up and code > 0:
            self._stop(WRONG_SETTINGS if code == WRONG_SETTINGS else 1)
        else:
            self._again_after(one, "did not start; connections wait for the next")

    def _again_after(self, one: Gunicorn, what: str) -> None:
        lived = time.monotonic() - one.began
        self._deaths = 1 if one.up and lived > STEADY_S else self._deaths + 1
        pause = PAUSES_S[min(self._deaths, len(PAUSES_S)) - 1]
        self._start_at = time.monotonic() + pause
        _say(f"gunicorn (process {one.pid}) {what}, in {pause:g} s")

    def _kill_the_overdue(self) -> None:
        now = time.monotonic()
        hung = self._coming if self._was_up else None
        if hung and hung.kill_at > now >= hung.began + LONGEST_START_S:
            _say(f"gunicorn (process {hung.pid}) does not get ready and is ended")
            hung.tell(signal.SIGKILL, 0.0)
        for one in [one for one in self._leaving if now >= one.kill_at]:
            self._leaving.remove(one)
            one.remove()

    def _stop(self, code: int) -> None:
        """End everything below once it has answered requests in progress; asked a second time, at once."""
        again = self._exit_code is not None
        self._exit_code = code if not again else self._exit_code
        for one in self._sockets:
            one.close()
        self._leaving, self._serving, self._coming = self._all, None, None
        for one in self._leaving:
            one.tell(signal.SIGQUIT if again else signal.SIGTERM, LONGEST_STOP_S)

    def _bury_strangers(self) -> None:
        """Reap orphans, as the first process of a container."""
        with suppress(ChildProcessError):
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if found and found.si_pid not in {one.pid for one in self._all}:
                os.waitpid(found.si_pid, os.WNOHANG)


def _named(one: socket.socket) -> str:
    name = one.getsockname()
    return f"http://{name[0]}:{name[1]}" if isinstance(name, tuple) else f"unix:{name}"


def _notify_systemd(state: str) -> None:
    """Tell systemd what a unit of Type=notify waits for; do nothing anywhere else."""
    address = os.environ.get(NOTIFY, "")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
            systemd.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)


def _say(what: str) -> None:
    print(f"ivr serve: {what}", file=sys.stderr, flush=True)
