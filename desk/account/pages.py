"""The addresses below /desk/account, for agents' own accounts. Plain forms, which work without scripts. An
agent who has to set a password or a second factor first sees only these pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, g, redirect, request
from flask_wtf.csrf import generate_csrf

from desk.screen import Screen
from desk.sessions import ACCOUNT, DESK, UNSETTLED, BrowserSessions
from ivr.service import passwords
from ivr.service.accounts import AccountProblem, AccountService
from ivr.service.own_account import OwnAccount, OwnAccountView

SET_UP = f"{ACCOUNT}/second-factor"
SAID = {
    "password": "The new password is set. Your other browsers are signed out.",
    "session": "That browser is signed out.",
    "gone": "That browser was signed out already.",
    "others": "All your other browsers are signed out.",
    "removed": "The second factor is removed. Your password alone signs you in.",
}
SET = "The second factor is set up. Your other browsers are signed out."
RENEWED = "These are new. The codes that you had before do not count any more."
NOT_THE_SAME = "The two new passwords are not the same."


def account_blueprint(
    browsers: BrowserSessions, screen: Screen, accounts: AccountService, company: str
) -> Blueprint:
    """To be nested into the desk's own blueprint, which guards it."""
    pages = Blueprint(
        "account", __name__, url_prefix="/account", static_folder="static", static_url_path="/static"
    )
    own = OwnAccount(accounts)
    shown = _AccountPages(browsers, screen, own, company)

    @pages.get("")
    @browsers.signed_in_unsettled
    def account() -> str:
        return shown.account(said=SAID.get(request.args.get("said", ""), ""))

    def action(path: str, form: str = "") -> Callable:
        """Register a write. A refusal is shown at `form`, on the page from which it came."""

        def add(view: Callable) -> Callable:
            return pages.post(path)(browsers.signed_in_unsettled(_or_said(view, form, shown)))

        return add

    _add_password(action, browsers, own, shown)
    _add_sessions(action, browsers, own)
    _add_second_factor(pages, action, browsers, own, shown)
    return pages


def _add_password(action: Callable, browsers: BrowserSessions, own: OwnAccount, shown: _AccountPages) -> None:
    @action("/password", "password")
    def change_password() -> Any:
        old, new = _given("old"), _given("new")
        if new != _given("again"):
            raise AccountProblem(NOT_THE_SAME)
        own.change_password(browsers.token, old, new)
        return shown.onward("password")


def _add_sessions(action: Callable, browsers: BrowserSessions, own: OwnAccount) -> None:
    @action("/sessions/<session_id>/end", "sessions")
    def end_session(session_id: str) -> Any:
        if any(one.is_this and one.id == session_id for one in own.view(browsers.token).sessions):
            return browsers.close()
        ended = own.end_session(browsers.token, session_id)
        return redirect(f"{ACCOUNT}?said={'session' if ended else 'gone'}", 303)

    @action("/sessions/end-others", "sessions")
    def end_others() -> Any:
        own.end_other_sessions(browsers.token)
        return redirect(f"{ACCOUNT}?said=others", 303)


def _add_second_factor(
    pages: Blueprint, action: Callable, browsers: BrowserSessions, own: OwnAccount, shown: _AccountPages
) -> None:
    @pages.get("/second-factor")
    @browsers.signed_in_unsettled
    def set_up() -> Any:
        return shown.set_up()

    @action("/second-factor", "second_factor")
    def begin() -> Any:
        own.begin_second_factor(browsers.token, _given("password"))
        return redirect(SET_UP, 303)

    @action("/second-factor/confirm", "code")
    def confirm() -> str:
        return shown.codes(own.confirm_second_factor(browsers.token, _given("code")), SET)

    @action("/second-factor/remove", "remove")
    def remove() -> Any:
        own.end_second_factor(browsers.token, _given("password"))
        return redirect(f"{ACCOUNT}?said=removed", 303)

    @action("/recovery-codes", "recovery_codes")
    def new_codes() -> str:
        return shown.codes(own.new_recovery_codes(browsers.token, _given("password")), RENEWED)


class _AccountPages:
    """Renders the pages of an account."""

    def __init__(self, browsers: BrowserSessions, screen: Screen, own: OwnAccount, company: str) -> None:
        self._browsers, self._screen, self._own, self._company = browsers, screen, own, company

    def account(self, said: str = "", problem: str = "", form: str = "") -> str:
        """Render the account's page; `form` is the one whose `problem` is shown."""
        told = {"said": said, "problem": problem, "form": form, "must": UNSETTLED.get(g.must, "")}
        lengths = {"shortest": passwords.SHORTEST, "longest": passwords.LONGEST}
        return self._page("account.html", account=self._view(), **told, **lengths)

    def set_up(self, problem: str = "") -> Any:
        """Render the QR code for the app, and the field for its first code."""
        wanted = self._own.wanted_second_factor(self._browsers.token)
        if wanted is None:
            return redirect(ACCOUNT, 303)
        return self._page("second_factor.html", account=self._view(), wanted=wanted, problem=problem)

    def codes(self, codes: list[str], said: str) -> str:
        """Render new recovery codes, shown only once."""
        return self._page("recovery_codes.html", account=self._view(), codes=codes, said=said)

    def onward(self, said: str) -> Any:
        """Redirect to the desk after a required set-up when nothing else is required; else to the account."""
        settled = g.must and not self._view().must
        return redirect(DESK if settled else f"{ACCOUNT}?said={said}", 303)

    def refused(self, form: str, problem: str) -> tuple[Any, int]:
        if form != "code":
            return self.account(problem=problem, form=form), 409
        begun = self._own.wanted_second_factor(self._browsers.token) is not None
        return self.set_up(problem) if begun else self.account(problem=problem, form="second_factor"), 409

    def _view(self) -> OwnAccountView:
        return self._own.view(self._browsers.token)

    def _page(self, template: str, **values: Any) -> str:
        return self._screen.page(
            template, csrf=generate_csrf(), company=self._company, agent=g.agent, **values
        )


def _or_said(view: Callable, form: str, shown: _AccountPages) -> Callable:
    """Return the view's answer; or the page again, with the refusal."""

    @wraps(view)
    def done(**names: Any) -> Any:
        try:
            return view(**names)
        except AccountProblem as problem:
            return shown.refused(form, _sentence(str(problem)))

    return done


def _given(name: str) -> str:
    return request.form.get(name, "")


def _sentence(text: str) -> str:
    """Return the text of a problem as a sentence of its own."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
