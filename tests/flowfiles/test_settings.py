"""Settings and environment: defaults, positions of problems, and one sentence for a wrong variable."""

from pathlib import Path

import pytest

from ivr.flowfiles.settings_file import load_settings, read_settings
from ivr.settings import Environment, EnvironmentProblem, SettingsProblems

SMALL = 'company: Northwind\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'
GOOD = {
    "PUBLIC_URL": "https://calls.example.com/ivr/",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "IVR_SECRET_KEY": "0123456789abcdef" * 2,
}


def test_defaults():
    settings = read_settings(SMALL)
    queue = settings.queues["support"]
    assert (settings.country, settings.languages, settings.flows_folder) == ("US", ["en-US"], "flows")
    assert settings.caller_id == "+15550001000"
    assert (queue.ring_seconds, queue.wrap_up_seconds, queue.max_wait_minutes) == (20, 30, 30)
    assert (queue.music, queue.announce_every, queue.expected_handle_seconds) == (["music/waiting"], 30, 240)
    assert (queue.goal.answered_within, queue.goal.share) == (20, 0.8)
    assert settings.limits.rest_calls_per_second == 1


def test_titles_by_language():
    settings = read_settings(
        SMALL.replace("{}", "{title: Help}").replace("queues", "languages: [en-US, de-DE]\nqueues")
    )
    assert settings.queues["support"].titles(settings.languages) == {"en-US": "Help", "de-DE": "Help"}
    assert read_settings(SMALL).queues["support"].titles(["en-US"]) == {}


def test_calendars_keep_the_companys_time():
    calendars = "calendars: {a: {hours: {mon: 24h}}, b: {hours: {mon: 24h}, zone: Asia/Tokyo}}\n"
    settings = read_settings(SMALL + "timezone: Europe/Madrid\n" + calendars)
    assert [settings.calendars[name].zone for name in "ab"] == ["Europe/Madrid", "Asia/Tokyo"]


def test_a_file(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(SMALL)
    settings = load_settings(None, {"IVR_CONFIG": str(path)})
    assert settings.flows_path == tmp_path / "flows"
    with pytest.raises(SettingsProblems, match="there is no such file"):
        load_settings(tmp_path / "other.yaml")


def test_environment():
    environment = Environment.from_mapping(GOOD, serving=True)
    assert environment.public_url == "https://calls.example.com/ivr"
    assert environment.twilio_api_base == "https://api.twilio.com"
    assert environment.database_url == f"sqlite:///{Path.cwd() / 'var' / 'presszero.db'}"
    assert "token" not in repr(environment)
    assert "0123456789abcdef" * 2 not in repr(environment)


def test_the_database_stands_beside_the_settings(tmp_path):
    environment = Environment.from_mapping({"IVR_CONFIG": str(tmp_path / "config.yaml")})
    assert environment.database_url == f"sqlite:///{tmp_path / 'var' / 'presszero.db'}"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_to_by_psycopg(scheme):
    environment = Environment.from_mapping({"DATABASE_URL": f"{scheme}://db/ivr"})
    assert environment.database_url == "postgresql+psycopg://db/ivr"


@pytest.mark.parametrize("name", GOOD)
def test_a_server_needs_them_all(name):
    with pytest.raises(EnvironmentProblem, match=name):
        Environment.from_mapping({**GOOD, name: " "}, serving=True)
    Environment.from_mapping({**GOOD, name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "calls.example.com"),
        ("PUBLIC_URL", "https://calls.example.com/?a=b"),
        ("PUBLIC_URL", "https://user:pass@calls.example.com"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://calls.example.com:port"),
        ("PUBLIC_URL", "https://calls example.com"),
        ("PUBLIC_URL", "ftp://calls.example.com"),
        ("DATABASE_URL", "mysql://db"),
        ("TWILIO_ACCOUNT_SID", "SK123"),
        ("TWILIO_API_BASE", "twilio"),
    ],
)
def test_a_wrong_variable_is_one_sentence_that_names_it(name, value):
    with pytest.raises(EnvironmentProblem) as caught:
        Environment.from_mapping({**GOOD, name: value})
    sentence = str(caught.value)
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:80", "http://ivr.test"]
)
def test_plain_http_is_for_tests(url):
    assert Environment.from_mapping({"PUBLIC_URL": url}).public_url == url


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("exceptions: [2026-12-25]", "write 2026-12-25: closed, each day on a line"),
        ("exceptions: 2026-12-25", "write 2026-12-25: closed, each day on a line"),
        ("holidays: [2026-12-25]", "single days go under 'exceptions'"),
    ],
)
def test_single_days_are_told_where_to_go(written, says):
    text = (
        'company: N\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'
        f"calendars:\n  shop:\n    hours: {{mon-fri: 08:00-18:00}}\n    {written}\n"
    )
    with pytest.raises(SettingsProblems) as found:
        read_settings(text)
    assert says in str(found.value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("IVR_SECRET_KEY", "x", "32 characters"),
        ("IVR_SECRET_KEY", "0123456789abcdef" * 2 + "", ""),
        ("IVR_SECRET_KEY", "0123456789abcdef0123456789abcde", "32 characters"),
        ("IVR_SECRET_KEY", "abc" * 20, "10 of them different"),
        ("PUBLIC_URL", "http://calls.example.com", "https://"),
        ("PUBLIC_URL", "http://93.184.216.34", "https://"),
        ("PUBLIC_URL", "http://[2606:2800:220:1::1]/", "https://"),
        ("PUBLIC_URL", "https://my_line.example.com", "underscore"),
        ("PUBLIC_URL", "http://127.0.0.1:8000", ""),
        ("PUBLIC_URL", "http://192.168.1.20:8000", ""),
        ("PUBLIC_URL", "http://localhost:8000", ""),
        ("PUBLIC_URL", "http://pbx.lan", ""),
        ("PUBLIC_URL", "https://calls.example.com", ""),
    ],
)
def test_what_no_server_starts_with(name, value, words):
    given = {**GOOD, name: value}
    if words != "underscore":
        Environment.from_mapping(given)  # commands that serve nothing do not care
    if not words:
        Environment.from_mapping(given, serving=True)
        return
    with pytest.raises(EnvironmentProblem, match=words) as refused:
        Environment.from_mapping(given, serving=True)
    assert name == "PUBLIC_URL" or len(value) < 9 or value not in str(refused.value)
