"""The address of the client, with proxies in between that say so and strangers who say anything."""

from __future__ import annotations

import pytest
from flask import request

from ivr.environment import Environment, EnvironmentProblem
from ivr.service.client_address import TrustedProxies, network_of

HERE = "127.0.0.1,::1"


@pytest.mark.parametrize(
    ("trusted", "peer", "header", "client"),
    [
        # a stranger says who they are: only the peer counts
        (HERE, "203.0.113.5", "192.0.2.1", "203.0.113.5"),
        (HERE, "203.0.113.5", "", "203.0.113.5"),
        # one proxy on this machine
        (HERE, "127.0.0.1", "203.0.113.5", "203.0.113.5"),
        (HERE, "127.0.0.1", "192.0.2.1, 203.0.113.5", "203.0.113.5"),
        (HERE, "127.0.0.1", "192.0.2.1,198.51.100.7 ,  203.0.113.5", "203.0.113.5"),
        (HERE, "127.0.0.1", "", "127.0.0.1"),
        (HERE, "::1", "2001:db8::7", "2001:db8::7"),
        (HERE, "::ffff:127.0.0.1", "203.0.113.5", "203.0.113.5"),
        (HERE, "", "203.0.113.5", "203.0.113.5"),  # a socket of this machine
        # a line of proxies
        ("10.0.0.0/8", "10.0.0.1", "192.0.2.1, 203.0.113.5, 10.0.0.9", "203.0.113.5"),
        ("10.0.0.0/8,127.0.0.1", "127.0.0.1", "203.0.113.5, 10.0.0.9, 10.1.2.3", "203.0.113.5"),
        ("10.0.0.0/8", "10.0.0.1", "10.0.0.9", "10.0.0.9"),  # somebody of the house
        ("10.0.0.1", "10.0.0.1", "203.0.113.5, 10.0.0.9", "10.0.0.9"),
        ("2001:db8:ffff::/48", "2001:db8:ffff::1", "203.0.113.5, 2001:db8:ffff::2", "203.0.113.5"),
        # every peer is trusted, for one hop
        ("*", "198.51.100.7", "192.0.2.1, 203.0.113.5", "203.0.113.5"),
        # forms that proxies write
        (HERE, "127.0.0.1", "203.0.113.5:4711", "203.0.113.5"),
        (HERE, "127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        (HERE, "127.0.0.1", '"[2001:db8::7]"', "2001:db8::7"),
        (HERE, "127.0.0.1", "::ffff:203.0.113.5", "203.0.113.5"),
        (HERE, "127.0.0.1", "2001:DB8:0:0::7", "2001:db8::7"),
        # what is no address ends the search at the one who passed it on
        (HERE, "127.0.0.1", "unknown", "127.0.0.1"),
        (HERE, "127.0.0.1", "203.0.113.5, _hidden", "127.0.0.1"),
        (HERE, "127.0.0.1", "203.0.113.5,", "127.0.0.1"),
        (HERE, "127.0.0.1", ",,,", "127.0.0.1"),
        (HERE, "127.0.0.1", "999.1.1.1", "127.0.0.1"),
        (HERE, "127.0.0.1", "127.1", "127.0.0.1"),
        (HERE, "127.0.0.1", "fe80::1%eth0", "127.0.0.1"),
        (HERE, "127.0.0.1", "203.0.113.5\r\nX: y", "127.0.0.1"),
        (HERE, "127.0.0.1", "<script>, 203.0.113.5", "203.0.113.5"),
        ("10.0.0.0/8", "10.0.0.1", "192.0.2.1, nonsense, 10.0.0.9", "10.0.0.9"),
        (HERE, "127.0.0.1", "127.0.0.1, " * 10_000 + "127.0.0.1", "127.0.0.1"),
        ("", "127.0.0.1", "203.0.113.5", "127.0.0.1"),
    ],
)
def test_the_client_is_what_a_trusted_proxy_wrote_last(trusted, peer, header, client):
    assert TrustedProxies.from_text(trusted).client(peer, header) == client


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("", ""),
        ("x" * 500, "x" * 64),
    ],
)
def test_attempts_are_counted_by_network(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize("text", ["proxy.example.com", "10.0.0.1/8", "10.0.0.0/40", "1.2.3", "127.0.0.1 ::1"])
def test_a_proxy_that_is_no_address_is_said_at_the_start(text):
    with pytest.raises(EnvironmentProblem, match="FORWARDED_ALLOW_IPS: "):
        Environment.from_mapping({"FORWARDED_ALLOW_IPS": text})


def test_the_app_sees_the_client_and_not_the_proxy(line):
    seen = []
    line.line.app.before_request(lambda: seen.append(request.remote_addr))
    client = line.line.app.test_client()
    for header in ("203.0.113.5", "192.0.2.66, 203.0.113.6"):
        client.get("/desk/sign-in", headers={"X-Forwarded-For": header})
    stranger = {"REMOTE_ADDR": "8.8.8.8"}
    client.get("/healthz", headers={"X-Forwarded-For": "203.0.113.7"}, environ_base=stranger)
    assert seen == ["203.0.113.5", "203.0.113.6", "8.8.8.8"]
