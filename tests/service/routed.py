"""Lines whose callers go straight to a queue, and what to ask them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import insert

from ivr.flowfiles.settings_file import load_settings
from ivr.service.explanations import ExplanationService
from ivr.store.tables import queued_call
from tests.service.houses import HEAD, ROOT

FLOW = HEAD.format(start="support") + "  support: {queue: support}\n"


def a_house(folder: Path, queues: str, flow: str = FLOW):
    shutil.copytree(ROOT / "flows" / "audio", folder / "flows" / "audio", dirs_exist_ok=True)
    (folder / "flows" / "main.yaml").write_text(flow)
    config = f'company: N\nnumbers: {{"+15550001000": main}}\nqueues: {{{queues}}}\n'
    (folder / "config.yaml").write_text(config)
    return load_settings(folder / "config.yaml", {})


@pytest.fixture
def house(rehearse, tmp_path):
    """Makes a line with these queues whose callers go straight to support."""
    return lambda queues, **more: rehearse(a_house(tmp_path, queues, **more))


def rung(line, *phones, within=3.0):
    line.account.run_until(lambda: any(phone.ringing for phone in phones), within)
    return [phone.ringing for phone in phones]


def sentences(line, *, call="", agent=""):
    explaining = ExplanationService(line.database, line.clock.time, line.settings)
    return (explaining.call(call) if call else explaining.agent(agent))["sentences"]


def crowd(line, number, *, skills=None, queue="support", before=3600.0, prefix="crowd"):
    """So many callers in line, from an hour ago on, without telephones."""
    now = line.clock.time()
    rows = [
        {
            "id": f"{prefix}-{i:05}",
            "call_sid": f"CA{prefix}{i:05}",
            "queue": queue,
            "priority": 0,
            "entered_at": now - before + i / number,
            "rank_at": now - before + i / number,
            "state": "waiting",
            "since": now - before,
            "kind": "live",
            "skills": skills,
        }
        for i in range(number)
    ]
    with line.database.write() as unit:
        unit.connection.execute(insert(queued_call), rows)
