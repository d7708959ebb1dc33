"""JSON in Twilio's shapes: dates, pages, errors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from email.utils import formatdate
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

LARGEST_PAGE = 1000


class ApiError(Exception):
    """The request is refused: HTTP `status`, Twilio's `code`, a sentence."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def not_found(what: str) -> ApiError:
    return ApiError(404, 20404, f"The requested resource {what} was not found")


def answer(body: dict[str, Any] | None, status: int = 200) -> Response:
    """A JSON answer; None has no body."""
    text = "" if body is None else json.dumps(body)
    return Response(text, status, content_type="application/json")


def error(fault: ApiError) -> Response:
    body = {
        "code": fault.code,
        "message": fault.message,
        "more_info": f"https://www.twilio.com/docs/errors/{fault.code}",
        "status": fault.status,
    }
    return answer(body, fault.status)


def date(epoch: float | None) -> str | None:
    """RFC 2822, as the 2010 API writes dates."""
    return None if epoch is None else formatdate(epoch)


def page(key: str, rows: Sequence[dict[str, Any]]) -> Response:
    """One page of a list, newest first as given; `PageSize` and `Page` are read from the request."""
    size = max(1, min(int(request.args.get("PageSize", 50)), LARGEST_PAGE))
    number = int(request.args.get("Page", 0))
    start = number * size
    more = start + size < len(rows)
    return answer(
        {
            key: list(rows[start : start + size]),
            "page": number,
            "page_size": size,
            "start": start,
            "end": max(start, min(start + size, len(rows)) - 1),
            "uri": _page_uri(number, size),
            "first_page_uri": _page_uri(0, size),
            "next_page_uri": _page_uri(number + 1, size) if more else None,
            "previous_page_uri": _page_uri(number - 1, size) if number else None,
        }
    )


def _page_uri(number: int, size: int) -> str:
    filters = {k: v for k, v in request.args.items(multi=True) if k not in ("Page", "PageSize", "PageToken")}
    return f"{request.path}?{urlencode({**filters, 'PageSize': size, 'Page': number})}"
