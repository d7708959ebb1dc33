"""Which agent a browser belongs to: the cookie, signing in and out."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from flask import Response, g, redirect, request, session

from desk.guard import is_https
from ivr.service.accounts import ABSOLUTE_S, AccountService

DESK = "/desk/"
# A page of ours and nothing else: no host, no backslash, no second slash that a browser would take for one.
OURS = re.compile(r"(?:/[A-Za-z0-9_-]+)+/?(?:\?[\w.~%&=+-]*)?", re.ASCII)
LONGEST_ADDRESS = 500


def is_ours(address: str) -> bool:
    """Whether a browser may be sent there after signing in. An open redirect would lend others our name."""
    return len(address) <= LONGEST_ADDRESS and OURS.fullmatch(address) is not None


def sign_in_from(address: str) -> str:
    """The sign-in page, which leads back to `address`."""
    back = address != DESK and is_ours(address)
    return f"/desk/sign-in?next={quote(address, safe='/')}" if back else "/desk/sign-in"


class Browsers:
    """The cookie holds a random token; what it means is in the database, and can be taken back."""

    def __init__(self, accounts: AccountService, agents: Any, public_url: str) -> None:
        self._accounts = accounts
        self._agents = agents
        self._secure = is_https(public_url)
        self._cookie = "__Host-desk" if self._secure else "desk"

    @property
    def token(self) -> str:
        return request.cookies.get(self._cookie, "")

    def agent(self, used: bool = True) -> str | None:
        """The id of the agent this browser is signed in as, or None."""
        found = self._accounts.session(self.token, used=used)
        return found.agent_id if found else None

    def role(self) -> str | None:
        """The role of whoever is signed in here, also as `g.role`; None without anybody."""
        g.role = self.role_of(self.token)
        return g.role or None

    def role_of(self, token: str) -> str:
        """The role behind a token, "" once its session is over. Asked by streams, outside any request."""
        found = self._accounts.session(token, used=False)
        return found.role if found else ""

    def still(self, token: str) -> bool:
        """Is this token's session open? Asked by streams, outside any request."""
        return self._accounts.session(token, used=False) is not None

    def signed_in(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """For views of an agent: `g.agent` is their id, `g.role` their role. Without one, pages lead to the
        sign-in page and all else is a 401."""

        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            found = self._accounts.session(self.token)
            g.agent, g.role = (found.agent_id, found.role) if found else (None, "")
            if g.agent is not None:
                return view(*args, **kwargs)
            if request.method == "GET" and request.accept_mimetypes.accept_html:
                return redirect(sign_in_from(request.full_path.rstrip("?")), 303)
            return {"message": "You are signed out. Please sign in again."}, 401

        return guarded

    def open(self, agent_id: str, password: str, address: str, onward: str = "") -> Response:
        """Sign in, to a new session each time: one that was planted before is worth nothing. Then to the page
        that was asked for, when it is one of ours. Raises SignInRefused."""
        token = self._accounts.sign_in(agent_id, password, address)
        self._accounts.sign_out(self.token)
        session.clear()
        self._agents.sign_in(self._accounts.session(token).agent_id)
        answer = redirect(onward if is_ours(onward) else DESK, 303)
        answer.set_cookie(
            self._cookie,
            token,
            max_age=int(ABSOLUTE_S),
            secure=self._secure,
            httponly=True,
            samesite="Lax",
            path="/",
        )
        return answer

    def close(self) -> Response:
        """Sign this browser out. The agent stops being offered calls when it was the last one."""
        agent_id = self.agent(used=False)
        self._accounts.sign_out(self.token)
        session.clear()
        if agent_id:
            self.left(agent_id)
        answer = redirect("/desk/sign-in", 303)
        answer.delete_cookie(self._cookie, secure=self._secure, httponly=True, samesite="Lax", path="/")
        return answer

    def left(self, agent_id: str) -> None:
        """A browser of this agent is gone. No caller shall ring for somebody who sees no card."""
        if self._accounts.other_sessions(agent_id) == 0:
            self._agents.sign_out(agent_id)
