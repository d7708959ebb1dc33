"""The pages that people were refused: who wanted what is in the journal, without what was typed there."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.service.roles import ROLES
from ivr.store.database import DatabaseUnavailable
from ivr.store.tables import journal
from tests.desk.conftest import PASSWORD, Browser
from tests.service.houses import ROOT


@pytest.fixture
def line(tmp_path):
    settings = load_settings(ROOT / "config.yaml", {})
    simulated = SimulatedLine(settings, f"sqlite:///{tmp_path / 'refused.db'}")
    for number, role in enumerate(ROLES):
        simulated.line.accounts.add(role, role, f"+155500021{number:02}", ["support"], PASSWORD, role)
    yield simulated
    simulated.close()


@pytest.fixture
def browser(line):
    def signed_in(role: str) -> Browser:
        page = Browser(line.line.app)
        page.sign_in(role)
        return page

    return signed_in


def refusals(line) -> list[tuple[str, str, str]]:
    with line.database.read() as connection:
        rows = connection.execute(select(journal).where(journal.c.kind == "page_refused"))
        return [(row.agent_id, row.body["method"], row.body["rule"]) for row in rows]


def test_each_refused_page_is_written_down_by_its_rule(line, browser):
    agent = browser("agent")
    reads = ("/supervisor/", "/reports/contacts?words=secret", "/supervisor/calls/CA-of-somebody/why")
    for path in reads:
        assert agent.get(path).status_code == 403
    assert agent.post("/flows/notices", {"text": "closed"}).status_code == 403
    assert refusals(line) == [
        ("agent", "GET", "/supervisor/"),
        ("agent", "GET", "/reports/contacts"),
        ("agent", "GET", "/supervisor/calls/<sid>/why"),
        ("agent", "POST", "/flows/notices"),
    ]
    with line.database.read() as connection:
        bodies = str(connection.execute(select(journal.c.body)).scalars().all())
    assert "secret" not in bodies and "CA-of-somebody" not in bodies


def test_the_same_is_written_down_once_in_ten_minutes_for_each_of_us(line, browser):
    agent, editor = browser("agent"), browser("editor")
    for one in (agent, agent, editor, agent):
        one.get("/supervisor/now")
    for sid in ("CA1", "CA2"):
        agent.get(f"/supervisor/calls/{sid}/why")
    now, why = "/supervisor/now", "/supervisor/calls/<sid>/why"
    assert [(who, rule) for who, _, rule in refusals(line)] == [
        ("agent", now), ("editor", now), ("agent", why),
    ]  # fmt: skip
    line.clock.advance_to(line.clock.time() + 599)
    agent.get("/supervisor/now")
    assert len(refusals(line)) == 3
    line.clock.advance_to(line.clock.time() + 2)
    agent.get("/supervisor/now")
    assert len(refusals(line)) == 4


def test_a_write_from_another_site_and_one_before_the_password_is_changed_are_refusals_too(line, browser):
    agent = browser("agent")
    agent.post("/desk/here", Origin="https://elsewhere.example")
    line.line.accounts.set_password("agent", PASSWORD + "2", must_change=True)
    agent.sign_in("agent", PASSWORD + "2")
    agent.read_token("/desk/account")
    assert agent.post("/desk/away").status_code == 403
    assert {"/desk/here", "/desk/away"} <= {rule for _, _, rule in refusals(line)}


def test_strangers_open_areas_and_other_answers_write_nothing(line, browser):
    agent, boss = browser("agent"), browser("supervisor")
    stranger = Browser(line.line.app)
    stranger.get("/supervisor/"), stranger.post("/desk/here"), stranger.post("/voice/incoming")
    agent.post("/voice/incoming"), agent.get("/recordings/RE1/1/no.wav"), agent.get("/supervisor/none/at/all")
    (
        agent.get("/desk/file/CA1"),
        agent.post("/supervisor/now"),
        agent.post("/desk/sign-in", Origin="https://x.example"),
    )
    boss.get("/supervisor/"), boss.get("/reports/contacts")
    assert refusals(line) == []


def test_a_refusal_stays_one_when_the_database_cannot_be_written(line, browser, monkeypatch, caplog):
    agent = browser("agent")

    def away(*_lines):
        raise DatabaseUnavailable("away")

    with monkeypatch.context() as broken:
        broken.setattr("ivr.store.journal.write", away)
        assert agent.get("/supervisor/").status_code == 403
    assert "not in the journal" in caplog.text and refusals(line) == []
    agent.get("/supervisor/")
    assert len(refusals(line)) == 1
