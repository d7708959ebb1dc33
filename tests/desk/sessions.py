"""The session of a caller who went through a few steps, for tests of the desk."""

from __future__ import annotations

from typing import Any

START = 1_790_000_000.0
STEPS = ("welcome", "department", "tell_order", "@person:billing")


def a_session(sid: str, queue: str) -> dict[str, Any]:
    session = {
        "call": {
            "sid": sid, "caller": "+14155550123", "dialled": "+15550001000", "caller_raw": "+14155550123",
            "name": "", "attested": "B",
        },
        "revision": "r1", "language": "en-US", "frames": [{"flow": "main", "step": "billing"}],
        "variables": {"order_number": "123456", "pin": "9911",
            "order": {"sent_on": "2026-03-01", "status": "sent"},
        },
        "scratch": {}, "status": "waiting", "queue": queue, "wanted_person": True, "faults": 0,
        "path": [{"flow": "main", "step": step, "at": START} for step in STEPS],
        "inputs": [
            {"at": START, "step": "department", "kind": "keys", "value": "1", "understood": True},
            {"at": START, "step": "order", "kind": "speech", "value": "where is my parcel",
             "understood": True},
            {"at": START, "step": "pin", "kind": "keys", "value": "9911", "understood": False},
        ],
    }  # fmt: skip
    return {"session": session, "customer": {}, "heard": []}
