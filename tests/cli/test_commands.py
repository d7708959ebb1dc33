"""The commands as an operator types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli import COMMANDS, ivr

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path):
    environ = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'line.db'}",
        "IVR_CONFIG": str(ROOT / "config.yaml"),
        "PUBLIC_URL": "",
        "IVR_SECRET_KEY": "",
    }

    def run(*arguments: str, typed: str = "", **more: str):
        return CliRunner().invoke(ivr, arguments, input=typed, env={**environ, **more})

    return run


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(run, name):
    done = run(name, "--help")
    assert done.exit_code == 0, done.output
    assert "Usage:" in done.output


def test_agents_are_added_set_and_listed(run):
    done = run(
        *("agents", "add", "desk-1", "--name", "Desk one", "--phone", "+15550002001"),
        *("--queues", "support,billing", "--password", "-"),
        typed="a-long-password\n",
    )
    assert done.exit_code == 0, done.output
    assert run("agents", "set", "desk-1", "available").output == "desk-1 is available\n"
    assert run("agents", "set", "desk-1", "away", "--reason", "lunch").output == "desk-1 is away\n"
    rows = json.loads(run("agents", "list", "--json").output)
    assert rows == [
        {
            "id": "desk-1",
            "name": "Desk one",
            "phone": "+15550002001",
            "role": "agent",
            "queues": ["billing", "support"],
            "state": "away",
            "disabled": False,
            "has_password": True,
            "has_second_factor": False,
            "must_change_password": False,
            "levels": {"billing": 1, "support": 1},
            "skills": {},
        }
    ]


def test_an_agents_pages_are_ended_and_a_lost_telephone_is_helped(run):
    given = ("--queues", "support", "--password", "violet ladder ox")
    run("agents", "add", "desk-1", "--phone", "+15550002001", *given)
    out = run("agents", "sign-out", "desk-1")
    assert out.exit_code == 0 and out.output == "0 browsers were signed out\ndesk-1 is signed out\n"
    assert run("agents", "second-factor", "desk-1", "--remove").exit_code == 0
    for command in (("sign-out", "nobody"), ("second-factor", "nobody", "--remove")):
        refused = run("agents", *command)
        assert refused.exit_code == 1 and "no agent 'nobody'" in refused.output


def test_an_easy_password_is_refused_in_words(run):
    add = ("agents", "add", "desk-1", "--phone", "+15550002001", "--queues", "support", "--password")
    for easy in ("password", "desk-1desk-1", "        "):
        refused = run(*add, easy)
        assert refused.exit_code == 1 and "this password" in refused.output


def test_agents_have_levels_in_queues_and_skills(run):
    desk_1 = ("agents", "add", "desk-1", "--phone", "+15550002001")
    done = run(*desk_1, "--queues", "support:1, billing:2", "--skills", "german:2,refunds")
    assert done.exit_code == 0, done.output
    (row,) = json.loads(run("agents", "list", "--json").output)
    assert (row["queues"], row["levels"]) == (["billing", "support"], {"billing": 2, "support": 1})
    assert row["skills"] == {"german": 2, "refunds": 1}
    listed = run("agents", "list").output
    assert "billing:2, support" in listed and "[german:2, refunds]" in listed
    said = run("agents", "set", "desk-1", "--skills", "", "--queues", "support:3").output
    assert said == "desk-1 serves support:3; skills: none\n"
    assert run("agents", "set", "desk-1", "available", "--queues", "billing").output.endswith("available\n")
    (row,) = json.loads(run("agents", "list", "--json").output)
    assert (row["levels"], row["skills"], row["state"]) == ({"billing": 1}, {}, "available")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("agents", "add", "x", "--phone", "12", "--queues", "support"), "is a short number"),
        (("agents", "add", "x", "--phone", "x123", "--queues", "support"), "is an extension alone (give"),
        (("agents", "add", "x", "--phone", "(212) 555-0100 ext. 123", "--queues", "support"), "sip:123@"),
        (("agents", "add", "x", "--phone", "+15550002001", "--queues", "suport"), "no queue 'suport'"),
        (("agents", "add", "a b", "--phone", "+15550002001", "--queues", "support"), "letters, digits"),
        (("agents", "set", "nobody", "available"), "no agent 'nobody'"),
        (("agents", "set", "nobody", "--skills", "german"), "no agent 'nobody'"),
        (("agents", "add", "x", "--phone", "+15550002001", "--queues", "support:10"), "from 1 to 9"),
        (("agents", "add", "x", "--phone", "+15550002001", "--queues", "support:"), "from 1 to 9"),
        (("agents", "set", "x", "--skills", "zwei Worte"), "no skill"),
        (("agents", "disable", "nobody"), "no agent 'nobody'"),
        (("phone", "--keys", "0", "--to", "+15559999999"), "not a number in config.yaml"),
    ],
)
def test_a_mistake_is_one_sentence(run, arguments, says):
    done = run(*arguments)
    assert done.exit_code == 1
    assert says in done.output and "Traceback" not in done.output


def test_phone_plays_keys_without_anyone(run):
    done = run("phone", "--keys", "0")
    assert done.exit_code == 0, done.output
    assert "Thank you for calling" in done.output
    assert "putting you through" in done.output and "music" in done.output


def test_doctor_names_the_missing_variable(run):
    done = run("doctor", "--json")
    assert done.exit_code == 1
    assert "PUBLIC_URL" in json.loads(done.output)[0]["remedy"]


def test_clock_is_not_for_sqlite(run):
    done = run("clock", PUBLIC_URL="https://line.test", TWILIO_ACCOUNT_SID="AC1", TWILIO_AUTH_TOKEN="t")
    assert done.exit_code == 1 and "inside the web process" in done.output
