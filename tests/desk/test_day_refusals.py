"""An agent who may not have a page, or asks for one that is not there, reads words, and can go on from
there."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.simulated_line import SimulatedLine
from tests.once import with_tables

ROOT = Path(__file__).parents[2]
PERSON = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGE = {"Accept": "application/json"}


@pytest.fixture
def client(tmp_path):
    settings = load_settings(ROOT / "config.yaml", {})
    line = SimulatedLine(settings, with_tables(tmp_path / "line.db"), folder=tmp_path)
    yield line.line.app.test_client()
    line.close()


@pytest.mark.parametrize("path", ["/nowhere", "/desk/nowhere", "/desk/calls"])
def test_a_person_at_a_wrong_address_gets_a_page(client, path):
    answer = client.get(path, headers=PERSON)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "There is no such page." in answer.text and 'href="/desk/"' in answer.text
    assert client.get(path, headers=PAGE).status_code == 404


def test_a_page_without_its_token_gets_a_message_and_a_person_a_page(client):
    said = client.post("/desk/sign-in", headers=PAGE)
    assert said.status_code == 400 and said.json["reload"] is True
    shown = client.post("/desk/sign-in", headers=PERSON)
    assert (shown.status_code, shown.mimetype) == (400, "text/html")
    assert "This page is too old." in shown.text


@pytest.mark.parametrize(("asked", "said"), [("de-DE,de", "gibt es nicht"), ("it", "no such callback")])
def test_a_customer_with_a_wrong_address_reads_their_language(client, asked, said):
    answer = client.get("/callback/" + "x" * 22, headers={**PERSON, "Accept-Language": asked})
    assert answer.status_code == 404 and said in answer.text


def test_what_was_asked_for_is_never_markup(client):
    answer = client.get("/desk/file/<script>alert(1)</script>", headers=PERSON)
    assert "<script>" not in answer.text
