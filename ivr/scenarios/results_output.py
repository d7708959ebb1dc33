"""Prints results for people and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from ivr.scenarios.coverage import Coverage
from ivr.scenarios.playback import Result
from ivr.scenarios.transcript import Uttered

LONGEST_TEXT = 90


def of_failure(result: Result) -> Iterator[str]:
    """Yield where it failed, what was expected, what came nearest, and everything that happened until
    then."""
    failure = result.failure
    if failure is None:
        return
    yield f"FAILED  {result.file}:{result.line}: {result.name}"
    yield f"  {result.file}:{failure.line}: {failure.text}"
    yield f"    expected: {failure.wanted}"
    yield f"    nearest:  {failure.nearest or 'nothing'}"
    yield "  what happened:"
    for uttered in result.transcript:
        yield "    " + of_line(uttered)


def of_line(uttered: Uttered) -> str:
    """Return one line of a transcript: time, speaker, text, and the step that said it with its file and
    line."""
    said = f"{uttered.who} {uttered.what}: " if uttered.what in ("says", "presses") else f"{uttered.who}: "
    text = said + uttered.text
    return f"{uttered.at:7.1f}  {text:<{LONGEST_TEXT}}  {uttered.place}".rstrip()


def of_coverage(covered: Coverage) -> Iterator[str]:
    """Yield counts, and what is missing by file and line."""
    yield (
        f"Coverage: {covered.steps_covered} of {covered.steps} steps, "
        f"{covered.exits_covered} of {covered.exits} exits ({covered.percent:.0f} %)."
    )
    for missing in covered.missing:
        yield f"  {missing}"


def summary(results: Sequence[Result], seconds: float) -> str:
    failed = sum(not result.passed for result in results)
    count = f"{len(results)} scenario{'s' * (len(results) != 1)}"
    return f"{count}: {len(results) - failed} passed, {failed} failed, in {seconds:.1f} seconds."


def as_json(results: Sequence[Result], covered: Coverage | None, seconds: float) -> dict[str, Any]:
    """Return the same as one object; only failures have a transcript, since it is long."""
    report: dict[str, Any] = {
        "ok": all(result.passed for result in results),
        "passed": sum(result.passed for result in results),
        "failed": sum(not result.passed for result in results),
        "seconds": round(seconds, 3),
        "problems": [],
        "scenarios": [_scenario(result) for result in results],
    }
    if covered is not None:
        report["coverage"] = {**asdict(covered), "percent": round(covered.percent, 1)}
    return report


def _scenario(result: Result) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "name": result.name,
        "file": result.file,
        "line": result.line,
        "passed": result.passed,
        "call_seconds": round(result.seconds, 1),
    }
    if result.failure:
        plain["failure"] = asdict(result.failure)
        plain["transcript"] = [uttered.as_dict() for uttered in result.transcript]
    return plain
