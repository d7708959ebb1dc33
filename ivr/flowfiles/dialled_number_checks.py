"""Numbers that a flow would dial on the company's bill."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.problems import Problem

if TYPE_CHECKING:
    from ivr.settings import Settings


def check_numbers(read: Draft, settings: Settings) -> list[Problem]:
    """Transfers to numbers that cannot be dialled, cost too much, or ring an emergency service."""
    found = []
    for name in read.step_names:
        for reference in read.refs(name):
            if reference.what == "target" and is_number(reference.name):
                wrong = settings.destinations.why_not(reference.name)
                if wrong:
                    found.append(read.step_part(name).problem(reference.inside, *wrong, "number"))
    return found


def is_number(written: str) -> bool:
    """True for what is meant as a telephone number and not as the name of a target."""
    return bool(re.fullmatch(r"\+?[0-9 ()./-]+", written))
