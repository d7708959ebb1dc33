"""Sources of other packages: found by their entry point, as harmless as the others."""

from __future__ import annotations

import threading
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from ivr.engine.effects import LookUp
from ivr.environment import EnvironmentProblem
from ivr.flowfiles.source_settings import SourceSettings
from ivr.service import source_plugins
from ivr.service.lookups import Lookups

OVER = threading.Event()  # set when the tests are over: a slow answer would be found, not failed


@pytest.fixture(scope="module", autouse=True)
def over():
    yield
    OVER.set()


def book(options, environ):
    """As a package would write it."""
    if options.get("broken"):
        raise RuntimeError("no licence")

    def ask(values, seconds):
        assert 0 < seconds <= 1.0
        if values["phone"] == "slow":
            OVER.wait(60)
            return {"name": "Ann"}
        if values["phone"] == "raises":
            raise KeyError("nobody")
        known = {
            "+1555": {"name": "Ann\x00", "key": environ["BOOK_KEY"], "shelf": options["shelf"], "odd": {1}}
        }
        known |= {"text": "on shelf 3", "number": 3, "nothing": {}}
        return known.get(values["phone"])

    return ask


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    here = EntryPoint("book", f"{__name__}:book", source_plugins.GROUP)
    monkeypatch.setattr(source_plugins, "entry_points", lambda **asked: EntryPoints([here]).select(**asked))


def sources(name: str = "book", **options: object) -> Lookups:
    written = {"plugin": {"name": name, "timeout": 1, "options": {"shelf": 3, **options}}}
    return Lookups({"crm": SourceSettings.model_validate(written)}, {"BOOK_KEY": "k"})


def test_it_is_asked_with_its_options_and_environment():
    found = sources()(LookUp("crm", {"phone": "+1555"}))
    assert (found.status, found.value) == ("found", {"name": "Ann ", "key": "k", "shelf": 3, "odd": "{1}"})


@pytest.mark.parametrize(
    ("phone", "status"),
    [
        ("+1556", "missing"),
        ("nothing", "missing"),
        ("raises", "failed"),
        ("slow", "failed"),
        ("text", "failed"),
        ("number", "failed"),
    ],
)
def test_whatever_it_does_is_an_answer(phone, status):
    assert sources()(LookUp("crm", {"phone": phone})).status == status


def test_an_answer_that_is_only_text_is_written_into_the_log(caplog):
    sources()(LookUp("crm", {"phone": "text"}))
    assert "the plug-in book answers with str, not a mapping" in caplog.text


def test_one_that_is_not_there_or_does_not_start_is_said_at_once():
    with pytest.raises(EnvironmentProblem, match="no installed package has the plug-in other"):
        sources("other")
    with pytest.raises(EnvironmentProblem, match="does not start: RuntimeError"):
        sources(broken=True)
