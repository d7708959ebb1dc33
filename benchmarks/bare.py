"""What a webhook costs at least: Flask, the library's signature check, one row committed, one document.

DATABASE_URL=sqlite:///bare.db gunicorn benchmarks.bare:app
"""

from __future__ import annotations

import os
import time
from typing import Any

from flask import Flask, Response, abort, request
from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, insert
from twilio.request_validator import RequestValidator

from benchmarks.calls import BASE, TOKEN
from ivr.store.database import Database

ANSWER = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Gather input="dtmf"'
    f' action="{BASE}/voice/turn" method="POST" timeout="5"><Say language="en-US">Thank you for calling.'
    f'</Say></Gather><Redirect method="POST">{BASE}/voice/turn</Redirect></Response>'
)
metadata = MetaData()
webhook = Table(
    "webhook",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call_sid", String(64), nullable=False),
    Column("at", Float, nullable=False),
    Column("answer", Text, nullable=False),
)
_insert = insert(webhook)


def make_app(database: Database) -> Flask:
    metadata.create_all(database.engine)
    app = Flask("bare", static_folder=None)
    validator = RequestValidator(TOKEN)

    @app.post("/voice/<path:rest>")
    def answer(rest: str) -> Response:
        if not validator.validate(
            f"{BASE}/voice/{rest}", request.form, request.headers.get("X-Twilio-Signature", "")
        ):
            abort(403)
        with database.write() as unit:
            row = {"call_sid": request.form["CallSid"], "at": time.time(), "answer": ANSWER}
            unit.connection.execute(_insert, row)
        return Response(ANSWER, content_type="text/xml; charset=utf-8")

    @app.get("/healthz")
    def alive() -> dict[str, str]:
        return {"status": "ok"}

    return app


def __getattr__(name: str) -> Any:
    if name != "app":
        raise AttributeError(name)
    globals()["app"] = made = make_app(Database.open(os.environ["DATABASE_URL"]))
    return made
