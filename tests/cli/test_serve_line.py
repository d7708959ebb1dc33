"""`ivr serve` with the line itself: one server on a SQLite file, mistakes said in one sentence, systemd."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ivr.store.database import Database
from ivr.store.migrate import OtherVersion, migrate, must_fit, opened
from ivr.store.sqlite_file import AlreadyServed, acquire_lock, file_of
from tests.cli.serving import SOON_S, Served, alive, below, until
from tests.conftest import lacking

ROOT = Path(__file__).parents[2]
NEWEST = max(path.name[:4] for path in (ROOT / "ivr/store/migrations/versions").glob("[0-9]*.py"))
IVR = [sys.executable, "-c", "from ivr.cli import main; main()"]


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{folder / 'line.db'}",
        "IVR_CONFIG": str(ROOT / "config.yaml"),
        "PUBLIC_URL": "https://line.test",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "token",
        "IVR_SECRET_KEY": "0123456789abcdef" * 2,
        **more,
    }


def ran(folder: Path, *command: str, **more: str) -> subprocess.CompletedProcess:
    """A command that is expected to end by itself."""
    environ = {**os.environ, **environment(folder, **more)}
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=SOON_S)


def ready(port: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=SOON_S) as answer:
        return answer.status == 200


@pytest.fixture
def line(tmp_path) -> Iterator[Served]:
    """Started in a folder that is not the project's."""
    served = Served(tmp_path, [*IVR, "serve", "--port", "0"], **environment(tmp_path))
    yield served
    served.close()


def one_sentence(done: subprocess.CompletedProcess) -> str:
    """What a command that cannot do its work says, apart from gunicorn's own greeting."""
    assert done.returncode == 2, done.stderr
    said = [line for line in done.stderr.splitlines() if "[INFO]" not in line]
    assert len(said) == 1 and "Traceback" not in done.stderr, done.stderr
    return said[0]


@pytest.mark.slow
def test_a_second_server_on_the_same_file_says_so_and_exits_2(line, tmp_path):
    assert ready(line.port)
    gunicorn = (sys.executable, "-m", "gunicorn", "server:app")
    for command in ((*IVR, "serve", "--port", "0"), gunicorn):
        said = one_sentence(ran(tmp_path, *command, GUNICORN_BIND="127.0.0.1:0"))
        assert f"process {line.process.pid}" in said and str(tmp_path / "line.db") in said

    old = below(line.process.pid)
    line.process.send_signal(signal.SIGHUP)
    until(lambda: not any(map(alive, old)), "the end of the old server")
    with pytest.raises(AlreadyServed):
        acquire_lock(environment(tmp_path)["DATABASE_URL"])

    for pid in (*below(line.process.pid), line.process.pid):
        os.kill(pid, signal.SIGKILL)
    lock = os.open(tmp_path / "line.db.lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)  # free once they are dead
    os.close(lock)


@pytest.mark.slow
def test_gunicorn_by_itself_holds_the_file_too_and_keeps_it_over_a_reload(tmp_path):
    served = Served(
        ROOT, [sys.executable, "-m", "gunicorn", "server:app"], log=tmp_path / "gunicorn.log",
        **environment(tmp_path, GUNICORN_BIND="127.0.0.1:0"),
    )  # fmt: skip
    try:
        until(lambda: "Booting worker" in served.said, "its worker")
        with pytest.raises(AlreadyServed):
            acquire_lock(environment(tmp_path)["DATABASE_URL"])
        served.process.send_signal(signal.SIGHUP)
        until(lambda: served.said.count("Booting worker") == 2, "its second worker")
        with pytest.raises(AlreadyServed):
            acquire_lock(environment(tmp_path)["DATABASE_URL"])
    finally:
        served.close()
    lock = acquire_lock(environment(tmp_path)["DATABASE_URL"])
    assert lock is not None
    os.close(lock)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"PUBLIC_URL": ""}, "PUBLIC_URL is not set"),
        ({"IVR_CONFIG": "/no/such/config.yaml"}, "config.yaml"),
        ({"DATABASE_URL": "sqlite:////no/such/folder/line.db"}, "no folder /no/such/folder"),
    ],
)
def test_what_is_wrong_at_the_start_is_one_sentence(tmp_path, more, says):
    done = ran(tmp_path, *IVR, "serve", "--port", "0", **more)
    said = [line for line in done.stderr.splitlines() if "ivr serve:" not in line and "[INFO]" not in line]
    assert done.returncode == 2, done.stderr
    assert len(said) == 1 and says in said[0], done.stderr


