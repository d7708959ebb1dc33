"""Twilio's signalling for browsers, as far as the voice SDK can tell: sockets, registration, invitations.

It runs on this machine with a certificate of its own; the browser is told that Twilio's hosts are here. What
it knows of the protocol was read from the SDK: `listen` → `connected`, `register` → `ready`, `invite` →
`answer`, `hangup` and `cancel` both ways, an empty line now and then as a sign of life.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
from aiohttp import WSMsgType, web

from tests.conftest import lacking

BEAT_S = 5.0
EDGE = "ashburn"


class Signalling:
    """All sockets of all browsers. Tokens must be signed with `secret`. `ttl` is what it says of a token."""

    def __init__(self, folder: Path, secret: str, ttl: int = 1800) -> None:
        self._secret, self.ttl = secret, ttl
        self._sockets: dict[web.WebSocketResponse, str] = {}
        self._registered: dict[web.WebSocketResponse, str] = {}
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.hosts: list[str] = []
        self.is_down = False
        self.answered: Callable[[str], None] = lambda _sid: None
        self.hung_up: Callable[[str], None] = lambda _sid: None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.port = self._do(self._open(_certificate(folder)))

    # What a test asks -----------------------------------------------------------------------------------

    @property
    def registered(self) -> set[str]:
        """The identities that can be rung now."""
        return set(self._registered.values())

    def said(self, kind: str) -> list[dict[str, Any]]:
        """What the browsers have sent of this kind."""
        return [payload for said, payload in list(self.heard) if said == kind]

    def ring(self, identity: str, call_sid: str, sdp: str) -> bool:
        """Ring `client:identity` with this offer of sound. False: it is nowhere registered."""
        sent = False
        for socket, who in list(self._registered.items()):
            if who == identity:
                parameters = {"CallSid": call_sid, "From": "+15550001000", "To": f"client:{identity}"}
                self._send(socket, "invite", callsid=call_sid, sdp=sdp, parameters=parameters)
                sent = True
        return sent

    def end(self, call_sid: str, kind: str = "hangup") -> None:
        """The far end hangs up; `cancel`: it does before anybody answered."""
        for socket in list(self._sockets):
            self._send(socket, kind, callsid=call_sid)

    def break_off(self) -> None:
        """Every socket dies without a word."""
        for socket in list(self._sockets):
            transport = socket._req.transport if socket._req is not None else None
            if transport is not None:
                self._loop.call_soon_threadsafe(transport.abort)

    def stop(self) -> None:
        self._do(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    # The protocol ---------------------------------------------------------------------------------------

    async def _open(self, certificate: ssl.SSLContext) -> int:
        app = web.Application()
        app.router.add_get("/signal", self._socket)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=certificate).start()
        return self._runner.addresses[0][1]

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if self.is_down:
            return web.Response(status=503)
        self.hosts.append(request.host)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets[socket] = ""
        beats = asyncio.create_task(self._beat(socket))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT and message.data.strip():
                    said = json.loads(message.data)
                    self.heard.append((said["type"], said["payload"]))
                    await self._hear(socket, said["type"], said["payload"])
        finally:
            beats.cancel()
            self._sockets.pop(socket, None)
            self._registered.pop(socket, None)
        return socket

    async def _hear(self, socket: web.WebSocketResponse, kind: str, payload: dict[str, Any]) -> None:
        if kind == "listen":
            await self._listen(socket, payload["token"])
        elif kind == "register" and payload["media"]["audio"]:
            self._registered[socket] = self._sockets[socket]
            await self._say(socket, "ready")
        elif kind == "register":
            self._registered.pop(socket, None)
            await self._say(socket, "offline")
        elif kind == "answer":
            self.answered(payload["callsid"])
        elif kind in ("hangup", "reject"):
            self.hung_up(payload["callsid"])

    async def _listen(self, socket: web.WebSocketResponse, token: str) -> None:
        try:
            claims = jwt.decode(token, self._secret, algorithms=["HS256"])
        except jwt.InvalidTokenError as wrong:
            await self._say(socket, "error", error={"code": 31204, "message": str(wrong)})
            return
        assert jwt.get_unverified_header(token)["cty"] == "twilio-fpa;v=1"
        assert claims["grants"]["voice"] == {"incoming": {"allow": True}}
        self._sockets[socket] = claims["grants"]["identity"]
        known = {"identity": self._sockets[socket], "ttl": self.ttl}
        await self._say(socket, "connected", edge=EDGE, region="US_EAST_VIRGINIA", home="us1", token=known)

    async def _beat(self, socket: web.WebSocketResponse) -> None:
        while not socket.closed:
            await asyncio.sleep(BEAT_S)
            await socket.send_str("\n")

    async def _say(self, socket: web.WebSocketResponse, kind: str, **payload: Any) -> None:
        await socket.send_str(json.dumps({"type": kind, "payload": payload, "version": "1.6"}))

    def _send(self, socket: web.WebSocketResponse, kind: str, **payload: Any) -> None:
        self._do(self._say(socket, kind, **payload))

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


def _certificate(folder: Path) -> ssl.SSLContext:
    """A certificate of no authority, for one test run. The browser is told not to mind."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=localhost"]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        lacking("OpenSSL", "its command was not found")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
