"""Permissions of the pages: every route of the whole line, with every role. A route without a rule fails
here."""

from __future__ import annotations

import re

import pytest

from desk.permissions import OPEN, permission_of
from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.service.roles import PERMISSIONS, ROLES
from tests.service.houses import ROOT

PASSWORD = "correct horse 1"
BOSSES = {"supervisor", "administrator"}
# Written down once more, and not taken from the table that is tested.
EXPECTED = (
    ("/reports", BOSSES, BOSSES),
    ("/supervisor", BOSSES, BOSSES),
    ("/flows/notices", set(ROLES), BOSSES | {"editor"}),
    ("/flows", set(ROLES), {"editor", "administrator"}),
    ("/desk", set(ROLES), set(ROLES)),
    ("/wallboard", set(ROLES), set(ROLES)),
)


STRANGERS = (
    *("/voice/", "/sms/", "/audio/", "/callback/", "/recordings/"),
    *("/desk/sign-", "/wallboard/shown/"),
)


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    simulated = SimulatedLine(
        load_settings(ROOT / "config.yaml", {}), f"sqlite:///{tmp_path_factory.mktemp('roles') / 'r.db'}"
    )
    for number, role in enumerate(ROLES):
        simulated.line.accounts.add(role, role, f"+155500021{number:02}", ["support"], PASSWORD, role)
    yield simulated
    simulated.close()


class Page:
    def __init__(self, app, role: str) -> None:
        self.client = app.test_client()
        self.read_token()
        body = {"agent": role, "password": PASSWORD, "csrf_token": self.token}
        assert self.client.post("/desk/sign-in", data=body).status_code == 303
        self.read_token("/desk/")

    def read_token(self, path: str = "/desk/sign-in") -> None:
        self.token = re.search(r'name="csrf-token" content="([^"]+)"', self.client.get(path).text)[1]

    def ask(self, path: str, method: str):
        answer = self.client.open(
            path, method=method, headers={"X-CSRFToken": self.token}, data={} if method == "POST" else None
        )
        answer.close()
        return answer


def routes(line):
    """(address with something filled in, rule, method) of every route."""
    for rule in line.line.app.url_map.iter_rules():
        path = re.sub(r"<(?:int:|path:)?[^>]+>", "1", rule.rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            yield path, rule.rule, method


def expected(rule: str, method: str) -> set[str]:
    for prefix, reads, writes in EXPECTED:
        if rule.startswith(prefix):
            return reads if method == "GET" else writes
    return set(ROLES)


def test_every_route_has_a_rule(line):
    missing = {(rule, method) for _, rule, method in routes(line) if permission_of(rule, method) is None}
    assert not missing, "say in desk/permissions.py who may open these"


def test_only_what_a_stranger_may_see_is_open(line):
    wide = {rule for _, rule, method in routes(line) if permission_of(rule, method) == OPEN}
    for rule in wide:
        known = rule in ("/", "/healthz", "/readyz", "/metrics") or rule.startswith(STRANGERS)
        assert known or "/static/" in rule, f"{rule} is open to everybody"
    client = line.line.app.test_client()
    for path, rule, method in routes(line):
        if permission_of(rule, method) in PERMISSIONS:
            answer = client.open(path, method=method)
            assert answer.status_code in (303, 400, 401), (rule, method, answer.status_code)
            answer.close()


@pytest.mark.parametrize("role", ROLES)
def test_each_route_with_each_role(line, role):
    page = Page(line.line.app, role)
    signing_out = "/desk/sign-out"
    for path, rule, method in routes(line):
        if permission_of(rule, method) == OPEN or rule == signing_out:
            continue
        answer = page.ask(path, method)
        may = role in expected(rule, method)
        assert (answer.status_code != 403) == may, (rule, method, role, answer.status_code)


def test_the_refusal_is_in_words_and_the_way_there_is_not_shown(line):
    agent, boss = Page(line.line.app, "agent"), Page(line.line.app, "supervisor")
    refused = agent.client.get("/supervisor/", headers={"Accept": "text/html"})
    assert refused.status_code == 403 and "Ask an administrator" in refused.text
    asked = agent.client.get("/supervisor/now", headers={"Accept": "application/json"})
    assert asked.status_code == 403 and "Ask an administrator" in asked.json["message"]
    assert "/supervisor/" not in agent.client.get("/desk/").text
    assert "/supervisor/" in boss.client.get("/desk/").text
    assert "Switch on" not in agent.client.get("/flows/notices").text
    assert "Switch on" in boss.client.get("/flows/notices").text


AREAS = ("/desk/", "/desk/file/", "/supervisor/", "/reports/", "/flows/", "/flows/notices", "/desk/account")


@pytest.mark.parametrize("role", ROLES)
def test_every_area_names_the_same_areas_and_only_those_that_open(line, role):
    page = Page(line.line.app, role)
    named = {}
    for area in AREAS:
        answer = page.client.get(area)
        if answer.status_code != 403:
            header = re.search(r'aria-label="Pages">(.*?)</nav>', answer.text, re.DOTALL)[1]
            named[area] = re.findall(r'href="([^"]+)"', header)
            assert f'href="{area}" aria-current="page"' in header and "Sign out" in answer.text
    [same] = {tuple(links) for links in named.values()}
    assert set(named) | {"/wallboard/"} == set(same)
    assert all(page.client.get(link).status_code == 200 for link in same)


def test_a_role_taken_away_counts_at_once(line):
    page = Page(line.line.app, "supervisor")
    assert page.client.get("/supervisor/").status_code == 200
    line.line.accounts.set_role("supervisor", "agent")
    try:
        assert page.client.get("/supervisor/").status_code == 403
    finally:
        line.line.accounts.set_role("supervisor", "supervisor")
