"""Lines with flows of a test's own, and what can be read of them afterwards."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import select

from ivr.engine.events import LookedUp
from ivr.flowfiles.settings_file import load_settings
from ivr.settings import Settings
from ivr.store import calls
from ivr.store.tables import contact
from ivr.store.tables import journal as lines

ROOT = Path(__file__).parents[2]
HEAD = "flow: main\ntitle: T\nlanguages: [en-US]\nhuman: support\nstart: {start}\nsteps:\n"


class Sources:
    """Stands in for what is outside. `says` is what comes back; `before` runs while the caller waits."""

    def __init__(self) -> None:
        self.says: object = LookedUp("found", {"state": "sent"})
        self.asked: list[object] = []
        self.before = lambda: None

    def deadline(self, _effect: object) -> float:
        return 2.5

    def __call__(self, effect: object, sid: str = "") -> object:
        self.asked.append(effect)
        self.before()
        return self.says


class Died(BaseException):
    """The process is gone: nothing after this line runs."""


def row_of(line, caller):
    with line.database.read() as connection:
        return calls.find(connection, caller.sid)


def journal(line, kind: str) -> list[dict]:
    with line.database.read() as connection:
        return [
            found.body
            for found in connection.execute(
                select(lines.c.body).where(lines.c.kind == kind).order_by(lines.c.id)
            )
        ]


def form_of(caller, **more: str) -> dict[str, str]:
    return {"CallSid": caller.sid, "From": "+14155550123", "To": "+15550001000", **more}


def contacts(line, channel: str) -> list[tuple[str, str, str]]:
    with line.database.read() as connection:
        found = connection.execute(select(contact).where(contact.c.channel == channel).order_by(contact.c.id))
        return [(one.number, one.summary, one.outcome) for one in found]


def settings_of(folder: Path, steps: str) -> Settings:
    """Settings in this folder whose main flow has these steps."""
    start = steps.split(":")[0].strip()
    shutil.copytree(ROOT / "flows" / "audio", folder / "flows" / "audio", dirs_exist_ok=True)
    body = "".join(f"  {line}\n" for line in steps.strip().splitlines())
    (folder / "flows" / "main.yaml").write_text(HEAD.format(start=start) + body)
    config = 'company: N\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'
    config += 'sources: {orders: {http: {url: "https://shop.example.com/{number}"}}}\n'
    (folder / "config.yaml").write_text(config)
    return load_settings(folder / "config.yaml", {})
