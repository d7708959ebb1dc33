"""Lists of customers in and out, on both databases, and the command."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from ivr.cli.customers import customers as command
from ivr.customers.csv_rows import UnreadableFile, decode, rows
from ivr.service.customers import CustomerLists, List
from ivr.store import customers
from ivr.store.database import Database
from ivr.store.migrate import migrate

NOW = 1_790_000_000.0
GOOD = """\
id,name,company,language,email,numbers,warning,warning_expires,Plan
ALFKI,Alfreds Futterkiste,Alfreds GmbH,de-DE,orders@alfreds.test,+49 30 12345678; 415-555-0123,,,gold
ANATR,Ana Trujillo,,es-US,,+14155550199,Ask for the password,2099-12-31,
"""


@pytest.fixture
def db(database_url):
    db = Database.open(database_url)
    migrate(db)
    yield db
    db.close()


@pytest.fixture
def lists(db):
    return CustomerLists(db, lambda: NOW)


def people(text: str) -> List:
    return List("people.csv", text)


def problems(report) -> list[str]:
    return [str(problem) for problem in report.problems]


def test_a_good_list(lists):
    report = lists.import_lists(people(GOOD))
    assert (report.customers_added, report.customers_updated, report.problems) == (2, 0, [])
    known = lists.show("(415) 555-0123")
    assert known["customer"]["name"] == "Alfreds Futterkiste"
    assert known["customer"]["fields"] == {"plan": "gold"}
    assert known["customer"]["numbers"] == ["+14155550123", "+493012345678"]
    assert [one["text"] for one in lists.show("+14155550199")["warnings"]] == ["Ask for the password"]


def test_twice_is_once_and_a_change_is_taken_over(lists):
    lists.import_lists(people(GOOD))
    report = lists.import_lists(people(GOOD.replace("gold", "silver").replace("; 415-555-0123", "")))
    assert (report.customers_added, report.customers_updated) == (0, 2)
    assert lists.show("+493012345678")["customer"]["fields"] == {"plan": "silver"}
    assert lists.show("+14155550123") is None
    assert len(lists.show("+14155550199")["warnings"]) == 1


def test_a_number_of_two_customers_is_kept_for_both(lists):
    report = lists.import_lists(people("id,name,numbers\nC1,Ann,+14155550123\nC2,Ben,+14155550123\n"))
    assert (report.customers_added, report.problems) == (2, [])
    known = lists.show("+14155550123")
    assert [one["name"] for one in known["customers"]] == ["Ann", "Ben"]
    assert known["customer"] is None, "nobody knows which of them calls"
    lists.import_lists(people("id,name,numbers\nC1,Ann,\n"))
    assert lists.show("+14155550123")["customer"]["id"] == "C2", "their own row took it away from Ann"


def test_a_contact_of_a_number_that_two_customers_have_is_nobodys(lists):
    history = List("history.csv", "number,at,summary\n+14155550123,2026-03-02T10:00Z,Before\n")
    lists.import_lists(None, history)
    lists.import_lists(people("id,name,numbers\nC1,Ann,+14155550123\nC2,Ben,+14155550123\n"), history)
    assert [one["customer_id"] for one in lists.show("+14155550123")["history"]] == [None]


@pytest.mark.parametrize(
    ("listed", "calling"),
    [
        ("+525512345678", "+5215512345678"),
        ("+5215512345678", "+525512345678"),
        ("+541123456789", "+5491123456789"),
        ("+5491123456789", "+541123456789"),
        ("+551187654321", "+5511987654321"),
        ("+5511987654321", "+551187654321"),
    ],
)
def test_a_number_that_is_written_in_two_ways_is_found_by_both(lists, db, listed, calling):
    with db.write() as unit:
        row = customers.CustomerRow("C1", "Ann", "", "", "", {}, NOW)
        customers.save(unit.connection, row, [listed])
    with db.read() as connection:
        assert customers.sole_with_number(connection, calling) == "C1"


BROKEN = """\
id,name,numbers,warning,warning_expires
A,Good one,+14155550101,,
,No id,+14155550102,,
C,,+14155550103,,
D,Bad number,+14155550104; 555-CALL,,
E,Comma, Inc.,+14155550105,,
A,Again,+14155550106,,
G,Shared number,+14155550101,,
H,Bad day,+14155550107,careful,31.12.2099

