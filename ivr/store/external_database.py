"""A database that is not ours, only read: for the data sources of config.yaml."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from sqlalchemy import TextClause, create_engine, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError


class ForeignFault(Exception):
    """The database could not answer."""


class ForeignDatabase:
    """Made without connecting. Raises ValueError for an address that is none."""

    def __init__(self, url: str) -> None:
        scheme, found, rest = url.partition("://")
        if found and scheme in ("postgres", "postgresql"):
            url = f"postgresql+psycopg://{rest}"
        try:
            self._is_sqlite = make_url(url).get_backend_name() == "sqlite"
            options = {} if self._is_sqlite else {"pool_size": 5, "pool_timeout": 5, "pool_pre_ping": True}
            self._engine = create_engine(url, hide_parameters=True, **options)
        except (SQLAlchemyError, ImportError) as error:
            raise ValueError("the address of this database cannot be used") from error

    def rows(self, query: str, values: Mapping[str, Any], most: int, seconds: float) -> list[dict[str, Any]]:
        """Up to `most` rows of a query. Raises ForeignFault."""
        try:
            with self._engine.connect() as connection, _Limit(connection, self._is_sqlite, seconds):
                found = connection.execute(statement(query, values))
                return [
                    {name: _plain(value) for name, value in row.items()}
                    for row in found.mappings().fetchmany(most)
                ]
        except SQLAlchemyError as error:
            raise ForeignFault(type(error).__name__) from error


def statement(query: str, values: Mapping[str, Any]) -> TextClause:
    """The query with its values, as it is asked. Raises ForeignFault when it wants another value, or one is
    of a kind that no database takes."""
    clause = text(query)
    wanted = set(clause.compile().params)
    if missing := sorted(wanted - set(values)):
        raise ForeignFault(f"no value for {', '.join(missing)}")
    if odd := sorted(name for name in wanted if isinstance(values[name], Mapping)):
        raise ForeignFault(f"{', '.join(odd)} is a record, not a value")
    return clause.bindparams(**{name: values[name] for name in wanted})


class _Limit:
    """Nothing can be written, and nothing takes longer than `seconds`."""

    def __init__(self, connection: Connection, is_sqlite: bool, seconds: float) -> None:
        self._connection, self._is_sqlite = connection, is_sqlite
        self._seconds = seconds
        self._timer: threading.Timer | None = None

    def __enter__(self) -> None:
        if self._is_sqlite:
            self._connection.exec_driver_sql("PRAGMA query_only = ON")
            raw = self._connection.connection.driver_connection
            if not isinstance(raw, sqlite3.Connection):
                raise TypeError(f"{raw!r} is no connection to SQLite")
            self._timer = threading.Timer(self._seconds, raw.interrupt)
            self._timer.daemon = True
            self._timer.start()
            return
        self._connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        milliseconds = max(1, int(self._seconds * 1000))
        self._connection.exec_driver_sql(f"SET LOCAL statement_timeout = {milliseconds}")

    def __exit__(self, *_: object) -> None:
        if self._timer:
            self._timer.cancel()
        self._connection.rollback()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else str(value)
