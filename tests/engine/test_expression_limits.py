"""What is too long or nested too deeply is a problem in words, and never a fault of ours."""

from __future__ import annotations

import pytest

from ivr.engine.expressions import compile_expression
from ivr.engine.problems import TemplateProblem


@pytest.mark.parametrize(
    "source",
    [" and ".join(["x"] * 3000), "not " * 700 + "x", "not " * 200 + "x", "(" * 450 + "x" + ")" * 450,
     "[" * 300 + "x" + "]" * 300, "x" + "|upper" * 160, "x" + ".a" * 400, "-" * 900 + "x",
     "x if y else " * 80 + "z"],
)  # fmt: skip
def test_it_is_a_problem_in_words(source):
    with pytest.raises(TemplateProblem, match=r"too deeply|characters long"):
        compile_expression(source)


@pytest.mark.parametrize("source", [" and ".join(["x"] * 40), "x ~ " * 200 + "y", "not not x", "a.b.c.d"])
def test_what_people_write_is_none(source):
    _, looked_at = compile_expression(source)
    assert looked_at, "it looks at something"
