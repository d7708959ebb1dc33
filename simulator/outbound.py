"""Rings a telephone for a leg that the exchange makes: for the REST API and for Dial."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.call import Call


def place(call: Call, timeout: float) -> None:
    """initiated → ringing → answered by the phone, or busy, no-answer after `timeout` seconds, failed."""
    exchange = call.exchange
    if not call.live:
        return
    call.set_status("initiated")
    call.report("initiated")
    exchange.at(exchange.clock.time() + exchange.switches.setup_seconds, lambda: _ring(call, timeout))


def _ring(call: Call, timeout: float) -> None:
    exchange = call.exchange
    if not call.live:
        return
    phone = exchange.phone_at(call.to)
    if phone is None:
        call.end("failed", by="unreachable")
        return
    if phone.busy:
        call.end("busy", by="far end")
        return
    call.set_status("ringing")
    call.report("ringing")
    exchange.at(exchange.clock.time() + timeout, lambda: _give_up(call))
    phone.ring(call)


def _give_up(call: Call) -> None:
    if call.started is None:
        call.end("no-answer", by="ring timeout")
