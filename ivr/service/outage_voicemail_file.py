"""The file of messages that came while the database was away, and how a person is taken out of it."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from ivr.customers.numbers import caller_number


def blank_lines(file: Path, numbers: Collection[str], sids: Collection[str], country: str) -> int:
    """Make the lines of these numbers and calls empty; returns how many. Every line stays as long as it is:
    processes that read the file remember how far they came, and others write at its end meanwhile."""
    done = 0
    try:
        spool = file.open("r+b")
    except FileNotFoundError:
        return 0
    with spool:
        at = 0
        while line := spool.readline():
            if line.endswith(b"\n") and _is_theirs(line, numbers, sids, country):
                spool.seek(at)
                spool.write(b"{}".ljust(len(line) - 1) + b"\n")
                spool.seek(at + len(line))
                done += 1
            at += len(line)
    return done


def _is_theirs(line: bytes, numbers: Collection[str], sids: Collection[str], country: str) -> bool:
    try:
        said = json.loads(line)
    except ValueError:  # nobody's message; what numbers stand in it is all that matters
        return any(number.encode() in line for number in numbers)
    if not isinstance(said, dict):
        return False
    return said.get("CallSid") in sids or any(
        caller_number(str(said.get(name, ""))[:64], country) in numbers for name in ("From", "Caller")
    )
