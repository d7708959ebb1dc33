"""`ivr notice`: what operations staff type, and what they read when they mistype it."""

from __future__ import annotations

import json

import pytest

from tests.cli.test_commands import run

__all__ = ["run"]


def test_set_list_and_end(run):
    spanish = ("--language", "es-US", "Cerrado.")
    made = json.loads(run("notice", "set", "We are closed.", *spanish, "--json").output)
    assert made["words"] == {"en-US": "We are closed.", "es-US": "Cerrado."} and made["author"]
    said = run("notice", "set", "Late.", "--queue", "billing", "--until", "2h", "--by", "Night shift").output
    assert "Notice 2 is on for callers of billing, until 20" in said
    told = run("notice", "list").output
    assert "1: for every new call, until it is ended" in told and "set by Night shift" in told
    assert [one["id"] for one in json.loads(run("notice", "list", "--json").output)] == [1, 2]
    assert run("notice", "end", "1").output == "1 notice ended.\n"
    assert json.loads(run("notice", "end", "all", "--json").output) == {"ended": 1}
    assert "No notice is on." in run("notice", "list").output


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("set", " "), "the notice has no words"),
        (("set", "Late.", "--queue", "sales"), "no queue 'sales'"),
        (("set", "Late.", "--language", "xx", "?"), "no language 'xx'"),
        (("set", "Late.", "--until", "later"), "'later' is no time"),
        (("end", "7"), "there is no notice 7 that is on"),
        (("end", "99999999999"), "is no notice"),
        (("end", "-1x"), ""),
    ],
)
def test_a_mistake_is_one_sentence_and_a_failure(run, arguments, why):
    result = run("notice", *arguments)
    assert result.exit_code in (1, 2) and why in result.output and "Traceback" not in result.output
