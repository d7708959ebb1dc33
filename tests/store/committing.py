"""A program that writes rows, and says which of them count as written. It is killed by a test.

    python -m tests.store.committing FILE THREADS

Prints one line for each: "done N" after the transaction, "after N" from its `after_commit`, "seen N" for the
highest number that a reader was shown.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from itertools import count

from sqlalchemy import text

from ivr.store.database import Database, DatabaseUnavailable


def say(word: str, number: int) -> None:
    os.write(1, f"{word} {number}\n".encode())


def write_rows(database: Database, numbers: count[int]) -> None:
    while True:
        number = next(numbers)
        try:
            with database.write() as unit:
                row = {"n": number, "filling": "x" * 400}
                unit.connection.execute(text("INSERT INTO written VALUES (:n, :filling)"), row)
                unit.after_commit(lambda number=number: say("after", number))
        except DatabaseUnavailable:
            say("failed", number)
        else:
            say("done", number)


def highest(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(text("SELECT coalesce(max(n), -1) FROM written")).scalar_one())


def look(database: Database) -> None:
    told = -1
    while True:
        with suppress(DatabaseUnavailable):
            newest = highest(database)
            if newest > told:
                told = newest
                say("seen", told)


def main(file: str, threads: str) -> None:
    database = Database.open(f"sqlite:///{file}")
    with database.write() as unit:
        unit.connection.execute(text("CREATE TABLE written (n INTEGER PRIMARY KEY, filling TEXT)"))
    database.empty_log()
    numbers = count()
    work = [threading.Thread(target=write_rows, args=(database, numbers)) for _ in range(int(threads))]
    work.append(threading.Thread(target=look, args=(database,)))
    for thread in work:
        thread.start()


if __name__ == "__main__":
    main(*sys.argv[1:3])
