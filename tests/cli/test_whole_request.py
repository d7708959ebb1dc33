"""Where a request ends, in whatever pieces it comes, and what is refused before its body."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.cli.serve.whole_request import (
    HEAD_TOO_LARGE,
    MOST_HEAD,
    NO_LENGTH,
    TOO_LARGE,
    UNSIGNED,
    Refusal,
    WholeRequest,
)
from webhooks.signature_header import signatures_in

SIGNED = "x-twilio-signature: " + "A" * 27 + "="
MOST = 1000


def request(first: str, *lines: str, body: bytes = b"") -> bytes:
    return "\r\n".join([first, "Host: line.test", *lines, "", ""]).encode() + body


def taken(data: bytes, piece: int = 0) -> tuple[bool | Refusal, WholeRequest]:
    whole, collected = False, WholeRequest(MOST)
    for at in range(0, len(data), piece or len(data)):
        whole = collected.take(data[at : at + (piece or len(data))])
        if whole:
            break
    return whole, collected


POST = request("POST /voice/incoming HTTP/1.1", SIGNED, "Content-Length: 9", body=b"Digits=12")


@pytest.mark.parametrize("piece", range(1, len(POST) + 1))
def test_a_request_is_whole_with_its_last_byte(piece):
    whole, collected = taken(POST, piece)
    assert whole is True and collected.parts() == (POST, b"") and collected.path == "/voice/incoming"
    assert taken(POST[:-1], piece)[0] is False


@given(st.integers(1, 40), st.binary(max_size=60))
def test_what_comes_behind_is_kept_for_later(piece, behind):
    data = POST + behind
    whole, collected = taken(data, len(POST) + piece)
    assert whole is True
    request, rest = collected.parts()
    assert request == POST and behind.startswith(rest)


def test_without_a_body_it_ends_with_its_head():
    for first in ("GET /healthz HTTP/1.1", "GET / HTTP/1.0", "HEAD /desk/ HTTP/1.1"):
        assert taken(request(first))[0] is True


@pytest.mark.parametrize(
    "lines",
    [("Content-Length: 9", "Content-Length: 9"), ("Content-Length: -1",), ("Content-Length: 1e3",),
     ("Content-Length: +9",), ("Content-Length: 9, 9",), ("Content-Length:",),
     ("Content-Length: " + "9" * 40,)],
)  # fmt: skip
def test_a_length_that_is_none_is_left_to_be_refused_and_waited_for_by_nobody(lines):
    assert taken(request("POST /desk/sign-in HTTP/1.1", *lines))[0] is True


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (request("POST /desk/ HTTP/1.1", f"Content-Length: {MOST + 1}"), TOO_LARGE),
        (request("POST /desk/ HTTP/1.1", "Transfer-Encoding: chunked"), NO_LENGTH),
        (request("POST /desk/ HTTP/1.1", "Transfer-Encoding : chunked", "Content-Length: 5"), NO_LENGTH),
        (b"GET /" + b"a" * MOST_HEAD, HEAD_TOO_LARGE),
        (request("GET / HTTP/1.1", "X: " + "a" * MOST_HEAD), HEAD_TOO_LARGE),
        (request("POST /voice/incoming HTTP/1.1", "Content-Length: 5"), UNSIGNED),
        (request("POST /voice/incoming HTTP/1.1", "X-Twilio-Signature: x", "Content-Length: 5"), UNSIGNED),
        (request("POST http://line.test/voice/incoming HTTP/1.1", "Content-Length: 5"), UNSIGNED),
        (request("POST /sms/incoming HTTP/1.1", "Content-Length: 5"), UNSIGNED),
        (request("GET /voice/status HTTP/1.1"), UNSIGNED),
    ],
)
def test_what_is_refused_before_its_body(data, refusal):
    for piece in (0, 7000):
        assert taken(data, piece)[0] is refusal
    head, _, body = refusal.as_bytes().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % refusal.status) and b"Connection: close" in head
    assert f"Content-Length: {len(body)}".encode() in head


def test_a_client_that_asks_whether_it_may_go_on_is_told():
    asking = request("POST /desk/ HTTP/1.1", "Expect: 100-continue", "Content-Length: 5")
    whole, collected = taken(asking)
    assert whole is False and collected.wants_continue


@given(st.binary(max_size=300))
def test_nothing_that_is_sent_is_a_fault_of_ours(data):
    for sent, piece in ((data, 7), (data + b"\r\n\r\n", 50)):
        whole, _ = taken(sent, piece)
        assert isinstance(whole, bool | Refusal)


ONE, TWO = "A" * 27 + "=", "b/+" * 9 + "="


@pytest.mark.parametrize("header", [ONE, TWO, f"{ONE},{TWO}", f" {ONE} , {TWO}"])
def test_what_can_be_signatures(header):
    assert signatures_in(header) == [part.strip() for part in header.split(",")]


@pytest.mark.parametrize(
    "header",
    ["", "x", "=" * 28, "A" * 28, "A" * 26 + "==", ONE + "A", "ü" * 27 + "=", f"{ONE},", f"{ONE},x",
     f"{ONE};{TWO}", ",".join([ONE] * 5), "A" * 10_000],
)  # fmt: skip
def test_what_cannot(header):
    assert signatures_in(header) == []
