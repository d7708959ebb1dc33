"""The line in this process, without a web server: a signed post goes straight into the real WSGI app."""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask

from benchmarks.calls import ACCOUNT, BASE, TOKEN, PaperCall, Post
from ivr.application import Application, build
from ivr.environment import Environment
from ivr.flowfiles.settings_file import load_settings

ROOT = Path(__file__).parents[1]
CONFIG = """
company: Bench
country: US
timezone: America/New_York
languages: [en-US, es-US]
numbers: {"+15550001000": main}
caller_id: "+15550001000"
calendars: {office: {hours: {mon-sun: 00:00-24:00}}, billing_office: {hours: {mon-sun: 00:00-24:00}}}
queues:
  support: {title: {en-US: customer support, es-US: soporte}, calendar: office}
  billing: {title: {en-US: billing, es-US: pagos}, calendar: billing_office}
limits: {rest_calls_per_second: 50}
"""


def house(folder: Path, main: str | None = None) -> Path:
    """A config.yaml with the sample flows, or with one flow of which `main` is the text; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "config.yaml"
    config.write_text(CONFIG, encoding="utf-8")
    flows = folder / "flows"
    if main is None:
        shutil.copytree(ROOT / "flows", flows, ignore=shutil.ignore_patterns("scenarios"))
    else:
        flows.mkdir()
        (flows / "main.yaml").write_text(main, encoding="utf-8")
        shutil.copytree(ROOT / "flows" / "audio", flows / "audio")
    return config


def opened(config: Path, clock: Callable[[], float] = time.time) -> Application:
    """The whole line on a SQLite file beside the settings. Its worker is not started."""
    environment = Environment(
        database_url=f"sqlite:///{config.parent / 'line.db'}",
        config=config,
        public_url=BASE,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        secret_key="nobody-signs-in-here-0123456789abc",
    )
    return build(load_settings(config, {}), environment, clock=clock)


def timed(
    app: Flask, calls: Iterable[PaperCall], clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Play the calls one after the other; seconds of each webhook. Signing is not in them."""
    took = []
    for call in calls:
        while (post := call.next()) is not None:
            asked = _environ(post)
            begun = clock()
            body = b"".join(app(asked, _must_succeed))
            took.append(clock() - begun)
            call.answered(body)
    return took


def ticked(app: Flask, call: PaperCall, clock: Callable[[], float]) -> float:
    """One turn of the hold loop: the music ran out and nobody pressed a key."""
    asked = _environ(call.press(None))
    begun = clock()
    body = b"".join(app(asked, _must_succeed))
    took = clock() - begun
    call.answered(body)
    return took


def _must_succeed(status: str, _headers: Any, _exc: Any = None) -> None:
    if not status.startswith("2"):
        raise RuntimeError(status)


def _environ(post: Post) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": post.path,
        "RAW_URI": post.path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_USER_AGENT": "TwilioProxy/1.1",
        "HTTP_X_TWILIO_SIGNATURE": post.signature,
        "CONTENT_TYPE": "application/x-www-form-urlencoded; charset=UTF-8",
        "CONTENT_LENGTH": str(len(post.body)),
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(post.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
