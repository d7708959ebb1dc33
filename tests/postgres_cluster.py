"""A throwaway PostgreSQL server for the tests: own folder, own loopback port, gone when the tests are."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

# A test's data needs to survive nothing, so the server may skip all that makes data survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")

# The server ends with us even when we are killed: our end of the pipe closes, `cat` ends, the shell cleans.
WATCHDOG = '"$@" & server=$!; cat >/dev/null; kill -INT $server; wait $server; rm -rf "$PGDATA"'


# Every CREATE DATABASE waits until the disk has all of it: on memory it takes a tenth of the time.
IN_MEMORY, ENOUGH_BYTES = Path("/dev/shm"), 1 << 30


class ClusterFailed(Exception):
    """The server did not start; the message ends with what it logged."""


def find_programs() -> Path | None:
    """The folder with `initdb` and `postgres`, the newest version first. Debian keeps it out of PATH."""
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    versions = sorted(installed, key=lambda path: float(path.parent.name), reverse=True)
    on_path = shutil.which("postgres")
    places = [*versions, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((place for place in places if (place / "initdb").exists()), None)


def place() -> Path | None:
    """Where the server's folder is made; None is the usual place. A container's memory is often too small."""
    roomy = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free >= ENOUGH_BYTES
    return IN_MEMORY if roomy and os.access(IN_MEMORY, os.W_OK) else None


def account() -> pwd.struct_passwd | None:
    """The account that runs the server: PostgreSQL refuses root. None means ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ClusterFailed("no account `postgres` or `nobody` to run the server as, and it refuses root")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Cluster:
    """A running server."""

    port: int
    folder: Path
    process: subprocess.Popen

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str) -> None:
        """One statement outside any transaction, such as CREATE DATABASE."""
        import psycopg

        place = {"host": "127.0.0.1", "port": self.port, "user": "postgres"}
        with psycopg.connect(**place, autocommit=True) as connection:
            connection.execute(statement)

    def stop(self) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def start(programs: Path, attempts: int = 3) -> Cluster:
    """Start a server. Another process may take the free port first, so there is more than one attempt."""
    for attempt in range(1, attempts + 1):
        cluster = _launch(programs)
        if _ready(cluster):
            return cluster
        log = (cluster.folder / "log").read_text(errors="replace")[-2000:]
        cluster.stop()
        if attempt == attempts:
            raise ClusterFailed(f"PostgreSQL did not start:\n{log}")
    raise AssertionError("unreachable")


def _launch(programs: Path) -> Cluster:
    folder = Path(tempfile.mkdtemp(prefix="presszero-postgres-", dir=place()))
    who = account()
    identity = {}
    if who:
        os.chown(folder, who.pw_uid, who.pw_gid)
        identity = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    data, port = folder / "data", free_port()
    run = {"cwd": folder, "env": {"PATH": os.environ["PATH"], "PGDATA": str(data)}, **identity}
    initdb = [programs / "initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale"]
    subprocess.run([*initdb, "--no-sync"], check=True, capture_output=True, **run)
    settings = (f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", *FAST)
    server = [programs / "postgres", *(part for setting in settings for part in ("-c", setting))]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["/bin/sh", "-c", WATCHDOG, "sh", *server],
            stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True, **run,
        )  # fmt: skip
    return Cluster(port, folder, process)


def _ready(cluster: Cluster, timeout: float = 20) -> bool:
    import psycopg

    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            cluster.run("SELECT 1")
        except psycopg.OperationalError:
            if "could not bind" in (cluster.folder / "log").read_text(errors="replace"):
                return False
            time.sleep(0.05)
        else:
            return True
    return False
