"""Every document that our app answers in this run, checked at its end against the official library's lists.

It works in each process of a parallel run; the first one adds up what the others found.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from tests.conformity import official

_documents: set[bytes] = set()
_found = {"documents": 0, "complaints": []}
MOST_SHOWN = 20


def begin() -> None:
    """Keep each document that any app of ours answers from now on."""
    process: Callable[..., Any] = Flask.process_response

    def kept(self: Flask, response: Any) -> Any:
        answer = process(self, response)
        if self.name == "presszero" and answer.mimetype == "text/xml" and answer.status_code == 200:
            _documents.add(answer.get_data())
        return answer

    Flask.process_response = kept  # type: ignore[method-assign]


def check() -> None:
    """Of this process. Nothing where the official lists are not installed: a test of its own says so."""
    if official.DOCUMENTS.exists():
        _found["documents"] += len(_documents)
        for document in _documents:
            _found["complaints"] += [f"{what}: {document[:300]!r}" for what in official.complaints(document)]
    _documents.clear()


def give(output: dict[str, Any]) -> None:
    """To the first process."""
    output["conformity"] = dict(_found)


def take(output: dict[str, Any]) -> None:
    told = output.get("conformity", {"documents": 0, "complaints": []})
    _found["documents"] += told["documents"]
    _found["complaints"] += told["complaints"]


def summary() -> list[str]:
    """Lines for the end of the run; the first is the count."""
    if not _found["documents"]:
        return []
    wrong = _found["complaints"]
    said = f"{len(wrong)} of {_found['documents']} TwiML documents refused by the official library's lists"
    return [said, *sorted(set(wrong))[:MOST_SHOWN]]


def failed() -> bool:
    return bool(_found["complaints"])
