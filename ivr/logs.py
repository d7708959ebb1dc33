"""One form for every line of the log, whoever writes it: time, level, process, call, where, what.

    2026-03-02T15:00:00.123Z WARNING 4711 CA12 webhooks.caller call CA12, input 3: database is locked

`LOG_FORMAT=json` makes each line a JSON object with the same names. Nothing that comes from outside begins a
line of its own or colours a terminal: control characters are escaped, and the lines of a trace are marked.
"""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections.abc import Mapping

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CALL = re.compile(r"\b(?:CA[0-9a-f]{32}|cb-[A-Za-z0-9_-]{4,60})\b")
MARK = "    | "


def escaped(text: str) -> str:
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class LineFormatter(logging.Formatter):
    """Formats a line for people."""

    def format(self, record: logging.LogRecord) -> str:
        values = _values(record)
        trace = values.pop("trace", "")
        line = " ".join(str(value) for value in values.values())
        return "\n".join([line, *(MARK + part for part in trace.split("\n"))]) if trace else line


class JsonFormatter(logging.Formatter):
    """Formats a line for machines."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_values(record), ensure_ascii=True)


def _values(record: logging.LogRecord) -> dict[str, object]:
    message = escaped(record.getMessage())
    call = _CALL.search(message)
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    values: dict[str, object] = {
        "time": f"{at}.{int(record.msecs):03d}Z",
        "level": record.levelname,
        "process": record.process,
        "call": call[0] if call else "-",
        "where": record.name,
        "message": message,
    }
    if record.exc_info:
        trace = logging.Formatter().formatException(record.exc_info)
        values["trace"] = "\n".join(escaped(line) for line in trace.split("\n"))
    return values


def write_logs(environ: Mapping[str, str] = os.environ) -> None:
    """Send everything that this process logs to standard error in this form. A second call does no harm."""
    formatter = JsonFormatter() if environ.get("LOG_FORMAT", "").strip() == "json" else LineFormatter()
    root = logging.getLogger()
    if not any(isinstance(handler.formatter, (LineFormatter, JsonFormatter)) for handler in root.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(formatter)
        root.addHandler(handler)
    for handler in logging.getLogger("gunicorn.error").handlers:
        handler.setFormatter(formatter)
