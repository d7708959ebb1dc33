"""Descriptors that the parent passes to the gunicorn it starts, named in the environment.

Read by `gunicorn.conf.py`. A gunicorn started in another way finds nothing here and listens by itself.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Mapping

SOCKETS, UP, LOCK, PARENT = "IVR_SERVE_SOCKETS", "IVR_SERVE_UP", "IVR_SERVE_LOCK", "IVR_SERVE_PARENT"
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def sockets(environ: Mapping[str, str]) -> list[str]:
    """Return the listening sockets as gunicorn's setting `bind` names them."""
    return [f"fd://{number}" for number in environ.get(SOCKETS, "").split(",") if number]


def lock(environ: Mapping[str, str]) -> int | None:
    """Return the descriptor that holds the lock of the SQLite file."""
    return int(environ[LOCK]) if environ.get(LOCK) else None


def say_up(environ: Mapping[str, str]) -> None:
    """Tell the parent that a worker is about to accept requests. Another worker may have told it before."""
    if not environ.get(UP):
        return
    try:
        os.write(int(environ[UP]), b"1")
    except BrokenPipeError as gone:
        raise SystemExit("The parent has died: this server ends.") from gone


def end_with_the_parent(environ: Mapping[str, str]) -> None:
    """Exit gracefully when the parent was killed, instead of serving on without one. On systems other than
    Linux a server whose parent was killed has to be stopped by hand."""
    parent = int(environ.get(PARENT) or 0)
    if not parent or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it died before we could ask
        raise SystemExit(1)
