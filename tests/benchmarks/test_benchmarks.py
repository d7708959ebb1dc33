"""The benchmarks run, and measure what they say they measure. How fast anything is, is not asserted here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.test import EnvironBuilder

from benchmarks import past
from benchmarks.__main__ import NAMES, main
from benchmarks.calls import BASE, TALK, TOKEN, PaperCall
from benchmarks.figures import compared
from benchmarks.growth import flow_of
from benchmarks.lines import house, opened, timed
from ivr.flowfiles.loader import load_book
from ivr.flowfiles.settings_file import load_settings
from ivr.store import calls, journal

ROOT = Path(__file__).parents[2]


def test_a_paper_call_takes_its_turns_in_the_real_line(tmp_path):
    line = opened(house(tmp_path / "house"))
    call = PaperCall(1, hangs_up=False)
    took = timed(line.app, [call])
    with line.database.read() as connection:
        row = calls.find(connection, call.sid)
    line.stop()
    assert len(took) == 1 + len(TALK)
    assert row.turn == len(TALK)
    assert (row.status, row.session["session"]["queue"]) == ("waiting", "support")


def test_a_paper_call_that_hangs_up_is_over(tmp_path):
    line = opened(house(tmp_path / "house"))
    call = PaperCall(1)
    timed(line.app, [call])
    with line.database.read() as connection:
        row = calls.find(connection, call.sid)
    line.stop()
    assert row.ended_at is not None
    assert row.outcome == "abandoned"


def test_a_request_that_is_refused_is_not_measured(tmp_path):
    line = opened(house(tmp_path / "house"))
    call = PaperCall(1)
    call.sid = "CAsomebodyelse"
    call._path = "/voice/calls/CAanother/1/input"
    call._begun = True
    with pytest.raises(RuntimeError, match="404"):
        timed(line.app, [call])
    line.stop()


def test_paper_calls_sign_as_twilio_does():
    post = PaperCall(7).next()
    kind = "application/x-www-form-urlencoded"
    form = EnvironBuilder(method="POST", data=post.body, content_type=kind).get_request().form
    assert RequestValidator(TOKEN).validate(BASE + post.path, form, post.signature)


@pytest.mark.parametrize("steps", [10, 2000])
def test_the_grown_flow_is_a_good_flow(tmp_path, steps):
    settings = load_settings(house(tmp_path / "house", flow_of(steps)), {})
    flow_set = load_book(settings.flows_path, settings).flow_set
    assert flow_set is not None
    assert len(flow_set.flows["main"].steps) == steps


def test_history_is_as_long_as_asked_for(tmp_path):
    line = opened(house(tmp_path / "house"))
    past.fill(line.database, 250)
    with line.database.read() as connection:
        assert journal.last_id(connection) == 250
        assert calls.find(connection, "CAold00000024").outcome == "talked"
    line.stop()


def test_a_ratio_is_taken_round_by_round():
    theirs, ours = iter([1.0, 2.0, 4.0]), iter([2.0, 4.0, 8.0])
    assert compared(lambda: next(theirs), lambda: next(ours), 3).ratio == 2.0


@pytest.mark.slow
def test_the_cheap_benchmarks_run():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--json", "turns", "estimates"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    figures = json.loads(done.stdout)["figures"]
    assert [figure["name"] for figure in figures] == [
        "turn in process, time",
        "turn in process, processor",
        "estimate of a wait, 30 in line, one queue",
    ]
    assert all(figure["value"] > 0 for figure in figures)


def test_one_that_fails_is_told(monkeypatch, capsys):
    def broken(_folder, _quick):
        raise OSError("no such thing here")

    monkeypatch.setattr("benchmarks.estimates.run", broken)
    assert main(["--json", "estimates"]) == 1
    (figure,) = json.loads(capsys.readouterr().out)["figures"]
    assert figure["unit"] == "failed"
    assert "no such thing here" in figure["detail"]


def test_an_unknown_name_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["nonsense"])
    said = capsys.readouterr().err
    assert all(name in said for name in NAMES)
