"""Events of one moment: what one of them lets go, the next may still tell of."""

from __future__ import annotations

import selectors
import socket
from collections import deque

import pytest
from gunicorn.config import Config

from ivr.cli.serve.whole_request import WholeRequest
from ivr.cli.serve.worker import Connection, WholeRequestWorker


@pytest.fixture
def worker():
    worker = WholeRequestWorker.__new__(WholeRequestWorker)
    worker.poller, worker.keepalived_conns = selectors.DefaultSelector(), deque()
    worker._unfinished, worker._completion, worker._most_body = {}, {}, 1000
    worker.nr_conns = 0
    yield worker
    worker.poller.close()


def comes(worker) -> tuple[Connection, socket.socket]:
    here, there = socket.socketpair()
    conn = Connection(Config(), here, ("192.0.2.1", 4711), ("127.0.0.1", 8000))
    worker.nr_conns += 1
    return conn, there


@pytest.mark.parametrize("last_word", [b"", b"GET / "])
def test_a_client_that_was_let_go_is_not_counted_out_twice(worker, last_word):
    conn, there = comes(worker)
    worker._read(conn)
    there.sendall(last_word)
    worker._drop_oldest()
    worker._readable(conn)
    assert worker.nr_conns == 0
    there.close()


def test_a_kept_connection_that_was_let_go_ends_no_worker(worker):
    conn, there = comes(worker)
    conn.request = WholeRequest(1000)
    worker.alive = True
    worker._keep(conn)
    there.sendall(b"GET / HTTP/1.1\r\n\r\n")
    worker._drop_oldest()
    worker.on_client_socket_readable(conn, conn.sock)
    assert worker.nr_conns == 0 and not worker._unfinished
    there.close()
