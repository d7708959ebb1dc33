"""The result of loading the app so far: a byte that gunicorn's master and all its workers share.

Imported by `gunicorn.conf.py`, which gunicorn reads again at each reload, whereas this module stays.
"""

from __future__ import annotations

import mmap

_FAILED, _WELL = b"F", b"W"
_byte = mmap.mmap(-1, 1)


def went_well() -> None:
    _byte[:1] = _WELL


def failed() -> None:
    """Counts only as long as no worker has ever loaded the app."""
    if _byte[:1] != _WELL:
        _byte[:1] = _FAILED


def has_failed() -> bool:
    return _byte[:1] == _FAILED
