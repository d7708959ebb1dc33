"""A desk whose agents' phones are browsers, with the phone company between them and a far end that hums."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from ivr.floor.browser_phone import identity_of, phone_of
from ivr.jobs.worker import Worker
from ivr.service.agent_leg import JOIN, AgentLeg
from ivr.store import calls, floor
from tests.conftest import CHROMIUM_OPTIONS
from tests.desk.conftest import PASSWORD, World
from tests.desk.signalling import Signalling

FAR_END = (Path(__file__).parent / "far_end.js").read_text()


def chromium(browser: Any, path: str, port: int) -> Any:
    """A browser with a microphone that beeps, for which Twilio's hosts are on this machine."""
    options = [
        *CHROMIUM_OPTIONS,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--autoplay-policy=no-user-gesture-required",
        "--disable-features=WebRtcHideLocalIpsWithMdns",
        "--allow-loopback-in-peer-connection",
        "--ignore-certificate-errors",
        f"--host-resolver-rules=MAP *.twilio.com:443 127.0.0.1:{port}",
    ]
    return browser.browser_type.launch(executable_path=path, args=options)


class PhoneCompany:
    """What Twilio does with an agent's leg, driven by the test: rings it, asks our webhook what to do."""

    def __init__(self, world: World, signalling: Signalling) -> None:
        self._world, self.signalling = world, signalling
        self._leg = AgentLeg(world.transactions, world.offers, world.settings)
        self._sids = count(1)
        self.told: list[str] = []
        # Effects are done by hand here; only the timers of phones run.
        idle = {kind: lambda _job: None for kind in ("ring_agent", "dispatch", "end_leg", "offer_due")}
        idle |= {
            kind: lambda _job: None for kind in ("wrap_up_over", "talk_watch", "move_caller", "join_agent")
        }
        self._worker = Worker(world.transactions, {**idle, **world.phones.jobs()})

    def offers(self, agent_id: str = "desk-1", sid: str = "CA1") -> str:
        self._world.call(sid)
        return self._world.offer(agent_id, sid)

    def rings(self, far_end: Any, offer_id: str, agent_id: str = "desk-1") -> str:
        """Ring the agent's browser; returns the leg's sid."""
        sid = f"CA{next(self._sids):032d}"
        sdp = far_end.evaluate("farEnd.offer()")
        assert self.signalling.ring(identity_of(agent_id), sid, sdp), "nobody is registered"
        with self._world.transactions.begin() as tx:
            floor.set_leg(tx.connection, offer_id, sid, "ringing")
            tx.tell_agent(agent_id)
        return sid

    def is_answered(self, far_end: Any, offer_id: str, sid: str) -> None:
        """The browser has answered: sound flows, and our webhook is asked what the leg is to hear."""
        [answer] = eventually(
            lambda: [one for one in self.signalling.said("answer") if one["callsid"] == sid]
        )
        far_end.evaluate("sdp => farEnd.answer(sdp)", answer["sdp"])
        what = self._leg.picked_up(offer_id, sid).what
        self.told.append(what)
        if what == JOIN:
            self._caller_comes(offer_id)

    def _caller_comes(self, offer_id: str) -> None:
        with self._world.transactions.begin() as tx:
            row = calls.find(tx.connection, floor.find_offer(tx.connection, offer_id).call_sid)
            calls.save(tx.connection, replace(row, status="talking"), was_turn=row.turn)

    def leg_ends(self, offer_id: str, sid: str) -> None:
        self._leg.status(offer_id, sid, "completed")

    def time_passes(self) -> None:
        self._worker.run_due()


def eventually(look: Any, seconds: float = 8.0) -> Any:
    """The first true answer; the last one when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def sign_in(page: Any, served: Any, agent: str = "desk-1") -> None:
    page.goto(f"{served.url}/desk/")
    page.fill("#agent", agent)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")


def add_browser_agent(world: World, agent_id: str = "desk-1") -> None:
    world.agent(agent_id, phone=phone_of(agent_id))