def test_a_port_in_use_is_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = one_sentence(ran(tmp_path, *IVR, "serve", "--port", str(port)))
    assert f"Port {port}" in said and "--port" in said


@pytest.mark.parametrize(
    "command",
    [(*IVR, "serve", "--port", "0"), (*IVR, "migrate"), (sys.executable, "-m", "gunicorn", "server:app")],
)
def test_a_database_of_a_newer_version_is_one_sentence_that_names_both(tmp_path, command):
    of_version(tmp_path, "9999")
    done = ran(tmp_path, *command, GUNICORN_BIND="127.0.0.1:0")
    said = [line for line in done.stderr.splitlines() if "ivr serve:" not in line and "[INFO]" not in line]
    assert done.returncode == 2, done.stderr
    assert len(said) == 1 and "version 9999" in said[0] and NEWEST in said[0], done.stderr


def of_version(folder: Path, version: str) -> None:
    database = opened(environment(folder)["DATABASE_URL"])
    with database.write() as unit:
        unit.connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
    database.close()


@pytest.mark.parametrize(("version", "remedy"), [("0012", "run ivr migrate"), (None, "run ivr migrate")])
@pytest.mark.postgres
def test_older_tables_are_said_where_the_server_does_not_make_them(postgres_database, version, remedy):
    database = Database.open(postgres_database.replace("postgresql://", "postgresql+psycopg://"))
    try:
        if version:
            migrate(database)
            with database.write() as unit:
                unit.connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
        with pytest.raises(OtherVersion, match=f"{NEWEST}: {remedy}"):
            must_fit(database)
    finally:
        database.close()


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:////srv/line.db", Path("/srv/line.db")),
        ("sqlite:///line.db?timeout=3", Path("line.db").resolve()),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        ("postgresql+psycopg://db/line", None),
    ],
)
def test_which_file_a_url_names(url, file):
    assert file_of(url) == file


# systemd ------------------------------------------------------------------------------------------

UNITS = ("presszero.socket", "presszero.service", "presszero-clock.service")
# Does what systemd does: the socket is descriptor 3 of the very process that becomes the command.
AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
"""


@pytest.mark.slow
def test_the_socket_of_systemd_is_served_and_outlives_the_parent(tmp_path):
    with socket.create_server(("127.0.0.1", 0), backlog=64) as held, notified(tmp_path) as states:
        port = held.getsockname()[1]
        first = started_by_systemd(tmp_path, held)
        assert ready(port)
        assert states.recv(64) == b"READY=1"
        for pid in (*below(first.process.pid), first.process.pid):
            os.kill(pid, signal.SIGKILL)
        first.process.wait()
        with socket.create_connection(("127.0.0.1", port), timeout=SOON_S) as waiting:  # nobody is there
            waiting.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            second = started_by_systemd(tmp_path, held)
            assert b" 200 OK" in waiting.recv(64)
        second.close()
        assert second.process.returncode == 0
        socket.create_connection(("127.0.0.1", port), timeout=SOON_S).close()  # still open


@contextmanager
def notified(folder: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as states:
        states.bind(str(folder / "notify"))
        states.settimeout(SOON_S)
        yield states


def started_by_systemd(folder: Path, held: socket.socket) -> Served:
    command = [sys.executable, "-c", AS_SYSTEMD, str(held.fileno()), *IVR, "serve"]
    os.set_inheritable(held.fileno(), True)
    until(lambda: lock_is_free(folder), "the file to be free")
    more = {"NOTIFY_SOCKET": str(folder / "notify")}
    return Served(folder, command, passed=(held.fileno(),), **environment(folder, **more))


def lock_is_free(folder: Path) -> bool:
    lock = os.open(folder / "line.db.lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


def test_the_units_are_right_in_the_eyes_of_systemd(tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        lacking("systemd", "systemd-analyze was not found")
    for name in UNITS:
        text = (ROOT / "deploy" / name).read_text()
        command = text.replace("/srv/presszero/.venv/bin/ivr", sys.executable)  # the programs must exist
        (tmp_path / name).write_text(command.replace("User=presszero", "User=root"))
    paths = [str(tmp_path / name) for name in UNITS]
    done = subprocess.run([analyze, "verify", *paths], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "presszero" in line]
    assert ours == [] and done.returncode == 0, done.stderr


def test_the_units_say_what_the_manual_says():
    service = (ROOT / "deploy" / "presszero.service").read_text()
    for line in ("ExecReload=/bin/kill -HUP $MAINPID", "Restart=always", "RestartPreventExitStatus=2"):
        assert line in service.splitlines()
