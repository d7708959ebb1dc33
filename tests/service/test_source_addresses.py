"""What a data source is asked, and where requests may go (T-05)."""

from __future__ import annotations

import json
import socket
import time

import pytest

from ivr.customers.http_source import HttpRequests, SourceFault, is_outside
from ivr.environment import EnvironmentProblem
from ivr.flowfiles.source_settings import HttpSource
from ivr.service.lookups import Lookups
from tests.service.shop import look

# What is asked --------------------------------------------------------------------------------------------


def test_values_are_data(shop):
    look(shop.source("/orders/{number}?kind={kind}"), number="7/../admin?x=1#", kind="a&b=c", more="ü")
    ((_, path, _, _),) = shop.asked
    assert path == "/orders/7%2F..%2Fadmin%3Fx%3D1%23?kind=a%26b%3Dc&more=%C3%BC"


@pytest.mark.parametrize("value", ["", " ", ".", "..", None])
def test_a_value_that_would_ask_for_something_else_is_not_sent(shop, value):
    assert look(shop.source("/orders/{number}"), number=value).status == "missing"
    assert shop.asked == []


@pytest.mark.parametrize("empty", ["", " ", None])
def test_an_empty_value_outside_the_path_is_sent(shop, empty):
    shop.says("/notes", {"kept": True})
    assert look(shop.source("/notes", method="POST"), meter="M1", notify=empty).status == "found"
    ((_, _, body, _),) = shop.asked
    assert json.loads(body) == {"meter": "M1", "notify": empty or ""}


def test_an_empty_value_in_the_query_is_sent(shop):
    look(shop.source("/orders/{number}?kind={kind}"), number="7", kind="", more=None)
    assert [path for _, path, _, _ in shop.asked] == ["/orders/7?kind=&more="]


def test_a_hole_without_a_value_has_failed(shop):
    assert look(shop.source("/orders/{number}"), other="1").status == "failed"
    assert shop.asked == []


def test_post_sends_json_and_headers_their_secret(shop):
    shop.says("/find", {"a": 1})
    headers = {"Authorization": "Bearer ${SHOP_TOKEN}"}
    look(shop.source("/find", method="POST", headers=headers), {"SHOP_TOKEN": "s3cret"}, number="7")
    ((method, path, body, sent),) = shop.asked
    assert (method, path, json.loads(body)) == ("POST", "/find", {"number": "7"})
    assert sent["Authorization"] == "Bearer s3cret"


def test_a_secret_that_is_not_set_is_told_at_the_start(shop):
    source = shop.source("/a", headers={"Authorization": "Bearer ${SHOP_TOKEN}"})
    with pytest.raises(EnvironmentProblem, match="SHOP_TOKEN is not set: the data source it needs it"):
        Lookups({"it": source}, {})


# Where requests may go (T-05) -----------------------------------------------------------------------------

INSIDE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
    "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1", "::ffff:0:10.0.0.1", "::10.0.0.1", "fec0::1", "5f00::1",
    "2002:7f00:1::", "2002:a9fe:a9fe::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "not an address", "",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_our_own_network_is_refused(address):
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "203.1.113.1"])
def test_the_internet_is_not(address):
    assert is_outside(address)


@pytest.mark.parametrize("address", INSIDE[:-2])
def test_a_name_that_leads_inside_is_not_connected_to(monkeypatch, address):
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("connected"))
    source = HttpSource(url="https://shop.example.com/a")
    asks = HttpRequests(source, {}, lambda host, port: address)
    with pytest.raises(SourceFault, match="in our own network"):
        asks({}, time.monotonic() + 1)


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch):
    connected, names = [], iter(["93.184.215.14", "127.0.0.1"])

    def connect(address, timeout):
        connected.append(address)
        raise OSError("no network here")

    monkeypatch.setattr(socket, "create_connection", connect)
    asks = HttpRequests(HttpSource(url="https://shop.example.com/a"), {}, lambda host, port: next(names))
    with pytest.raises(SourceFault):
        asks({}, time.monotonic() + 1)
    assert connected == [("93.184.215.14", 443)]


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.com/a", "http://127.0.0.1/a", "https://{host}/a", "https://shop.{zone}/a",
        "{scheme}://shop.example.com/", "https://user:word@shop.example.com/", "ftp://shop.example.com/",
        "file:///etc/passwd", "gopher://x/", "https:///a", "https://shop.example.com:0/", "https://[::1/",
        "https://shop.example.com/a#b", "https://shop.example.com\\@evil.example/", "https://${HOST}/",
        "https://shop。example.com/", "https://shop.example.com/ a",
    ],
)  # fmt: skip
def test_addresses_that_the_settings_refuse(url):
    with pytest.raises(ValueError):
        HttpSource(url=url)


def test_plain_http_only_to_this_machine_and_only_when_said():
    assert HttpSource(url="http://127.0.0.1:9/a", internal=True)
    with pytest.raises(ValueError, match="only https"):
        HttpSource(url="http://10.0.0.1/a", internal=True)
