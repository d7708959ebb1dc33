"""The outside interface `ivr demo --once --json`: a caller presses 0 and talks to an agent who knows why."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ivr.cli.demo.processes import new_password
from ivr.service.passwords import why_refused
from tests.cli.serving import alive, below, free_port

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from ivr.cli import main; main()"]


def ivr(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([*COMMAND, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=180)


def test_a_password_of_the_demo_is_never_refused():
    drawn = [new_password() for _ in range(500)]
    assert [
        password for password in drawn if why_refused(password, ("desk-1", "Desk one", "Northwind"))
    ] == []


def test_demo_once_plays_the_whole_line():
    done = ivr("demo", "--once", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    played = json.loads(done.stdout)
    assert played["outcome"] == "talked"
    assert "Press 0" in played["heard"][0]
    assert any("between" in text for text in played["heard"])
    assert played["music_seconds"] > 3
    wait = played["wait"]
    assert wait["low_s"] <= wait["actual_s"] <= wait["high_s"]
    assert played["card"]["customer"] == "Alfreds Futterkiste"
    assert played["card"]["path"] == ["welcome"] and played["card"]["waiting_for"] == "support"
    assert played["card"]["history"] and played["card"]["warnings"]
    assert played["card_before_answer"] is True
    assert played["webhooks"] >= 6
    assert played["wall_seconds"] < 120


def test_a_port_in_use_is_one_sentence_and_exit_2():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = ivr("demo", "--once", "--port", str(port))
    assert done.returncode == 2
    assert f"Port {port}" in done.stderr and "--port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_demo_that_is_told_to_end_leaves_no_process_and_no_file(tmp_path, number):
    environ = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    demo = subprocess.Popen(
        [*COMMAND, "demo", "--port", str(free_port())], cwd=ROOT, env=environ, text=True,
        stdout=subprocess.PIPE, stderr=(tmp_path / "said").open("w"),
    )  # fmt: skip
    try:
        assert any("Ctrl-C stops everything" in line for line in demo.stdout), (tmp_path / "said").read_text()
        started = below(demo.pid)
        demo.send_signal(number)
        assert demo.wait(60) == 0
    finally:
        demo.kill()
    assert len(started) >= 3  # the phone company, the parent, gunicorn
    ends = time.monotonic() + 20  # who was a child of a process that is gone is cleared away by the system
    while any(alive(pid) for pid in started) and time.monotonic() < ends:
        time.sleep(0.05)
    assert [pid for pid in started if alive(pid)] == []
    assert list(tmp_path.glob("presszero-demo-*")) == []
