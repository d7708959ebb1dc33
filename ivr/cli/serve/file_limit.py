"""Raises the limit of open files, and so of connections, of a server."""

from __future__ import annotations

import resource

WANTED = 8192
OTHERS = 256  # the database, sounds, logs


def allow_many_files() -> int:
    """Ask for as many files as the system allows without a privilege; return how many connections that
    makes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(64, most - OTHERS)
