"""`ivr doctor` in words: why Twilio tells us nothing, and what to do."""

from pathlib import Path

import pytest

from ivr.carrier.base import AMBIGUOUS, GONE, PERMANENT, RETRYABLE, CarrierError
from ivr.cli.doctor import _agents, _unanswered, _voices, examine
from ivr.environment import Environment
from ivr.floor.browser_phone import phone_of
from ivr.flowfiles.settings_file import read_settings
from ivr.service.accounts import AccountService
from ivr.store.database import Database
from ivr.store.migrate import migrate

ROOT = Path(__file__).parents[2]
GOOD = {
    "PUBLIC_URL": "https://calls.example.com",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "IVR_SECRET_KEY": "0123456789abcdef" * 2,
}


@pytest.mark.parametrize(
    ("kind", "message", "code", "what", "remedy"),
    [
        (PERMANENT, "Authenticate", 20003, "does not accept the account SID", "TWILIO_AUTH_TOKEN"),
        (GONE, "not found", 20404, "does not know this account", "TWILIO_ACCOUNT_SID"),
        (RETRYABLE, "no connection: HTTPConnectionPool(…)", None, "cannot be reached at api.twilio", "DNS"),
        (AMBIGUOUS, "no answer: timed out", None, "cannot be reached", "firewall"),
        (RETRYABLE, "Too many requests", 20429, "answers with an error (Too many", "try again"),
    ],
)
def test_why_twilio_tells_us_nothing(kind, message, code, what, remedy):
    found = _unanswered(CarrierError(kind, message, code), Environment.from_mapping(GOOD, serving=True))
    assert what in found.what
    assert remedy in found.remedy
    assert "Pool" not in found.what + found.remedy


def test_another_address_of_the_api_is_suspected_first():
    environment = Environment.from_mapping({**GOOD, "TWILIO_API_BASE": "http://127.0.0.1:9"}, serving=True)
    found = _unanswered(CarrierError(RETRYABLE, "no connection: x"), environment)
    assert "127.0.0.1:9" in found.what
    assert "TWILIO_API_BASE" in found.remedy


def test_a_browser_for_a_phone_needs_an_api_key(tmp_path):
    url = f"sqlite:///{tmp_path / 'doctor.db'}"
    database = Database.open(url)
    migrate(database)
    accounts = AccountService(database, float)
    accounts.add("desk-1", "Desk one", "+15550002001", ["support"])
    settings = read_settings("company: C\nnumbers: {'+15550001000': main}\nqueues: {support: {}}")

    def bad(**more: str) -> list[str]:
        environment = Environment.from_mapping({**GOOD, "DATABASE_URL": url, **more}, serving=True)
        return [found.what for found in _agents(environment, settings) if found.state == "bad"]

    assert bad() == []
    accounts.set_phone("desk-1", phone_of("desk-1"))
    [said] = bad()
    assert said.startswith("TWILIO_API_KEY and TWILIO_API_SECRET are not set") and said.endswith("desk-1")
    assert bad(TWILIO_API_KEY="SK1", TWILIO_API_SECRET="secret") == []
    database.close()


@pytest.mark.parametrize(
    ("more", "config", "says"),
    [
        ({}, "reports: {alerts: {mail: [floor@example.com]}}", "SMTP_HOST is not set"),
        ({}, 'reports: {alerts: {webhook: "https://board.example.com/x"}}', "ALERT_WEBHOOK_SECRET is not"),
        ({"SMTP_HOST": "mail.example.com"}, "", "SMTP_FROM is not set"),
        ({}, "sources: {o: {sql: {url: ORDERS_DB, query: select 1 as n}}}", "ORDERS_DB is not set"),
    ],
)
def test_doctor_asks_what_the_start_asks(tmp_path, monkeypatch, more, config, says):
    (tmp_path / "flows").mkdir()
    flow = "flow: main\nhuman: support\nstart: a\nsteps: {a: {queue: support}}\n"
    (tmp_path / "flows" / "main.yaml").write_text(flow)
    head = "company: C\nnumbers: {'+15550001000': main}\nqueues: {support: {}}\n"
    (tmp_path / "config.yaml").write_text(head + config)
    for name in ("SMTP_HOST", "SMTP_FROM", "ALERT_WEBHOOK_SECRET", "ORDERS_DB"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**GOOD, "IVR_CONFIG": str(tmp_path / "config.yaml"), **more}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'x.db'}")
    [found, *_] = examine()
    assert (found.state, says in found.remedy) == ("bad", True), found


def test_a_database_of_a_newer_version_is_bad(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'x.db'}"
    database = Database.open(url)
    migrate(database)
    with database.write() as unit:
        unit.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    for name, value in {**GOOD, "IVR_CONFIG": str(ROOT / "config.yaml"), "DATABASE_URL": url}.items():
        monkeypatch.setenv(name, value)
    [found, *_] = examine()
    assert found.state == "bad" and "version 9999" in found.remedy, found


@pytest.mark.parametrize(
    ("languages", "states"),
    [
        ("languages: [en-US, de-DE]", []),
        ("languages: [en-US, es-AR]", ["bad"]),
        ("languages: [en-US, es-AR]\nvoices: {es-AR: Polly.Nobody}", ["doubtful"]),
        ("languages: [en-US]\nvoices: {en-US: Polly.Hans}", ["doubtful"]),
    ],
)
def test_a_language_that_twilio_cannot_speak_is_named(languages, states):
    head = "company: C\nnumbers: {'+15550001000': main}\nqueues: {support: {}}\n"
    found = list(_voices(read_settings(head + languages)))
    assert [finding.state for finding in found] == states
    assert all("config.yaml" in finding.remedy for finding in found)
