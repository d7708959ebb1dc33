"""Memory of the embedded process: web server, worker and database in one, and 200 desks that look on."""

from __future__ import annotations

import hashlib
import socket
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.calls import PaperCall
from benchmarks.figures import Figure, skipped
from benchmarks.lines import house
from benchmarks.load import Wire
from benchmarks.servers import Server, gunicorn
from ivr.service.accounts import AccountService
from ivr.store import accounts
from ivr.store.database import Database
from ivr.store.migrate import migrate

MOST_MB = 150
DESKS = 200


def run(folder: Path, quick: bool) -> list[Figure]:
    if not Path("/proc/self/status").exists():
        return [skipped("memory", "needs /proc")]
    config = house(folder / "house")
    tokens = agents_signed_in(f"sqlite:///{folder / 'house' / 'line.db'}")
    with gunicorn("server:app", folder / "house", IVR_CONFIG=str(config)) as line:
        _some_calls(line)
        at_rest, master = _resident(line)
        with ExitStack() as streams:
            for token in tokens:
                streams.enter_context(stream(line.port, token))
            time.sleep(3 if quick else 12)  # long enough for every stream to look again and send its beat
            busy, _ = _resident(line)
    beside = f"the worker; gunicorn's master beside it {master:.0f} MB, partly the same pages"
    return [
        _figure("memory at rest", at_rest, beside),
        _figure(f"memory with {DESKS} desks open", busy, f"{(busy - at_rest) / DESKS * 1000:.0f} kB a desk"),
    ]


def _figure(name: str, megabytes: float, detail: str) -> Figure:
    return Figure(name, megabytes, "MB", f"< {MOST_MB} MB", megabytes < MOST_MB, detail)


def agents_signed_in(url: str) -> list[str]:
    """Agents whose browsers are signed in; the tokens of their sessions."""
    database = Database.open(url)
    migrate(database)
    service, now, tokens = AccountService(database, time.time), time.time(), []
    for number in range(DESKS):
        service.add(f"desk-{number}", f"Desk {number}", f"+1555000{number:04d}", ["support"])
        tokens.append(f"token-of-desk-{number}")
        hashed = hashlib.sha256(tokens[-1].encode()).hexdigest()
        with database.write() as unit:
            accounts.add_session(unit.connection, hashed, f"desk-{number}", now, now + 3600)
    database.close()
    return tokens


def _some_calls(line: Server) -> None:
    wire = Wire(line.port)
    for number in range(20):
        call = PaperCall(number)
        while (post := call.next()) is not None:
            call.answered(wire.send(post)[1])
    wire.close()


def stream(port: int, token: str) -> socket.socket:
    """An open feed. Raises RuntimeError when the desk does not give one."""
    wire = socket.create_connection(("127.0.0.1", port), timeout=20)
    wire.sendall(
        f"GET /desk/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: desk={token}\r\n\r\n".encode()
    )
    first = wire.recv(4096)
    if not first.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(first[:200].decode(errors="replace"))
    return wire


def _resident(line: Server) -> tuple[float, float]:
    """(worker, master) in MB."""
    master = line.process.pid
    workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return sum(_of(int(pid)) for pid in workers), _of(master)


def _of(pid: int) -> float:
    for text in Path(f"/proc/{pid}/status").read_text().splitlines():
        if text.startswith("VmRSS:"):
            return int(text.split()[1]) / 1000
    return 0.0
