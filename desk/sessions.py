"""The agent that a browser belongs to: the cookie, signing in and out."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from flask import Response, current_app, g, redirect, request, session
from itsdangerous import BadSignature, URLSafeTimedSerializer

from desk.security_headers import is_https
from ivr.service.accounts import (
    ABSOLUTE_S,
    CHANGE_PASSWORD,
    SET_SECOND_FACTOR,
    AccountService,
    AccountSession,
)
from ivr.service.agents import AgentService

DESK, ACCOUNT, CODE = "/desk/", "/desk/account", "/desk/sign-in/code"
# One of our own pages only: no host, no backslash, no second slash that a browser would take for one.
OURS = re.compile(r"(?:/[A-Za-z0-9_-]+)+/?(?:\?[\w.~%&=+-]*)?", re.ASCII)
LONGEST_ADDRESS = 500
# How long a browser in which an agent signed in takes precedence over unknown ones, and for how many agents.
DEVICE_S, AGENTS_OF_A_DEVICE = 180 * 86400, 12
UNSETTLED = {
    CHANGE_PASSWORD: "Please set a password of your own first.",
    SET_SECOND_FACTOR: "Please set up the second factor first.",
}


def is_ours(address: str) -> bool:
    """Return whether a browser may be sent there after signing in. An open redirect would lend our name to
    others."""
    return len(address) <= LONGEST_ADDRESS and OURS.fullmatch(address) is not None


def sign_in_from(address: str) -> str:
    """Return the sign-in page, which leads back to `address`."""
    back = address != DESK and is_ours(address)
    return f"/desk/sign-in?next={quote(address, safe='/')}" if back else "/desk/sign-in"


class BrowserSessions:
    """Sessions of browsers. The cookie holds a random token; its meaning is in the database, and can be
    revoked."""

    def __init__(self, accounts: AccountService, agents: AgentService, public_url: str) -> None:
        self._accounts = accounts
        self._agents = agents
        self._secure = is_https(public_url)
        self._cookie = "__Host-desk" if self._secure else "desk"
        self._device_cookie = "__Host-device" if self._secure else "device"

    @property
    def token(self) -> str:
        return request.cookies.get(self._cookie, "")

    def agent(self, used: bool = True) -> str | None:
        """Return the id of the agent this browser is signed in as, or None."""
        found = self._settled(self.token, used)
        return found.agent_id if found else None

    def signed_in_as(self) -> str | None:
        """Return the id of the signed-in agent, even of one who has to do something first; else None."""
        found = self._accounts.session(self.token, used=False)
        return found.agent_id if found else None

    def role(self) -> str | None:
        """Return the role of the signed-in agent, also as `g.role`; None without one."""
        g.role = self.role_of(self.token)
        return g.role or None

    def role_of(self, token: str) -> str:
        """Return the role behind a token, "" once its session is over. For streams, outside any request."""
        found = self._settled(token, used=False)
        return found.role if found else ""

    def still(self, token: str) -> bool:
        """Return whether this token's session is open. For streams, outside any request."""
        return self._settled(token, used=False) is not None

    def _settled(self, token: str, used: bool) -> AccountSession | None:
        """Return a session whose agent has nothing to do first. One that has is valid for the account's page
        only."""
        found = self._accounts.session(token, used=used)
        return found if found is not None and not found.must else None

    def signed_in(self, view: Callable[..., Any], unsettled: bool = False) -> Callable[..., Any]:
        """Protect views of an agent: `g.agent` is their id, `g.role` their role. Without one, pages redirect
        to the sign-in page and other requests are a 401. An agent who has to set a password or a second
        factor first is redirected to the account's page, whose views are `unsettled`: there `g.must` says
        what is to be done.
        """

        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            found = self._accounts.session(self.token)
            g.agent, g.role, g.must = (found.agent_id, found.role, found.must) if found else (None, "", "")
            a_page = request.method == "GET" and request.accept_mimetypes.accept_html
            if g.agent is None:
                if a_page:
                    return redirect(sign_in_from(request.full_path.rstrip("?")), 303)
                return {"message": "You are signed out. Please sign in again."}, 401
            if g.must and not unsettled:
                return redirect(ACCOUNT, 303) if a_page else ({"message": UNSETTLED[g.must]}, 403)
            return view(*args, **kwargs)

        return guarded

    def signed_in_unsettled(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Protect the views of the account's page like `signed_in`."""
        return self.signed_in(view, unsettled=True)

    def open(self, agent_id: str, password: str, onward: str = "") -> Response:
        """Sign in, to a new session each time: one that was planted before is worthless. Then redirect to the
        requested page, if it is one of ours, or to the one that asks for a code. Raises SignInRefused."""
        device, browser = self._device_of(agent_id.strip()), request.headers.get("User-Agent", "")
        token = self._accounts.sign_in(agent_id, password, request.remote_addr or "", device, browser)
        self._accounts.sign_out(self.token)
        session.clear()
        onward = onward if is_ours(onward) else DESK
        if self._accounts.wants_code(token):
            answer = redirect(f"{CODE}?next={quote(onward, safe='/')}", 303)
            self._set_cookie(answer, token)
            return answer
        return self._opened(token, onward)

    def give_code(self, code: str, onward: str = "") -> Response:
        """Complete the second step of a sign-in. Raises SignInRefused."""
        waiting = self._accounts.device_of(self.token)
        known = waiting is not None and self._device_of(waiting[0]) == waiting[1]
        token = self._accounts.give_code(self.token, code, known)
        return self._opened(token, onward if is_ours(onward) else DESK)

    def wants_code(self) -> bool:
        """Return whether this browser has given a password and still has to give a code."""
        return self._accounts.wants_code(self.token)

    def _opened(self, token: str, onward: str) -> Response:
        agent_id, device = self._accounts.device_of(token) or ("", "")
        if agent_id:  # else the session was ended in this very instant
            self._agents.sign_in(agent_id)
        answer = redirect(onward, 303)
        self._set_cookie(answer, token)
        known = {**self._devices(), agent_id: device}
        newest = dict(list(known.items())[-AGENTS_OF_A_DEVICE:])
        self._set_cookie(answer, self._devices_signer().dumps(newest), self._device_cookie, DEVICE_S)
        return answer

    def _set_cookie(self, answer: Response, value: str, name: str = "", lasts: float = ABSOLUTE_S) -> None:
        kept = {"secure": self._secure, "httponly": True, "samesite": "Lax", "path": "/"}
        answer.set_cookie(name or self._cookie, value, max_age=int(lasts), **kept)

    # Known devices: a signed cookie lists the agents who have signed in here before, and opens nothing by
    # itself.

    def _device_of(self, agent_id: str) -> str:
        """Return the browser's mark for an agent who has signed in here before; else ""."""
        return self._devices().get(agent_id, "")

    def _devices(self) -> dict[str, str]:
        try:
            found = self._devices_signer().loads(request.cookies.get(self._device_cookie, ""), DEVICE_S)
        except BadSignature:
            return {}
        return found if isinstance(found, dict) else {}

    @staticmethod
    def _devices_signer() -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(current_app.secret_key, salt="known device")

    def close(self) -> Response:
        """Sign this browser out. The agent stops being offered calls if it was the last one."""
        agent = self.signed_in_as()
        self._accounts.sign_out(self.token)
        session.clear()
        if agent is not None:
            self.left(agent)
        answer = redirect("/desk/sign-in", 303)
        answer.delete_cookie(self._cookie, secure=self._secure, httponly=True, samesite="Lax", path="/")
        answer.headers["Clear-Site-Data"] = '"storage"'  # notes not sent, on a machine that others share
        return answer

    def left(self, agent_id: str) -> None:
        """Handle that a browser of this agent is gone: no caller may ring an agent who sees no card."""
        if self._accounts.other_sessions(agent_id) == 0:
            self._agents.sign_out(agent_id)
