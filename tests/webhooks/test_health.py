"""/metrics and /readyz tell a program of this machine, and those who have the token, and nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.environment import Environment, EnvironmentProblem

TOKEN = "0123456789abcdef0123456789abcdef"
WATCHED = ("/metrics", "/readyz", "/metrics/", "/readyz?a=1")
STRANGERS = {
    "another machine": ("198.51.100.7", {}),
    "a machine of our network": ("10.0.0.7", {}),
    "a socket of the file system": ("", {}),
    "one who says so": ("198.51.100.7", {"X-Forwarded-For": "127.0.0.1"}),
    "one behind our proxy": ("127.0.0.1", {"X-Forwarded-For": "198.51.100.7"}),
    "one behind our proxy who says so": ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
    "one behind our proxy who says so first": ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1, 198.51.100.7"}),
    "one whose address is hidden": ("127.0.0.1", {"X-Forwarded-For": "unknown"}),
    "one without an address": ("127.0.0.1", {"X-Forwarded-For": ""}),
    "one behind a proxy that writes RFC 7239": ("::1", {"Forwarded": "for=127.0.0.1"}),
    "one behind a proxy that writes X-Real-IP": ("127.0.0.1", {"X-Real-IP": "127.0.0.1"}),
    "one behind a proxy that writes the scheme": ("127.0.0.1", {"X-Forwarded-Proto": "https"}),
    "one behind a proxy that names itself": ("127.0.0.1", {"Via": "1.1 edge"}),
}


def answers(line, path: str, peer: str, **headers: str):
    return line.line.app.test_client().get(path, headers=headers, environ_base={"REMOTE_ADDR": peer})


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("path", WATCHED)
def test_a_program_of_this_machine_is_told(line, path, peer):
    assert answers(line, path, peer).status_code == 200


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("path", WATCHED)
def test_a_stranger_is_told_nothing(line, path, who):
    peer, headers = STRANGERS[who]
    refused = answers(line, path, peer, **headers)
    assert refused.status_code == 403 and refused.get_data(as_text=True).count(".") == 1
    assert "presszero_" not in refused.text and "ready" not in refused.text


@pytest.mark.parametrize("who", STRANGERS)
def test_everybody_may_ask_whether_the_line_lives(line, who):
    peer, headers = STRANGERS[who]
    assert answers(line, "/healthz", peer, **headers).get_json() == {"status": "ok"}


@pytest.mark.parametrize("trusted", ["127.0.0.1,::1", "10.0.0.1", "*", ""])
def test_whom_we_trust_as_a_proxy_makes_no_stranger_one_of_us(line, trusted):
    line._environment = replace(line._environment, trusted_proxies=trusted)
    line.restart()
    for peer, headers in STRANGERS.values():
        assert answers(line, "/metrics", peer, **headers).status_code == 403, (peer, headers)


@pytest.fixture
def with_token(line):
    """A line whose METRICS_TOKEN is set."""
    line._environment = replace(line._environment, metrics_token=TOKEN)
    line.restart()
    return line


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
@pytest.mark.parametrize("who", STRANGERS)
def test_the_token_opens_it_from_everywhere(with_token, who, scheme):
    peer, headers = STRANGERS[who]
    told = answers(with_token, "/metrics", peer, Authorization=f"{scheme} {TOKEN}", **headers)
    assert told.status_code == 200 and b"presszero_callers_waiting" in told.data


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer ü",
     f"Bearer {TOKEN.upper()}", f'Bearer token="{TOKEN}"', f"Digest {TOKEN}"],
)  # fmt: skip
def test_another_token_opens_nothing(with_token, given):
    assert answers(with_token, "/metrics", "198.51.100.7", Authorization=given).status_code == 403


@pytest.mark.parametrize("given", ["Bearer", "Bearer ", "Bearer None", f"Bearer {TOKEN}"])
def test_no_token_opens_it_where_none_is_set(line, given):
    assert answers(line, "/metrics", "198.51.100.7", Authorization=given).status_code == 403


@pytest.mark.parametrize("token", ["short", "with a space in the middle of it", "ümlaute-ümlaute-ümlaute"])
def test_a_token_that_is_guessed_or_cannot_be_sent_is_refused_at_start(token):
    with pytest.raises(EnvironmentProblem, match="METRICS_TOKEN"):
        Environment.from_mapping({"METRICS_TOKEN": token})
    assert TOKEN not in repr(replace(Environment.from_mapping({}), metrics_token=TOKEN))
