"""`ivr wallboard` and `ivr agents --role`."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from ivr.cli import ivr

CONFIG = 'company: N\nnumbers: {"+15550001000": main}\nqueues: {support: {}, billing: {}}\n'


@pytest.fixture
def run(tmp_path, monkeypatch):
    (tmp_path / "config.yaml").write_text(CONFIG)
    monkeypatch.setenv("IVR_CONFIG", str(tmp_path / "config.yaml"))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'w.db'}")
    monkeypatch.setenv("PUBLIC_URL", "https://line.example.com")
    return lambda *words: CliRunner().invoke(ivr, words)


def test_a_link_is_printed_once_listed_and_revoked(run):
    made = json.loads(run("wallboard", "link", "lobby", "--queues", "support", "--json").output)
    assert made["url"].startswith("https://line.example.com/wallboard/shown/")
    secret = made["url"].rsplit("/", 1)[1]
    listed = run("wallboard", "list").output
    assert "lobby" in listed and "support" in listed and secret not in listed
    assert run("wallboard", "revoke", "lobby").output == "1 link revoked\n"
    assert "revoked" in run("wallboard", "list").output


def test_what_is_wrong_is_said(run):
    assert "there is no queue 'nowhere'" in run("wallboard", "link", "hall", "--queues", "nowhere").output
    refused = run("wallboard", "revoke", "hall")
    assert refused.exit_code == 1 and "there is no link 'hall'" in refused.output


def test_a_role_is_given_and_changed(run):
    given = ("--phone", "+14155550111", "--queues", "support", "--role", "supervisor")
    added = run("agents", "add", "lead-1", *given)
    assert added.exit_code == 0, added.output
    assert "(supervisor)" in run("agents", "list").output
    assert run("agents", "set", "lead-1", "--role", "agent").output == "lead-1 is an agent\n"
    assert json.loads(run("agents", "list", "--json").output)[0]["role"] == "agent"
    assert run("agents", "set", "lead-1", "--role", "king").exit_code == 2
    assert "there is no agent 'nobody'" in run("agents", "set", "nobody", "--role", "agent").output
