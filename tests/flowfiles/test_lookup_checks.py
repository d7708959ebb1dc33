"""A look-up beside its source: names that only one of them knows, and queries that hide a value."""

from __future__ import annotations

import pytest

from ivr.flowfiles.loader import read_book
from ivr.flowfiles.problems import SettingsProblems
from ivr.flowfiles.settings_file import read_settings

COMPANY = 'company: Northwind\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'
FLOW = """flow: main
human: support
start: number
steps:
  number: {ask: Press 0 at any time for a person. Your number please., digits: 4, save: number, next: find}
  find:
    lookup: it
    with: WITH
    found: help
  help: {queue: support}
"""


def told(source: str, given: str) -> list[str]:
    settings = read_settings(f"{COMPANY}sources: {{it: {source}}}\n")
    flow = FLOW.replace("WITH", given) if given else FLOW.replace("    with: WITH\n", "")
    return [f"{each.severity} {each}" for each in read_book({"main.yaml": flow}, settings).problems]


def refused(source: str) -> str:
    with pytest.raises(SettingsProblems) as caught:
        read_settings(f"{COMPANY}sources: {{it: {source}}}\n")
    return str(caught.value)


HTTP = '{http: {url: "https://shop.example.com/orders/{number}"}}'
POST = '{http: {url: "https://shop.example.com/orders/{number}/notes", method: POST}}'
SQL = "{sql: {url: INVOICES_DB, query: select state from invoices where number = :number}}"
PLUGIN = "{plugin: {name: book}}"
NUMBER, BOTH = '{number: "{{ number }}"}', '{number: "{{ number }}", note: "{{ number }}"}'


@pytest.mark.parametrize(
    ("source", "given"),
    [(HTTP, NUMBER), (HTTP, BOTH), (POST, BOTH), (SQL, NUMBER), (PLUGIN, BOTH), (PLUGIN, "")],
)
def test_values_that_the_source_takes(source, given):
    assert told(source, given) == []


@pytest.mark.parametrize(
    ("source", "given", "said"),
    [
        (HTTP, '{booking: "{{ number }}"}', "8:12: flow main › step find › with › booking: the source 'it'"),
        (POST, '{note: "{{ number }}"}', "the source 'it' wants number"),
        (SQL, '{invoice: "{{ number }}"}', "call 'invoice' number, or add number below 'with'"),
        (SQL, '{Number: "{{ number }}"}', "call 'Number' number"),
        (HTTP, "", "6:3: flow main › step find › with: the source 'it' wants number (add it below 'with'"),
        (SQL, "", "the source 'it' wants number"),
    ],
)  # fmt: skip
def test_a_value_that_the_source_wants_is_missed_before_any_call(source, given, said):
    problems = told(source, given)
    assert len(problems) == 1 and problems[0].startswith("error") and said in problems[0]


def test_a_value_without_a_place_in_the_query_is_named():
    problems = told(SQL, BOTH)
    assert len(problems) == 1 and problems[0].startswith("warning")
    assert "8:36: flow main › step find › with › note: " in problems[0]
    assert "the query of 'it' has no place for 'note'" in problems[0]


