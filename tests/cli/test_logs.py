"""The log: every line in one form, none made by a stranger, and nothing in it that callers said or keyed."""

from __future__ import annotations

import json
import logging

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from ivr.logs import MARK, JsonFormatter, LineFormatter
from ivr.store.database import Database, DatabaseUnavailable
from tests.service.conftest import line, rehearse  # noqa: F401 the same fixtures

FORGED = "x\n2026-11-30 CRITICAL forged\x1b[31mRED\r\u2028more\x85\x00"
SECRET, NUMBER = "845127", "+14155550177"


def record(message: str, *values: object, error: BaseException | None = None) -> logging.LogRecord:
    told = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("webhooks.caller", logging.WARNING, "f.py", 1, message, values, told)


@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
def test_nobody_forges_a_line(formatter):
    try:
        raise ValueError(FORGED)
    except ValueError as error:
        said = formatter.format(record("call %s: %s", "CA" + "a" * 32, FORGED, error=error))
    others = said.split("\n")[1:]
    assert all(other.startswith(MARK) for other in others)
    assert said.replace("\n", "").isprintable()
    assert len(said.splitlines()) == 1 + len(others), "some programs see more lines"


def test_a_line_says_when_how_grave_who_and_of_which_call():
    sid = "CA" + "0a" * 16
    said = json.loads(JsonFormatter().format(record("call %s, input 3: locked", sid)))
    assert said["call"] == sid and said["level"] == "WARNING"
    assert said["process"] and said["time"].endswith("Z")
    assert said["message"] == f"call {sid}, input 3: locked" and said["where"] == "webhooks.caller"
    assert LineFormatter().format(record("nothing of a call")).split(" ")[3] == "-"


def test_a_statement_that_fails_tells_no_value(database_url, caplog):
    database = Database.open(database_url)
    with database.write() as unit:
        unit.connection.execute(text("create table secrets (a varchar(40) primary key, b integer not null)"))
    bad = (
        "insert into secrets (a, b) values (:secret, null)",
        "insert into secrets (a, b) values (:secret, 1), (:secret, 1)",
        "insert into nowhere (a) values (:secret)",
        "select cast(:secret as integer) / 0 + no_such(:secret)",
    )
    for statement in bad:
        with pytest.raises((DBAPIError, DatabaseUnavailable)) as told, database.write() as unit:
            unit.connection.execute(text(statement), {"secret": f"pin {SECRET}"})
        for error in (told.value, told.value.__cause__, getattr(told.value, "orig", None)):
            assert SECRET not in repr(error) and SECRET not in str(error), (statement, error)
    database.close()


def test_a_whole_call_with_failing_statements_leaves_nothing_of_the_caller_in_the_log(
    line,  # noqa: F811
    monkeypatch,
    caplog,
):
    """The canary: a number and keys that stand nowhere else."""
    caplog.set_level(logging.DEBUG)
    failing = {"on": False}

    def fail(connection, _cursor, statement, parameters, context, executemany):
        if failing["on"] and statement.lstrip().upper().startswith(("INSERT", "UPDATE")):
            connection.exec_driver_sql("insert into call (sid) values (null)")
        return statement, parameters

    event.listen(line.database.engine, "before_cursor_execute", fail, retval=True)
    caller = line.dial(NUMBER)
    line.run(14)
    caller.press("1")
    line.run(2)
    failing["on"] = True
    caller.press(SECRET)
    line.run(30)
    failing["on"] = False
    event.remove(line.database.engine, "before_cursor_execute", fail)
    written = "\n".join(LineFormatter().format(one) for one in caplog.records)
    assert "call CA" in written, "nothing failed"
    assert NUMBER not in written and NUMBER[1:] not in written and SECRET not in written
