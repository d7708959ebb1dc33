"""`ivr doctor` on files that other accounts of the machine can read, and files made so that they cannot."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ivr.cli import doctor_files
from ivr.cli.doctor_files import files
from ivr.cli.doctor_finding import BAD, DOUBTFUL, GOOD
from ivr.environment import Environment
from ivr.flowfiles.settings_file import load_settings
from ivr.store.database import Database
from ivr.store.migrate import migrate

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the modes are those of POSIX")
CONFIG = "company: C\nnumbers: {'+15550001000': main}\nqueues: {support: {}}\n"
FLOW = "flow: main\nhuman: support\nstart: a\nsteps: {a: {queue: support}}\n"
SHOP = "sources: {shop: {http: {url: 'https://shop.example.com/{n}%s', headers: {%s}}}}\n"


@pytest.fixture
def home(monkeypatch) -> Path:
    """A folder that others are let into, which pytest's own are not, with what every line has."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made).resolve()
        folder.chmod(0o755)
        put(folder / "flows" / "main.yaml", 0o644, FLOW)
        put(folder / "config.yaml", 0o644, CONFIG)
        monkeypatch.chdir(folder)
        monkeypatch.setattr(doctor_files, "UNIT_ENVIRONMENT", folder / "etc" / "environment")
        yield folder


def put(path: Path, mode: int, text: str = "x") -> Path:
    if not path.parent.is_dir():
        path.parent.mkdir()
        path.parent.chmod(0o755)
    path.write_text(text)
    path.chmod(mode)
    return path


def found(home: Path, **environ: str) -> list[tuple[str, str, str]]:
    environment = Environment.from_mapping({"IVR_CONFIG": str(home / "config.yaml"), **environ})
    settings = load_settings(home / "config.yaml", {})
    return [(one.state, one.what, one.remedy) for one in files(environment, settings, environ)]


def test_closed_files_are_good(home):
    for name in (".env", "var/presszero.db", "var/emergency.jsonl", "backup-2026-01-01.db", "backups/a.db"):
        put(home / name, 0o600)
    put(home / ".env.example", 0o644)
    put(home / "var" / "presszero.db.lock", 0o644)
    assert found(home) == [(GOOD, "files, closed to other accounts of this machine", "")]


@pytest.mark.parametrize(
    ("name", "state"),
    [
        (".env", BAD), (".env.production", BAD), ("line.env", BAD), ("etc/environment", BAD),
        ("var/presszero.db", BAD), ("var/presszero.db-wal", BAD), ("var/presszero.db-shm", BAD),
        ("var/emergency.jsonl", BAD), ("var/kept/17.json", BAD), ("requests.log", BAD),
        ("backup-2026-01-01.db", DOUBTFUL), ("old line.sqlite3", DOUBTFUL), ("pg.dump", DOUBTFUL),
        ("backups/monday.db", DOUBTFUL), ("recordings/a.wav", DOUBTFUL), ("Backup/deep/a", DOUBTFUL),
    ],
)  # fmt: skip
@pytest.mark.parametrize("mode", [0o644, 0o604, 0o666])
def test_the_command_that_is_named_closes_what_is_open(home, name, state, mode):
    for folder in reversed((home / name).relative_to(home).parents[1:-1]):
        put(home / folder / "closed", 0o600)
    put(home / name, mode)
    [(said, what, remedy)] = found(home, GUNICORN_ACCESS_LOG="requests.log")
    assert said == state and Path(name).parts[0] in what
    assert remedy.startswith("chmod ")
    subprocess.run(shlex.split(remedy), cwd=home, check=True)
    assert found(home, GUNICORN_ACCESS_LOG="requests.log")[0][0] == GOOD
    assert (home / name).stat().st_mode & stat.S_IRUSR


def test_a_database_elsewhere_is_looked_at_and_what_is_beside_it(home):
    put(home / "other" / "line.db", 0o644), put(home / "other" / "line.db-wal", 0o644)
    put(home / "other" / "line-old.db", 0o644)
    first, second = found(home, DATABASE_URL=f"sqlite:///{home / 'other' / 'line.db'}")
    assert first[0] == BAD and first[2] == "chmod o-rwx other/line.db other/line.db-wal"
    assert second[0] == DOUBTFUL and second[2] == "chmod o-rwx other/line-old.db"


@pytest.mark.parametrize(
    ("query", "header", "secret"),
    [
        ("", "Authorization: Bearer 1234", True), ("", "X-Api-Key: abc", True), ("?api_key=abc", "", True),
        ("?a=1&access_token=abc", "", True), ("", "Authorization: 'Bearer ${SHOP}'", False),
        ("", "Accept: application/json", False), ("?key={n}", "", False), ("?n={n}", "", False),
    ],
)  # fmt: skip
def test_settings_are_secret_where_a_secret_stands_in_them(home, query, header, secret):
    put(home / "config.yaml", 0o644, CONFIG + SHOP % (query, header))
    [(state, what, remedy)] = found(home)
    assert (state, remedy) == ((BAD, "chmod o-rwx config.yaml") if secret else (GOOD, "")), what


@pytest.mark.parametrize("name", ["config.yaml", "flows/main.yaml", "flows"])
def test_what_callers_hear_is_not_for_others_to_change(home, name):
    (home / name).chmod((home / name).stat().st_mode | 0o022)
    [(state, what, remedy)] = found(home)
    assert state == BAD and "change" in what and remedy == f"chmod o-w {name}"


def test_behind_a_closed_folder_it_is_a_word_of_advice(home):
    put(home / "var" / "presszero.db", 0o644)
    home.chmod(0o700)
    [(state, what, remedy)] = found(home)
    assert state == DOUBTFUL and "once they are let into its folder" in what
    assert remedy == "chmod o-rwx var/presszero.db"


def test_names_are_quoted_for_the_shell(home):
    put(home / "backup of $(reboot).db", 0o644)
    [(_, _, remedy)] = found(home)
    assert shlex.split(remedy)[-1] == "backup of $(reboot).db"


def test_a_new_database_is_closed_to_others_whoever_makes_it(home):
    old = os.umask(0o022)
    try:
        database = Database.open(f"sqlite:///{home / 'var' / 'presszero.db'}")
        migrate(database)
        with database.write() as unit:
            unit.connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
            made = {one.name: stat.S_IMODE(one.stat().st_mode) for one in (home / "var").iterdir()}
        database.close()
    finally:
        os.umask(old)
    assert {"presszero.db", "presszero.db-wal", "presszero.db-shm"} <= set(made)
    assert set(made.values()) == {0o600} and stat.S_IMODE((home / "var").stat().st_mode) == 0o700


def test_another_connection_of_the_process_leaves_its_locks_alone(tmp_path):
    """Who opens and closes the file drops every lock that SQLite holds on it for this process."""
    url = f"sqlite:///{tmp_path / 'line.db'}"
    database = Database.open(url)
    migrate(database)
    other = (
        "import sqlite3, sys\nwire = sqlite3.connect(sys.argv[1], timeout=0)\n"
        "wire.execute('PRAGMA locking_mode=EXCLUSIVE')\n"
        "try:\n    wire.execute('BEGIN EXCLUSIVE')\nexcept sqlite3.OperationalError as e:\n    print(e)\n"
        "else:\n    print('taken')\n"
    )
    with database.write():
        Database.open(url).engine.connect().close()
        said = subprocess.run(
            [sys.executable, "-c", other, tmp_path / "line.db"], capture_output=True, text=True, check=True
        )
    database.close()
    assert "locked" in said.stdout, said