def test_braces_in_quotes_are_text_to_a_database():
    source = "{sql: {url: DB, query: \"select a from b where c = '{number}'\"}}"
    (said,) = told(source, NUMBER)
    assert "the query of 'it' takes {number} for text (write :number in it, without quotes)" in said
    assert told("{sql: {url: DB, query: \"select a from b where c && '{vip}'\"}}", "") == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select a from b where c = ':number'", "':number' stands in quotes"),
        ("select a from b where c = {number}", "'{number}' is no value of a query (write :number)"),
        ("select a from b where c = {{ number }}", "(write :number)"),
        ("select a from b where c = :number::text", "(write cast(:number as text))"),
        ("select a from b where c = :number -- or :name", "':name' stands in a comment"),
        ("select a from b where c = ?", "'?' is no value of a query (write :number)"),
        ("select a from b where c = %s", "'%s' is no value of a query (write :number)"),
        ("select a from b where c = %(number)s", "(write :number)"),
        ("select a from b where c = $1", "'$1' is no value of a query"),
        ("select a from b where c = @number", "'@number' is no value of a query"),
        ("select a from b where c = :order.number", "':order.number' is no value of a query"),
        ("delete from b", "a query is one SELECT"),
        ("select 1; select 2", "a query is one SELECT"),
    ],
)
def test_a_query_in_which_a_value_has_no_place_is_refused(query, said):
    assert said in refused(f'{{sql: {{url: DB, query: "{query}"}}}}')


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('{sql: {url: "postgres://me:secret@db/x", query: select 1}}', "write its name, such as INVOICES_DB"),
        ("{sql: {url: invoices_db, query: select 1}}", "'invoices_db' is not the name of a variable"),
        ('{plugin: {name: "my book"}}', "write the name of its entry point, such as address_book"),
        ('{http: {url: "https://shop.example.com/orders/:number"}}', "(write it like {number})"),
        ('{http: {url: "https://shop.example.com/orders/{{number}}"}}', "a place that no value goes into"),
        ('{http: {url: "https://shop.example.com/{order-number}"}}', "a place that no value goes into"),
        ('{http: {url: "https://shop.example.com/?n=:number"}}', "(write it like {number})"),
        ('{http: {url: "https://shop.example.com/<order>"}}', "(write it like {order})"),
        ('{http: {url: "https://shop.example.com/?n=[order]"}}', "(write it like {order})"),
        ('{http: {url: "https://shop.example.com/%s"}}', "a place that no value goes into"),
        ('{http: {url: "https://shop.example.com/$number"}}', "has a $ in it"),
        ('{http: {url: "https://a.example.com", headers: {A: "Bearer $TOKEN"}}}', "write a variable of the"),
        ('{http: {url: "https://a.example.com", headers: {A: "{token}"}}}', "is sent as it stands"),
        ('{http: {url: "https://a.example.com", headers: {A: "Bearer ${TOKEN"}}}', "is sent as it stands"),
        ('{http: {url: "https://a.example.com", headers: {A: "%TOKEN%"}}}', "is sent as it stands"),
    ],
)  # fmt: skip
def test_a_source_that_nobody_could_ask_is_refused(source, said):
    message = refused(source)
    assert said in message
    assert "secret" not in message and "pattern" not in message


@pytest.mark.parametrize(
    "query",
    [
        "select '12:30' from b where c = :number",
        r"select '\:not a value' from b where c = :number",
        "select a::text from b where c = cast(:number as text)",
        "select a from b where d = 'a; b' and c = :number;",
        "select a from b where d = '{}' and c = :number",
        "select a from b where d = '?' and e->'x' ? 'y' and c like '%' || :number || '%'",
        "-- who it is\nselect a from b where c = :number",
    ],
)
def test_a_query_that_can_be_asked(query):
    settings = read_settings(f"{COMPANY}sources:\n  it:\n    sql:\n      url: DB\n      query: |\n"
                             + "".join(f"        {line}\n" for line in query.splitlines()))  # fmt: skip
    assert settings.sources["it"].needed == {"number"}


def test_calls_in_texts_that_were_stored_go_on():
    settings = read_settings(f"{COMPANY}sources: {{it: {HTTP}}}\n")
    flow = FLOW.replace("WITH", '{booking: "{{ number }}"}')
    assert read_book({"main.yaml": flow}, settings).flow_set is None
    assert read_book({"main.yaml": flow}, settings, stored=True).flow_set is not None


# A choice among the customers who have the caller's number ------------------------------------------------

CHOICE = FLOW.replace("lookup: it", "lookup: customer")


def said_of_choice(given: str, more: str = "") -> list[str]:
    settings = read_settings(COMPANY)
    flow = CHOICE.replace("WITH", given) if given else CHOICE.replace("    with: WITH\n", "")
    flow = flow.replace("    found: help\n", f"    found: help\n{more}")
    return [f"{each.severity} {each}" for each in read_book({"main.yaml": flow}, settings).problems]


@pytest.mark.parametrize("given", ['{id: "{{ number }}"}', '{born: "{{ number }}", company: Northwind}'])
def test_a_customer_is_chosen_by_what_the_caller_gives(given):
    assert said_of_choice(given) == []


@pytest.mark.parametrize(
    ("given", "more", "said"),
    [
        ("", "", "7:13: flow main › step find › lookup: nothing says which customer it is"),
        ('{id: "{{ caller.number }}"}', "", "8:16: flow main › step find › with › id: 'caller.number' does"),
        ('{id: "{{ customer.id }}"}', "", "'customer.id' does not tell the customers of one number apart"),
        ('{numbers: "{{ number }}"}', "", "'numbers' is nothing that flows know of a customer (name id,"),
        ('{id: "{{ number }}"}', "    save: who\n", "is not kept in a variable (take it out: flows have"),
    ],
)  # fmt: skip
def test_a_choice_that_would_find_nobody_is_an_error(given, more, said):
    problems = said_of_choice(given, more)
    assert len(problems) == 1 and problems[0].startswith("error") and said in problems[0]


def test_a_source_does_not_take_the_name_of_what_every_line_has():
    with pytest.raises(SettingsProblems) as caught:
        read_settings(f"{COMPANY}sources: {{customer: {HTTP}}}\n")
    assert "sources › customer: 'customer' are the customers who have the caller's" in str(caught.value)
