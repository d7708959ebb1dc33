"""`customers:` of config.yaml: what is right, and what is said of what is wrong."""

from __future__ import annotations

import pytest

from ivr.flowfiles.fields import filled
from ivr.flowfiles.settings_file import read_settings
from ivr.settings import SettingsProblems

HEAD = 'company: N\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'
SOURCES = 'sources: {crm: {http: {url: "https://crm.example.com/people/{phone}"}}}\n'


def settings_of(customers: str, sources: str = SOURCES):
    return read_settings(f"{HEAD}{sources}customers: {customers}\n")


def wrong(customers: str, sources: str = SOURCES) -> str:
    with pytest.raises(SettingsProblems) as caught:
        settings_of(customers, sources)
    (problem,) = caught.value.problems
    assert problem.line == 5 and problem.remedy
    return problem.message


def test_nothing_is_asked_unless_it_is_said():
    customers = read_settings(HEAD).customers
    assert (customers.source, customers.pop_url, customers.hidden) == (None, None, [])


def test_everything():
    customers = settings_of(
        '{source: crm, title: CRM, with: {phone: "{{ caller }}"}, fields: {Account owner: owner.name}, '
        'pop_url: "https://crm.example.com/find?phone={{ caller }}&id={{ customer.id }}", '
        "verified: pin_ok, hidden: [Balance], sensitive: [maiden_name]}"
    ).customers
    assert customers.values == {"phone": "{{ caller }}"}
    assert customers.fields_shown == {"Account owner": "owner.name"}


@pytest.mark.parametrize(
    ("customers", "message"),
    [
        ("{source: crn}", "there is no source 'crn'"),
        ("{sources: crm}", "there is no setting 'sources' here"),
        ('{source: crm, with: {number: "{{ caller }}"}}', "the source 'crm' wants phone"),
        ('{source: crm, with: {phone: "{{ callr }}"}}', "'callr' is not known here"),
        ('{source: crm, with: {phone: "{{ caller | upper }}"}}', "a value is written like {{ caller }}"),
        ("{fields: {Owner: owner}}", "fields of no source"),
        ('{source: crm, fields: {"<b>": owner}}', "'<b>' cannot be a label"),
        ("{source: crm, fields: {Owner: a..b}}", "'a..b' is not a way into the answer"),
        ('{pop_url: "http://crm.example.com/{{ caller }}"}', "is not a page to open"),
        ('{pop_url: "javascript:alert({{ caller }})"}', "is not a page to open"),
        ('{pop_url: "https://me:secret@crm.example.com/{{ caller }}"}', "is not a page to open"),
        ('{pop_url: "https://{{ caller }}.example.com/"}', "the host is fixed here"),
        ('{pop_url: "https://crm.example.com{{ caller }}/"}', "the host is fixed here"),
        ('{pop_url: "https://crm.example.com:{{ caller }}/"}', "is not a page to open"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_place(customers, message):
    assert message in wrong(customers)


def test_a_query_names_what_it_wants():
    sql = 'sources: {crm: {sql: {url: CRM_URL, query: "select a::text from p where n = :number"}}}\n'
    assert "the source 'crm' wants number" in wrong("{source: crm}", sql)


def test_values_are_put_in_whole_and_encoded():
    url = "https://crm.example.com/?p={{ caller }}&n={{customer.name}}"
    values = {"caller": "+1555", "customer": {"name": "{{ call }}&x=1"}, "call": "CA1"}
    written = lambda value: value.replace("&", "%26")  # noqa: E731
    assert filled(url, values, written) == "https://crm.example.com/?p=+1555&n={{ call }}%26x=1"


@pytest.mark.parametrize("value", [None, "", {"a": 1}, ["x"], True])
def test_without_a_value_there_is_nothing_to_open_or_ask(value):
    assert filled("{{ customer.name }}", {"customer": {"name": value}}) is None
    assert filled("{{ caller }}", {}) is None
