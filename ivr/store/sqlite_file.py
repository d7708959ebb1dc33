"""The SQLite file, and the one server that may serve it.

Two servers on one file would each run a clock, each count on being the only writer, and not hear of each
other. So a server holds a lock beside the file. The kernel keeps it for as long as a process has the
descriptor: it is passed on to workers, and to the next server at a reload, and ends with them however they
end.
"""

from __future__ import annotations

import os
from pathlib import Path

from ivr.environment import EnvironmentProblem

_SQLITE = "sqlite:///"
_held: dict[Path, int] = {}


class AlreadyServed(EnvironmentProblem):
    """Another server serves this file."""


def file_of(url: str) -> Path | None:
    """The file that a DATABASE_URL names; None for PostgreSQL, and for a database in memory."""
    if not url.startswith(_SQLITE):
        return None
    path = url.removeprefix(_SQLITE).partition("?")[0]
    return Path(path).resolve() if path and path != ":memory:" else None


def folder_is_there(folder: Path) -> bool:
    """The usual folder is made; a mistyped one would be an empty line that nobody notices."""
    if folder.name == "var" and folder.parent.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)  # callers' data is in it
    return folder.is_dir()


def acquire_lock(url: str, passed_on: int | None = None) -> int | None:
    """Hold the file of `url` until this process and all that inherit the descriptor have ended. Returns the
    descriptor; None where there is no file to hold. Raises AlreadyServed.

    `passed_on` is the descriptor of a server that came before this one.
    """
    file = file_of(url)
    if file is None or not folder_is_there(file.parent):
        return None
    if file not in _held:
        _held[file] = _locked(file, passed_on)
    return _held[file]


def pass_on(variable: str) -> dict[str, str]:
    """Let a program that is run in place of this one have the lock: its descriptor, under the name of a
    variable of the environment."""
    passed = {}
    for lock in _held.values():
        os.set_inheritable(lock, True)
        passed[variable] = str(lock)
    return passed


def _locked(file: Path, passed_on: int | None) -> int:
    import fcntl  # not on Windows, where flows can be checked and tested

    path = file.with_name(file.name + ".lock")
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o640) if passed_on is None else passed_on
    except OSError as error:
        raise EnvironmentProblem(f"{path} cannot be written: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(lock, 20).decode(errors="replace").strip()
        os.close(lock)
        process = f" (process {holder})" if holder.isdigit() else ""
        remedy = "stop it first, or set DATABASE_URL to another file"
        raise AlreadyServed(f"Another server{process} serves {file} already: {remedy}.") from error
    if passed_on is None:
        os.truncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    return lock
