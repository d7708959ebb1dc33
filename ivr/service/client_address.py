"""The address of a client. What stands in front of us says it in X-Forwarded-For, and so can anybody else:
only what a trusted proxy wrote counts, which is read from the right.

The address is put right once, before the app sees a request: what asks for it later (the desk, limits, the
log of requests) needs to know nothing of proxies.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

IPV6_PREFIX = 64  # what one customer of a provider has at the least: a client has all of its addresses
MOST_HOPS = 20
_PEER = "presszero.peer"
_FORWARDING = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED", "HTTP_X_CLIENT_IP")


class TrustedProxies:
    """Those whose word about their client counts. `*` trusts every peer, but only for the hop before it."""

    def __init__(self, networks: Iterable[Network] = (), every_peer: bool = False) -> None:
        self._networks = tuple(networks)
        self._every_peer = every_peer

    @classmethod
    def from_text(cls, text: str) -> TrustedProxies:
        """Addresses and networks with commas between them. Raises ValueError for what is neither."""
        names = [name.strip() for name in text.split(",") if name.strip()]
        every_peer = "*" in names
        return cls([ipaddress.ip_network(name) for name in names if name != "*"], every_peer)

    def has(self, address: Address) -> bool:
        return any(address in network for network in self._networks)

    def client(self, peer: str, forwarded_for: str) -> str:
        """The address of the client that `peer` speaks for, in its usual form: the rightmost entry that is
        no trusted proxy. An entry that is no address ends the search at the proxy that passed it on. A peer
        without an address came by a socket of this machine."""
        here = parsed(peer)
        if here is not None and not self._every_peer and not self.has(here):
            return str(here)
        if here is None and peer:
            return peer
        for entry in reversed(forwarded_for.split(",")[-MOST_HOPS:]):
            before = parsed(entry)
            if before is None:
                break
            here = before
            if not self.has(here):
                break
        return str(here) if here is not None else ""


def parsed(text: str) -> Address | None:
    """An address as proxies write it: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return None
        return address.ipv4_mapped or address
    return address


def network_of(address: str) -> str:
    """Return the network by which attempts are counted: the address itself, for IPv6 the network of one
    customer."""
    found = parsed(address)
    if found is None:
        return address[:64]
    if found.version == 6:
        return str(ipaddress.ip_network((found, IPV6_PREFIX), strict=False))
    return str(found)


class ClientAddresses:
    """A WSGI app around ours that puts REMOTE_ADDR right. gunicorn's log of requests reads it too."""

    def __init__(self, app: Callable[..., Any], trusted: TrustedProxies) -> None:
        self._app, self._trusted = app, trusted

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        peer = environ[_PEER] = environ.get("REMOTE_ADDR", "")
        environ["REMOTE_ADDR"] = self._trusted.client(peer, environ.get("HTTP_X_FORWARDED_FOR", ""))
        return self._app(environ, start_response)


def is_direct_from_here(environ: Mapping[str, Any]) -> bool:
    """Whether a program of this machine asks for itself. What a proxy passes on is a stranger's, whatever
    address it names, and so is what comes by a socket of the file system, where proxies ask."""
    peer = parsed(environ.get(_PEER, ""))
    return peer is not None and peer.is_loopback and not any(name.startswith(_FORWARDING) for name in environ)
