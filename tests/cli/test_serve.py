"""`ivr serve`: the socket stays open, and somebody serves behind it, whatever dies below.

The parent is the product's, and so is gunicorn; most tests give it a small app instead of the line, which
starts in a moment and says which process answered.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ivr.cli.serve.listening_sockets import Unusable, listen
from tests.cli.serving import SOON_S, Served, alive, free_port, until

ROOT = Path(__file__).parents[2]

# What gunicorn.conf.py does with what is handed on, without the line.
CONF = """
import os
from ivr.cli.serve import inherited_descriptors
bind = inherited_descriptors.sockets(os.environ)
worker_class, threads, workers, graceful_timeout = "gthread", 4, 1, 10
control_socket_disable = True
def on_starting(server):
    inherited_descriptors.end_with_the_parent(os.environ)
def post_worker_init(worker):
    inherited_descriptors.say_up(os.environ)
"""
APP = """
import json, os, pathlib, time
GENERATION = {generation!r}
def app(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        pathlib.Path("slow").touch()
        while not pathlib.Path("finish").exists():
            time.sleep(0.01)
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(dict(generation=GENERATION, worker=os.getpid(), master=os.getppid())).encode()]
"""
PARENT = """
import sys
from ivr.cli.serve.listening_sockets import listen
from ivr.cli.serve.parent import Parent
command = [sys.executable, "-m", "gunicorn", "-c", "conf.py", "small:app"]
sys.exit(Parent(listen({}, port=0), command=command).run())
"""


def write_app(folder: Path, generation: object) -> None:
    (folder / "small.py").write_text(APP.format(generation=generation))


@pytest.fixture
def small(tmp_path) -> Iterator[Served]:
    write_app(tmp_path, 1)
    (tmp_path / "conf.py").write_text(CONF)
    # Kept bytecode would stand for new code that is as long and was written in the same second.
    fresh = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(tmp_path / "bytecode")}
    served = Served(tmp_path, [sys.executable, "-c", PARENT], PYTHONPATH=str(ROOT), **fresh)
    yield served
    (tmp_path / "finish").touch()
    served.close()


@contextmanager
def asked_all_the_time(served: Served) -> Iterator[list[object]]:
    """One connection after the other; yields what came back, errors included."""
    came: list[object] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                came.append(served.get()["generation"])
            except (OSError, http.client.HTTPException) as error:
                came.append(error)
            time.sleep(0.005)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield came
    finally:
        stop.set()
        thread.join(SOON_S)


def refused(came: list[object]) -> list[object]:
    return [one for one in came if isinstance(one, ConnectionRefusedError)]


def test_connections_wait_while_everything_below_is_killed_twice(small):
    first = small.get()
    with asked_all_the_time(small) as came:
        for _ in range(2):
            before = small.get()
            for pid in (before["master"], before["worker"]):
                os.kill(pid, signal.SIGKILL)
            assert small.get()["worker"] != before["worker"]
            until(lambda so_far=len(came): len(came) > so_far + 5, "more requests")

    assert refused(came) == []
    assert not alive(first["master"]) and not alive(first["worker"])


def test_a_worker_without_its_master_does_not_serve_on_beside_the_next(small):
    before = small.get()
    os.kill(before["worker"], signal.SIGSTOP)  # so that it cannot notice by itself
    os.kill(before["master"], signal.SIGKILL)

    assert small.get()["worker"] != before["worker"]
    until(lambda: not alive(before["worker"]), "the end of the old worker")


def test_a_reload_takes_the_new_code_and_refuses_nobody(small, tmp_path):
    before = small.get()
    with asked_all_the_time(small) as came:
        write_app(tmp_path, 2)
        small.process.send_signal(signal.SIGHUP)
        until(lambda: small.get()["generation"] == 2, "the new code")
        until(lambda: not alive(before["master"]) and not alive(before["worker"]), "the end of the old one")

    assert set(came) == {1, 2}
    assert came == sorted(came), "the old one answered after the new one"


def test_a_reload_that_cannot_start_leaves_the_old_server(small, tmp_path):
    before = small.get()
    (tmp_path / "small.py").write_text("this is no Python")
    with asked_all_the_time(small) as came:
        small.process.send_signal(signal.SIGHUP)
        until(lambda: "the old one serves on" in small.said, "word of the failure")
    assert set(came) == {1} and small.get() == before

    write_app(tmp_path, 2)
    small.process.send_signal(signal.SIGHUP)
    until(lambda: small.get()["generation"] == 2, "the mended code")


def test_a_server_that_dies_while_its_files_are_broken_is_started_until_they_are_mended(small, tmp_path):
    before = small.get()
    (tmp_path / "small.py").write_text("this is no Python")
    for pid in (before["master"], before["worker"]):
        os.kill(pid, signal.SIGKILL)
    until(lambda: small.said.count("did not start; connections wait") >= 2, "two attempts")
    with socket.create_connection(("127.0.0.1", small.port), timeout=SOON_S):
        write_app(tmp_path, 2)

    assert small.get()["generation"] == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_end_answers_what_has_begun(small, tmp_path, number):
    before = small.get()
    answers: list[object] = []
    slow = threading.Thread(target=lambda: answers.append(small.get("/slow")))
    slow.start()
    until((tmp_path / "slow").exists, "the slow request to begin")
    small.process.send_signal(number)
    until(lambda: "Handling signal: term" in small.said, "gunicorn to be told")
    (tmp_path / "finish").touch()
    slow.join(SOON_S)
    assert answers == [before]
    assert small.exit_code() == 0
    assert not alive(before["master"]) and not alive(before["worker"])
    with socket.socket() as one:
        assert one.connect_ex(("127.0.0.1", small.port)) != 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_everything_below_ends_with_a_parent_that_is_killed(small):
    before = small.get()
    small.process.kill()
    until(lambda: not alive(before["master"]) and not alive(before["worker"]), "the end of the server")
    with socket.socket() as one:
        assert one.connect_ex(("127.0.0.1", small.port)) != 0


def test_an_app_that_never_started_is_no_endless_loop(tmp_path):
    (tmp_path / "small.py").write_text("raise SystemExit(2)")
    checks_first = CONF.replace("inherited_descriptors.end_with_the_parent(os.environ)", "import small")
    (tmp_path / "conf.py").write_text(checks_first)
    served = Served(tmp_path, [sys.executable, "-c", PARENT], PYTHONPATH=f"{ROOT}:{tmp_path}")

    assert served.exit_code() == 2
    assert served.said.count("Starting gunicorn") == 1


# Addresses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "arguments", "host"),
    [
        ({"PORT": "{port}"}, {}, "127.0.0.1"),
        ({"GUNICORN_BIND": "127.0.0.1:{port}", "PORT": "1"}, {}, "127.0.0.1"),
        ({"GUNICORN_BIND": ":{port}"}, {}, "0.0.0.0"),
        ({"GUNICORN_BIND": "0.0.0.0:1"}, {"port": True}, "0.0.0.0"),
        ({"GUNICORN_BIND": "0.0.0.0:{port}"}, {"host": "127.0.0.1"}, "127.0.0.1"),
        ({}, {"host": "localhost", "port": True}, "127.0.0.1"),
    ],
)
def test_where_it_listens(environ, arguments, host):
    port = free_port()
    if arguments.get("port"):
        arguments = {**arguments, "port": port}
    [opened] = listen({name: value.format(port=port) for name, value in environ.items()}, **arguments)
    with opened:
        assert opened.getsockname() == (host, port)


def test_several_addresses_and_one_that_is_a_file(tmp_path):
    one, two = listen({"GUNICORN_BIND": f"127.0.0.1:{free_port()}, unix:{tmp_path / 's'}"})
    with one, two:
        assert two.getsockname() == str(tmp_path / "s")
        with pytest.raises(Unusable, match="another server"):
            listen({"GUNICORN_BIND": f"unix:{tmp_path / 's'}"})
    [again] = listen({"GUNICORN_BIND": f"unix:{tmp_path / 's'}"})  # what a killed server left behind
    again.close()


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"PORT": "eighty"}, "no address to listen on"),
        ({"GUNICORN_BIND": "127.0.0.1:99999"}, "no address to listen on"),
        ({"GUNICORN_BIND": "no.such.host.invalid:80"}, "cannot be used"),
    ],
)
def test_an_address_that_is_none_is_said_in_a_sentence(environ, says):
    with pytest.raises(Unusable, match=says):
        listen(environ)
