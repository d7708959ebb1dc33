"""The sockets that `ivr serve` holds: bound here, or passed in by systemd."""

from __future__ import annotations

import os
import re
import socket
import stat
from collections.abc import Mapping

BACKLOG = 2048  # connections that wait while there is no server; the system may allow fewer
FIRST_FROM_SYSTEMD = 3
USUAL_HOST, USUAL_PORT = "127.0.0.1", 8000
_BIND = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^:\[\]]*)(?::(?P<port>[0-9]{1,5}))?")


class Unusable(Exception):
    """An address cannot be listened on; the message says which, why, and what to do."""


def listen(
    environ: Mapping[str, str], host: str | None = None, port: int | None = None
) -> list[socket.socket]:
    """Return listening sockets: those of systemd if it passes any, else at `host` and `port`, for which
    GUNICORN_BIND and PORT are the defaults. Raises Unusable."""
    if environ.get("LISTEN_PID") == str(os.getpid()):
        count = int(environ.get("LISTEN_FDS", "0"))
        return [socket.socket(fileno=FIRST_FROM_SYSTEMD + number) for number in range(count)]
    given = environ.get("GUNICORN_BIND", "").strip()
    if not given:
        given = f"{USUAL_HOST}:{environ.get('PORT', '').strip() or USUAL_PORT}"
    if host is not None or port is not None:
        given = _with(given.partition(",")[0], host, port)
    return [_bound(address.strip()) for address in given.split(",")]


def _with(given: str, host: str | None, port: int | None) -> str:
    """Return the address with the parts given on the command line."""
    found = _BIND.fullmatch(given)
    if host is None:
        host = (found and found["host"]) or USUAL_HOST
    if port is None:
        port = int((found and found["port"]) or USUAL_PORT)
    return f"[{host}]:{port}" if ":" in host and not host.startswith("[") else f"{host}:{port}"


def _bound(address: str) -> socket.socket:
    if address.startswith("fd://"):
        return socket.socket(fileno=int(address.removeprefix("fd://")))
    if address.startswith("unix:"):
        return _bound_in_a_folder(address.removeprefix("unix:").removeprefix("//"))
    found = _BIND.fullmatch(address)
    port = int(found["port"] or USUAL_PORT) if found else -1
    if found is None or port > 65535:
        raise Unusable(f"{address!r} is no address to listen on: write HOST:PORT, such as 127.0.0.1:8000.")
    host = found["host"].strip("[]") or "0.0.0.0"  # noqa: S104 asked for by leaving the host out
    try:
        family, kind, *_, name = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        opened = socket.socket(family, kind)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(name)
        opened.listen(BACKLOG)
    except OSError as error:
        raise Unusable(
            f"Port {port} on {host} cannot be used: {error.strerror}. Choose another with --port."
        ) from error
    return opened


def _bound_in_a_folder(path: str) -> socket.socket:
    """Bind a socket that is a file. One that was left behind is replaced; one that answers is not."""
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if os.path.exists(path) and stat.S_ISSOCK(os.stat(path).st_mode):
            if opened.connect_ex(path) == 0:
                raise Unusable(f"{path} cannot be used: another server listens there.")
            os.unlink(path)
            opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        opened.bind(path)
        opened.listen(BACKLOG)
    except OSError as error:
        raise Unusable(f"{path} cannot be used: {error.strerror}.") from error
    return opened
