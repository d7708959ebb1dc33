"""Rings a telephone for a leg that the exchange makes: for the REST API and for Dial."""

from __future__ import annotations

from simulator.network import CallLeg


def place(call: CallLeg, timeout: float) -> None:
    """initiated → ringing → answered by the phone, or busy, no-answer after `timeout` seconds, failed."""
    account = call.account
    if not call.live:
        return
    call.set_status("initiated")
    call.report("initiated")
    account.at(account.clock.time() + account.switches.setup_seconds, lambda: _ring(call, timeout))


def _ring(call: CallLeg, timeout: float) -> None:
    account = call.account
    if not call.live:
        return
    phone = account.phone_at(call.to)
    if phone is None:
        call.end("failed", by="unreachable")
        return
    if phone.busy:
        call.end("busy", by="far end")
        return
    call.set_status("ringing")
    call.report("ringing")
    account.at(account.clock.time() + timeout, lambda: _give_up(call))
    phone.ring(call)


def _give_up(call: CallLeg) -> None:
    if call.started is None:
        call.end("no-answer", by="ring timeout")
