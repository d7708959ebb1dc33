"""Two processes on one database follow what a third publishes within two seconds."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli import ivr
from ivr.environment import Environment
from ivr.store.database import Database
from ivr.store.migrate import migrate

ROOT = Path(__file__).parents[2]
FOLLOWER = """
import sys, time
from pathlib import Path
from ivr.flowfiles.settings_file import load_settings
from ivr.service.flow_registry import open_registry
from ivr.store.database import Database
registry = open_registry(load_settings(Path("config.yaml")), Database.open(sys.argv[1]), time.time)
registry.start()
seen = ""
while True:
    if registry.live.revision != seen:
        seen = registry.live.revision
        print(seen, time.time(), flush=True)
    time.sleep(0.01)
"""


def publish(project, database_url: str, *words: str) -> subprocess.CompletedProcess:
    program = "from ivr.cli import main; main()"
    environ = {
        **os.environ,
        "DATABASE_URL": database_url,
        "PYTHONPATH": str(ROOT),
        "IVR_CONFIG": "config.yaml",
    }
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=project.folder,
        env=environ,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def followers(project, database_url):
    database = Database.open(database_url)
    migrate(database)
    database.close()
    url = database_url.replace("postgresql://", "postgresql+psycopg://")
    started = [
        subprocess.Popen(
            [sys.executable, "-c", FOLLOWER, url],
            cwd=project.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    yield started
    for process in started:
        process.kill()
        process.wait()


def test_every_process_follows_within_two_seconds(project, followers, database_url):
    first = {follower.stdout.readline().split()[0] for follower in followers}
    assert len(first) == 1
    flow_set = project.book("beta")
    done = publish(
        project, database_url, "publish", "--no-test", "-m", "greets anew", "--author", "an editor"
    )
    published_at = time.time()
    assert done.returncode == 0, done.stderr
    for follower in followers:
        revision, at = follower.stdout.readline().split()
        assert revision == flow_set.revision
        assert float(at) - published_at < 2.0


def test_the_commands(project, database_url, monkeypatch):
    monkeypatch.chdir(project.folder)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("IVR_CONFIG", raising=False)
    database = Database.open(Environment.from_mapping(os.environ).database_url)
    migrate(database)
    database.close()

    def run(*words: str):
        return CliRunner().invoke(ivr, words)

    assert "the files themselves are live" in run("revisions").output
    assert run("publish", "--no-test", "-m", "first").exit_code == 0
    project.book("beta")
    assert "hello says: “[-alpha-] {+beta+} one. Press 0 …”" in run("diff").output
    assert run("publish", "--no-test", "--share", "10").exit_code == 0
    assert "10 % of new calls" in run("revisions").output
    assert "trial" in run("rollback").output
    again = run("rollback")
    assert (again.exit_code, again.stderr.strip()) == (1, "There is no revision before this one.")
    project.write("flow: main\nsteps: {a: {next: b}}\n")
    refused = run("publish", "--no-test")
    assert refused.exit_code == 1
    assert "Nothing was published" in refused.stderr
    assert "flows/main.yaml:" in refused.stderr
