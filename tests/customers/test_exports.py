"""Lists as phone books, CRMs and spreadsheets write them: read as they are meant, or refused in words."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from ivr.cli.customers import customers as command
from ivr.customers.csv_rows import UnreadableFile, decode
from ivr.service.customers import CustomerLists, List
from ivr.store.database import Database
from ivr.store.migrate import migrate

ANN, BEN = "+14155550123", "+14155550124"


@pytest.fixture
def lists(tmp_path):
    database = Database.open(f"sqlite:///{tmp_path / 'line.db'}")
    migrate(database)
    yield CustomerLists(database, lambda: 1.0)
    database.close()


def imported(lists, text: str, **options):
    return lists.import_lists(List("list.csv", text), **options)


def only(lists):
    (one,) = lists.everybody()
    return one


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("id,name,phone,mobile", f"C1,Ann,{ANN},{BEN}"),
        ("Id,Name,Tel.,Handy", f"C1,Ann,{ANN},{BEN}"),
        ("id;name;Telefon;Mobiltelefon;Mobil", f"C1;Ann;{ANN};;{BEN}"),
        ("id,nombre,Teléfono,Móvil", f"C1,Ann,{ANN},{BEN}"),
        ("id,nom,Téléphone,Portable", f"C1,Ann,{ANN},{BEN}"),
        ("id,name,Phone 1 - Type,Phone 1 - Value", f"C1,Ann,Mobile,{ANN} ::: {BEN}"),
        ("id,First Name,Last Name,Business Phone,Mobile Phone,Home Fax", f"C1,,Ann,{ANN},{BEN},+1999"),
        ("Record ID,First Name,Last Name,Phone Number,Mobile Phone Number", f"C1,Ann,,{ANN},{BEN}"),
        ("Contact ID,Full Name,Phone,Mobile,Phone Type", f"C1,Ann,{ANN},{BEN},x"),
        ("id\tname\tphone", f"C1\tAnn\t{ANN}; {BEN}"),
        ("sep=;\nid;name;phone", f'C1;Ann;"{ANN}; {BEN}"'),
        ("sep=|\nid|name|phone", f"C1|Ann|{ANN} / {BEN}"),
    ],
)
def test_heads_of_ordinary_exports_are_known(lists, head, row):
    report = imported(lists, f"{head}\n{row}\n")
    assert report.problems == [] and report.numbers == 2
    assert (only(lists)["id"], only(lists)["name"], only(lists)["numbers"]) == ("C1", "Ann", [ANN, BEN])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_spreadsheets(lists, encoding):
    text = decode(f"id\tname\tphone\nC1\tJosé\t{ANN}\n".encode(encoding), "list.csv")
    assert imported(lists, text).problems == [] and only(lists)["name"] == "José"


def test_columns_are_asked_for_and_named(lists):
    with pytest.raises(UnreadableFile, match=r"--columns id=COLUMN.*there are: mail, who, contact"):
        imported(lists, f"mail,who,contact\na@b.test,Ann,{ANN}\n")
    given = {"id": ("mail",), "name": ("who",), "numbers": ("contact",)}
    assert imported(lists, f"mail,who,contact\na@b.test,Ann,{ANN}\n", columns=given).problems == []
    assert (only(lists)["id"], only(lists)["numbers"]) == ("a@b.test", [ANN])
    with pytest.raises(UnreadableFile, match=r"no column .tel. .there are: id, name"):
        imported(lists, "id,name\n", columns={"numbers": ("tel",)})


@pytest.mark.parametrize(
    ("written", "extension"),
    [
        ("(415) 555-0123 x45", "45"), ("+1 415 555 0123 ext. 7", "7"), ("415-555-0123 Ext 12", "12"),
        ("tel:+14155550123", ""), ("+14155550123;ext=9", "9"), ("415.555.0123 extension 3", "3"),
        ("415-555-0123, x123", "123"), ("415-555-0123 (ext 123)", "123"), ("415 555 0123 #123", "123"),
        ("415-555-0123;x123", "123"), ("+1 415 555 0123 Durchwahl 12", "12"), ("4155550123 poste 12", "12"),
        ("+1 415 555 0123 int. 12", "12"), ("415-555-0123-x9", "9"),
    ],
)  # fmt: skip
def test_extensions_are_cut_off_and_kept(lists, written, extension):
    assert imported(lists, f'id,name,numbers\nC1,Ann,"{written}"\n').problems == []
    assert only(lists)["numbers"] == [ANN]
    assert only(lists)["fields"].get("extension", "") == (f"{ANN} x{extension}" if extension else "")


@pytest.mark.parametrize(
    "cell", ["+14155550123,+14155550124", "(415) 555-0123,(415) 555-0124", "415-555-0123,415-555-0124"]
)
def test_two_numbers_with_nothing_but_a_comma_between_them(lists, cell):
    assert imported(lists, f'id,name,numbers\nC1,Ann,"{cell}"\n').problems == []
    assert only(lists)["numbers"] == [ANN, "+14155550124"]


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("555-0123", "has no area code"),
        ("4155550123.0", "was changed by a spreadsheet"),
        ("4.15555E+09", "was changed by a spreadsheet"),
        ("41555501", "has too few digits"),
        ("415555012345678", "has too many digits"),
        ("555-CALL", "is not a telephone number"),
        ("x123", "is an extension alone"),
        ("ext. 123", "is an extension alone"),
        ("#123", "is an extension alone"),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(lists, cell, why):
    (problem,) = imported(lists, f"id,name,phone\nC1,Ann,{cell}\n").problems
    assert why in str(problem) and problem.line == 2


@pytest.mark.parametrize(
    ("number", "why"), [("112", "has no area code"), ("015112345678.0", "was changed by a spreadsheet")]
)
def test_the_same_in_germany(tmp_path, number, why):
    database = Database.open(f"sqlite:///{tmp_path / 'line.db'}")
    migrate(database)
    german = CustomerLists(database, lambda: 1.0, "DE")
    (problem,) = imported(german, f"id,name,Telefon\nC1,Ann,{number}\n").problems
    database.close()
    assert why in str(problem)


@pytest.mark.parametrize("row", ["C1,Ann,+14155550123,", "C1,Ann,+14155550123,,,", "C1,Ann,+14155550123, "])
def test_empty_cells_too_many_are_nothing(lists, row):
    assert imported(lists, f"id,name,numbers\n{row}\n").problems == []


@pytest.mark.parametrize(
    ("day", "meant"),
    [
        ("03/04/2027", "month first it is 2027-03-04, day first 2027-04-03"),
        ("31.12.2027", "write 2027-12-31"),
        ("12/31/2027", "write 2027-12-31"),
    ],
)
def test_days_in_another_order_are_refused_with_what_they_may_mean(lists, day, meant):
    text = f"id,name,warning,warning_expires\nC1,Ann,careful,{day}\n"
    assert meant in str(imported(lists, text).problems[0])


@pytest.mark.parametrize(
    ("written", "exported"),
    [
        ("2030-01-01", "2030-01-01"),
        ("2030-07-01", "2030-07-01"),  # summer time
        ("2030-01-01T17:00", "2030-01-01T17:00:00-05:00"),
        ("2030-01-02T04:59:59.999999+00:00", "2030-01-01"),  # as exports wrote it before
    ],
)
def test_a_warning_ends_on_the_companys_own_day_also_in_an_export(lists, written, exported):
    here = CustomerLists(lists._db, lambda: 1.0, timezone="America/New_York")
    imported(here, f"id,name,warning,warning_expires\nC1,Ann,careful,{written}\n")
    out = here.export()
    assert out.splitlines()[1].split(",")[-1] == exported
    imported(here, out)
    assert here.export() == out


@pytest.mark.parametrize(
    ("cell", "code"), [("Spanish", "es"), ("es-US", "es-US"), ("de_DE", "de-DE"), ("Deutsch", "de")]
)
def test_languages_by_code_or_name(lists, cell, code):
    assert imported(lists, f"id,name,language\nC1,Ann,{cell}\n").problems == []
    assert only(lists)["language"] == code


@pytest.mark.parametrize("cell", ["xx", "Klingonish", "en US!"])
def test_a_language_that_is_none_is_said(lists, cell):
    assert "is not known" in str(imported(lists, f"id,name,language\nC1,Ann,{cell}\n").problems[0])


def test_a_preview_changes_nothing_and_the_last_line_counts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.csv").write_text(f"id,name,phone\nC1,Ann,{ANN}\nC2,Ben,{ANN}\n")
    (tmp_path / "bare.csv").write_text("id,name,ring me\nC1,Ann,x\n")
    run = lambda *words: CliRunner().invoke(command, [*words, "--database", "sqlite:///line.db"])  # noqa: E731
    seen = run("import", "list.csv", "--preview")
    assert "2 new" in seen.output and "nothing was changed" in seen.output
    assert seen.output.rstrip().endswith("2 customers have 1 number, read from phone.")
    assert run("export", "--json").output.strip() == "[]"
    assert "Warning: no row has a number" in run("import", "bare.csv").output
    wrong = run("import", "list.csv", "--columns", "phones=phone")
    assert wrong.exit_code == 2 and "FIELD is one of id, name" in wrong.output


@pytest.mark.parametrize(
    "nothing",
    ["n/a", "#N/A", "#REF!", "--", "unknown", "0000000000", ".", "(blank)", "TBD", "not provided", "nan"],
)
def test_a_cell_that_holds_no_number_leaves_no_row_out(lists, nothing):
    report = imported(lists, f"id,name,phone,mobile\nC1,Ann,{nothing},{ANN}\n")
    assert report.problems == [] and only(lists)["numbers"] == [ANN]


@pytest.mark.parametrize(
    "cell",
    [
        f"{ANN} or {BEN}",
        f"{ANN} and {BEN}",
        f"{ANN} & {BEN}",
        f"{ANN} oder {BEN}",
        f"{ANN} (home) {BEN} (work)",
        f"M: {ANN} W: {BEN}",
        f"home: {ANN}; cell {BEN}",
        f"Tel. {ANN} | Mobil {BEN}",
        f"{ANN} (office) / {BEN} mobile",
    ],
)
def test_what_people_write_beside_and_between_numbers(lists, cell):
    report = imported(lists, f'id,name,phone\nC1,Ann,"{cell}"\n')
    assert report.problems == [] and only(lists)["numbers"] == [ANN, BEN]


@pytest.mark.parametrize(
    ("head", "row", "name", "company"),
    [
        ("Contact ID,First Name,Last Name,Account Name,Phone", f"C1,Ann,Lee,Acme,{ANN}", "Ann Lee", "Acme"),
        ("Id,FirstName,LastName,Company,MobilePhone", f"C1,Ann,Lee,Acme,{ANN}", "Ann Lee", "Acme"),
        ("Id,Name,HomePhone", f"C1,Ann Lee,{ANN}", "Ann Lee", ""),
        ("Account ID,Account Name,Phone", f"C1,Acme,{ANN}", "Acme", "Acme"),
        ("N° client;Nom;Prénom;Société;Portable", f"C1;Lee;Ann;Acme;{ANN}", "Ann Lee", "Acme"),
        ("ID cliente;Nombre;Apellidos;Empresa;Móvil", f"C1;Ann;Lee;Acme;{ANN}", "Ann Lee", "Acme"),
        ("Kunden-Nr.;Name;Vorname;Firma;Mobilnummer", f"C1;Lee;Ann;Acme;{ANN}", "Ann Lee", "Acme"),
        ("Person - ID,Person - Name,Person - Organization,Person - Phone - Work", f"C1,Ann Lee,Acme,{ANN}",
         "Ann Lee", "Acme"),
    ],
)  # fmt: skip
def test_who_somebody_is_in_ordinary_exports(lists, head, row, name, company):
    assert imported(lists, f"{head}\n{row}\n").problems == []
    one = only(lists)
    assert (one["name"], one["company"], one["numbers"]) == (name, company, [ANN])


def test_empty_lines_above_the_heads(lists):
    report = imported(lists, f"\n\n\r\nid,name,phone\nC1,Ann,{ANN}\nC2,Ben,12\n")
    assert only(lists)["numbers"] == [ANN]
    assert [problem.line for problem in report.problems] == [6]


@pytest.mark.parametrize(
    ("written", "number"),
    [("+52 1 55 1234 5678", "+5215512345678"), ("0044 20 7946 0958", "+442079460958")],
)
def test_numbers_as_they_are_written_abroad(lists, written, number):
    assert imported(lists, f"id,name,phone\nC1,Ann,{written}\n").problems == []
    assert only(lists)["numbers"] == [number]
