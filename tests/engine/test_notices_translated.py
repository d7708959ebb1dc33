"""A notice is told again in the language that the caller chose, once."""

from __future__ import annotations

from dataclasses import replace

from ivr.engine.context import Notice
from tests.engine.driving import Driven, World, book_from, flow_from

LANGUAGES = ("en-US", "es-US", "de-DE")
FLOW = """
q: {language: {en-US: "For English, press 1.", es-US: "Para español, pulse 2.", de-DE: "Für Deutsch die 3."},
    keys: {1: en-US, 2: es-US, 3: de-DE}, next: hi}
hi: {say: {en-US: Hello., es-US: Hola., de-DE: Hallo.}, next: m}
m: {menu: {en-US: "Again, 1.", es-US: "Otra vez, 1.", de-DE: "Noch einmal, 1."}, keys: {1: q}}
"""


def a_call() -> Driven:
    world = World()
    snow = Notice(7, "", {"en-US": "Snow everywhere.", "es-US": "Nieve."})
    of_a_queue = Notice(8, "billing", {"en-US": "Closed.", "es-US": "Cerrado."})
    world.context = replace(world.context, notices=(snow, of_a_queue))
    return Driven(book_from(flow_from(FLOW, languages=LANGUAGES)), world)


def test_the_translation_is_told_after_the_choice_and_once():
    driven = a_call()
    assert driven.says[0] == "Snow everywhere."
    driven.press("2", after=30)
    assert driven.says == ["Nieve.", "Hola.", "Otra vez, 1."]
    driven.press("1", after=30).press("2", after=30)
    assert driven.says == ["Hola.", "Otra vez, 1."]


def test_who_stays_with_the_first_language_has_heard_it():
    assert a_call().press("1", after=30).says == ["Hello.", "Again, 1."]


def test_where_it_is_not_written_in_that_language_nothing_is_repeated():
    assert a_call().press("3", after=30).says == ["Hallo.", "Noch einmal, 1."]


def test_a_customer_whose_language_is_known_hears_it_in_that_language_only():
    driven = a_call()
    flow = flow_from(FLOW.replace("next: hi}", "known: true, next: hi}", 1), languages=LANGUAGES)
    driven.world.context = replace(driven.world.context, customer={"language": "es"})
    known = Driven(book_from(flow), driven.world)
    assert known.says.count("Nieve.") == 1
    assert "Snow everywhere." not in known.says