I,"Good
over two lines",+14155550108,,
J,Also bad,nonsense,,
"""


def test_each_broken_row_is_named_with_its_line_and_the_others_are_in(lists):
    report = lists.import_lists(people(BROKEN))
    assert problems(report) == [
        "people.csv:3: no id",
        "people.csv:4: no name",
        "people.csv:5: '555-CALL' is not a telephone number",
        "people.csv:6: 'Inc.' is not a telephone number",
        "people.csv:7: id 'A' stands on line 2 already",
        "people.csv:9: '31.12.2099' is not a time such as 2026-03-02T10:00 (write 2099-12-31)",
        "people.csv:13: 'nonsense' is not a telephone number",
    ]
    assert [one["id"] for one in lists.everybody()] == ["A", "G", "I"]


HISTORY = """\
customer_id,number,at,channel,direction,summary,note,agent,queue,outcome,disposition,seconds
ALFKI,,2026-03-02T10:00,call,in,Delivery late,"Line one
line two",Desk two,support,talked,follow-up needed,312
,415-555-0123,2026-03-03T10:00:00+00:00,Email,in,Invoice,,,billing,,solved,
,+14155550177,2026-03-04T09:00Z,sms,outbound,To a stranger,,,,,,
NOBODY,,2026-03-02T10:00,call,in,x,,,,,,
,,2026-03-02T10:00,call,in,x,,,,,,
ALFKI,,yesterday,call,in,x,,,,,,
ALFKI,,2026-03-02T10:00,call,sideways,x,,,,,,
ALFKI,,2026-03-05T10:00,call,in,x,,,,,,-5
ALFKI,,2026-03-05T10:00,call,in,x,,,,,,nan
ALFKI,,2026-03-02T10:00,call,in,Delivery late,,,,,,
"""


def test_history(lists):
    both = (people(GOOD), List("history.csv", HISTORY))
    report = lists.import_lists(*both)
    assert (report.contacts_added, report.contacts_updated) == (3, 0)
    assert problems(report) == [
        "history.csv:6: there is no customer 'NOBODY'",
        "history.csv:7: neither customer_id nor number",
        "history.csv:8: 'yesterday' is not a time such as 2026-03-02T10:00",
        "history.csv:9: direction 'sideways' (in or out)",
        "history.csv:10: seconds '-5' is out of range",
        "history.csv:11: seconds 'nan' is out of range",
    ]
    late, first = lists.show("+14155550123")["history"]
    assert (late["channel"], late["summary"], late["number"]) == ("email", "Invoice", "+14155550123")
    assert (first["note"], first["seconds"], first["agent_name"]) == ("Line one\nline two", 312, "Desk two")
    assert lists.show("+14155550177")["history"][0]["direction"] == "out"
    again = lists.import_lists(*both)
    assert (again.contacts_added, again.contacts_updated) == (0, 3)


def test_a_stranger_who_becomes_a_customer_keeps_their_history(lists):
    lists.import_lists(None, List("history.csv", HISTORY.replace("ALFKI", "NOBODY")))
    lists.import_lists(people("id,name,numbers\nNEW,New,+14155550177\n"))
    assert [one["summary"] for one in lists.show("+14155550177")["history"]] == ["To a stranger"]


def test_nothing_is_written_when_the_second_list_is_unreadable(lists):
    with pytest.raises(UnreadableFile, match="no column at"):
        lists.import_lists(people(GOOD), List("history.csv", "when,what\n1,2\n"))
    assert lists.everybody() == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfeid,", "neither UTF-8 nor UTF-16"),
        (b"id,name\nA,\xe9\n", "people.csv:2: not UTF-8"),
    ],
)
def test_a_file_that_is_not_text(content, message):
    with pytest.raises(UnreadableFile, match=message):
        decode(content, "people.csv")


@pytest.mark.parametrize("text", ["", "name\nx\n", "id;Name;id\n", "\n"])
def test_a_file_without_its_columns(lists, text):
    with pytest.raises(UnreadableFile, match=r"people\.csv:1"):
        lists.import_lists(people(text))


def test_semicolons_and_a_mark_in_front_as_spreadsheets_write_them(lists):
    text = decode("\ufeffID;Name;Numbers\nA;Good one;+14155550101\n".encode(), "people.csv")
    assert lists.import_lists(people(text)).problems == []
    assert lists.show("+14155550101")["customer"]["id"] == "A"


HOSTILE = [
    "=HYPERLINK(\"http://evil.example\")", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "'quoted",
    "plain", "<script>alert(1)</script>", "'=1", "''=1",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_an_export_is_text_in_every_spreadsheet_and_comes_back_unchanged(lists, text):
    out = io.StringIO()
    csv.writer(out).writerows(
        [
            ["id", "name", "email", "numbers", "warning", text.strip() or "x"],
            ["A", "n", text, "+14155550101", text, text],
        ]
    )
    lists.import_lists(people(out.getvalue()))
    before = lists.everybody()
    exported = lists.export()
    for row in csv.reader(io.StringIO(exported)):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\0")) for cell in row)
    assert lists.import_lists(people(exported)).problems == []
    assert lists.everybody() == before


def test_unseen_characters_are_taken_out_and_lengths_kept(lists):
    name = "A\x00l\x1b[31mf\u202ereds\u2066\x07 \ud83d"
    text = f"id,name,email,note\nA,{name},{'e' * 500},{'n' * 5000}\n".encode("utf-8", "ignore").decode()
    lists.import_lists(people(text))
    (one,) = lists.everybody()
    assert one["name"] == "Al[31mfreds"
    assert (len(one["email"]), len(one["fields"]["note"])) == (200, 500)


# The command -------------------------------------------------------------------------------------


@pytest.fixture
def run(database_url, db, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*words: str):
        return CliRunner().invoke(command, [*words, "--database", database_url])

    return run


def test_the_command_imports_shows_and_exports(run, tmp_path):
    (tmp_path / "people.csv").write_text(GOOD)
    (tmp_path / "history.csv").write_text("number,at,summary\n+14155550123,2026-03-02T10:00,Hello\n")
    done = run("import", "people.csv", "--history", "history.csv")
    assert done.exit_code == 0 and done.output.startswith("Customers: 2 new, 0 updated. Contacts: 1 new")
    shown = run("show", "+14155550123")
    assert shown.exit_code == 0
    assert "+14155550123: Alfreds Futterkiste" in shown.output and "Hello" in shown.output
    assert json.loads(run("show", "+14155550123", "--json").output)["customer"]["id"] == "ALFKI"
    assert run("export").output.startswith("id,name,company")
    assert len(json.loads(run("export", "--json").output)) == 2
    assert run("export", "--out", "out.csv").exit_code == 0
    assert b"'+14155550123" in (tmp_path / "out.csv").read_bytes()


def test_the_command_erases_one_and_says_what_it_did(run, tmp_path):
    (tmp_path / "people.csv").write_text(GOOD)
    run("import", "people.csv")
    assert run("erase", "ALFKI").exit_code == 1  # nobody has said yes
    done = run("erase", "ALFKI", "--yes", "--json")
    assert done.exit_code == 0 and json.loads(done.output)["calls"] == 0
    assert [one["id"] for one in json.loads(run("export", "--json").output)] != ["ALFKI"]
    again = run("erase", "ALFKI", "--yes")
    assert again.exit_code == 1 and "there is no customer ALFKI" in again.output
    assert run("show", "+14155550123").exit_code == 1


def test_the_command_reports_rows_and_exits_1(run, tmp_path):
    (tmp_path / "people.csv").write_text(BROKEN)
    done = run("import", "people.csv")
    assert done.exit_code == 1
    assert "people.csv:3: no id" in done.stderr and "Rows left out: 7." in done.stdout
    assert len(json.loads(run("import", "people.csv", "--json").stdout)["problems"]) == 7


@pytest.mark.parametrize("words", [("import",), ("import", "none.csv"), ("show", "+14155550000")])
def test_the_command_says_what_is_missing_without_a_stack_trace(run, words):
    done = run(*words)
    assert done.exit_code in (1, 2) and "Traceback" not in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)


def test_an_unreadable_file_is_one_sentence(run, tmp_path):
    (tmp_path / "people.csv").write_bytes(b"id,name\nA,\xe9\n")
    done = run("import", "people.csv")
    assert done.exit_code == 1 and done.stderr.startswith("Error: people.csv:2: not UTF-8")


def test_a_quotation_mark_that_is_never_closed_is_said_and_nothing_imported():
    """It would swallow every row behind it, and nobody would know."""
    text = 'id,name,numbers\nC1,One,+14155550101\nC2,"Two,+14155550102\nC3,Three,+14155550103\n'
    with pytest.raises(UnreadableFile, match=r"people\.csv:3: a quotation mark is not closed"):
        list(rows(text, "people.csv", ("id", "name")))
