"""Every kind of job has one handler, and a handler is never for a kind that nobody knows."""

from __future__ import annotations

import pytest

from ivr.floor.job_kinds import JobKind


def test_every_kind_of_job_has_a_handler_and_no_handler_is_for_another(line):
    assert line.worker.kinds == frozenset(JobKind)


def test_a_line_that_cannot_do_a_kind_of_job_does_not_start(line):
    line.worker._handlers.pop(JobKind.RING_AGENT)
    with pytest.raises(RuntimeError, match="ring_agent"):
        line.line.start()
