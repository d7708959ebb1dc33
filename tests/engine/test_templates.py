"""Templates: what is refused and why, what values can never do, and how values sound."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree.ElementTree import fromstring
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.engine.context import CallContext
from ivr.engine.templates import TemplateProblem, compile_condition, compile_text

FACTS = CallContext(now=datetime(2026, 3, 2, 15, tzinfo=UTC), zone="America/New_York")
EXAMPLE = "write for example customer.tier == 'gold'"


def said(text: str, language: str = "en-US", **values) -> str:
    return compile_text(text).render(values, language, FACTS).text


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("a & b", "a bare & in a prompt", 1, 3),
        ("x\na < b", "a bare < in a prompt", 2, 3),
        ("{{ x }} <foo>", "<foo> is not a tag that can be spoken", 1, 9),
        ("<break tiem='1s'/>", "<break> has no attribute 'tiem'", 1, 1),
        ("é <break time='{{ x }}'/>", "{{ }} cannot stand inside a tag", 1, 3),
        ("<!-- x -->", "<! and <? are not allowed in a prompt", 1, 1),
        ("<p>open", "the markup is not well formed: mismatched tag", 1, 8),
        ("a</s>b<s>", "the markup is not well formed: not well-formed (invalid token)", 1, 7),
        ("Hi {{ x | daet }}", "there is no filter 'daet'", 1, 4),
        ("{{ x", "{{ is not closed", 1, 1),
        ("x }} y", "}} without {{ before it", 1, 3),
        ("{% if x %}", "{% is not allowed in a prompt", 1, 1),
        ("{{ x() }}", "'call' is not allowed here", 1, 1),
        ("{{ x.__class__ }}", "'__class__': names cannot start with _", 1, 1),
        ("{{ x['__class__'] }}", "'__class__': names cannot start with _", 1, 1),
        ("{{ 9 ** 9 ** 9 }}", "'pow' is not allowed here", 1, 1),
        ("{{ x | format(1) }}", "there is no filter 'format'", 1, 1),
        ("{{ x | count('a') }}", "the filter 'count' takes 2 to 2 values in brackets", 1, 1),
        ("{{ x is divisibleby 2 }}", "'is divisibleby' is not known", 1, 1),
        ("a\x07b", "a character here cannot be spoken or sent", 1, 2),
    ],
)
def test_refused_with_the_place(text, message, line, column):
    with pytest.raises(TemplateProblem) as refusal:
        compile_text(text)
    assert (refusal.value.message, refusal.value.line, refusal.value.column) == (message, line, column)


@pytest.mark.parametrize(
    ("text", "language", "values", "expected"),
    [
        ("{{ n | digits }}", "en-US", {"n": "1204"}, "1 2 0 4"),
        ("{{ n | phone }}", "en-US", {"n": "+14155550123"}, "4 1 5, 5 5 5, 0 1 2 3"),
        ("{{ d | date }}", "en-US", {"d": "2026-03-04"}, "Wednesday, March 4"),
        ("{{ d | date }}", "en-US", {"d": date(2027, 3, 4)}, "Thursday, March 4, 2027"),
        ("{{ d | date }}", "es-US", {"d": "2026-03-04"}, "miércoles 4 de marzo"),
        ("{{ d | date }}", "de-DE", {"d": "2026-03-04"}, "Mittwoch, 4. März"),
        ("{{ d | time }}", "en-US", {"d": "2026-03-04T22:00:00Z"}, "5 PM"),
        ("{{ d | time }}", "en-US", {"d": "09:30"}, "9:30 AM"),
        ("{{ d | time }}", "es-US", {"d": "2026-03-04T22:00:00Z"}, "las 5 de la tarde"),
        ("{{ d | time }}", "es-US", {"d": "13:15"}, "la 1 y cuarto de la tarde"),
        ("{{ d | time }}", "de-DE", {"d": "17:30"}, "17 Uhr 30"),
        ("{{ d | time }}", "fr-FR", {"d": "17:00"}, "17 heures"),
        ("{{ m | money }}", "en-US", {"m": "42.5"}, "42 dollars and 50 cents"),
        ("{{ m | money }}", "en-US", {"m": 1}, "1 dollar"),
        ("{{ m | money }}", "en-US", {"m": "-0.01"}, "minus 1 cent"),
        ("{{ m | money }}", "es-US", {"m": Decimal("42.50")}, "42 dólares con 50 centavos"),
        ("{{ m | money('EUR') }}", "de-DE", {"m": "1200"}, "1.200 Euro"),
        ("{{ n | count('order', 'orders') }}", "en-US", {"n": "1"}, "1 order"),
        ("{{ n | count('order', 'orders') }}", "en-US", {"n": 0}, "0 orders"),
        ("{{ n | count('commande', 'commandes') }}", "fr-FR", {"n": 0}, "0 commande"),
        ("{{ n | ordinal }}", "en-US", {"n": 22}, "22nd"),
        ("{{ n | ordinal }}", "en-US", {"n": 112}, "112th"),
        ("{{ l | list }}", "en-US", {"l": ["a", "b", "c"]}, "a, b and c"),
        ("{{ l | list }}", "es-US", {"l": ["a", "b"]}, "a y b"),
        ("{{ n | default('you') }}", "en-US", {}, "you"),
        ("{{ o.items }}", "en-US", {"o": {"items": "3"}}, "3"),
        ("{{ o.keys }}", "en-US", {"o": {}}, ""),
        ("{{ 'a' * 1000000000 }}", "en-US", {}, ""),
        ("{{ 1 / 0 }}", "en-US", {}, ""),
        ("{{ '}}' }}", "en-US", {}, "}}"),
        ("<sub alias='doctor'>Dr.</sub> {{ n }}", "en-US", {"n": "<b>"}, "doctor <b>"),
        ("You &amp; me &lt;3", "en-US", {}, "You & me <3"),
    ],
)
def test_how_it_sounds(text, language, values, expected):
    assert said(text, language, **values) == expected


@pytest.mark.parametrize(
    "name", ["digits", "phone", "date", "time", "money", "number", "ordinal", "list", "upper"]
)
@settings(deadline=None)
@given(value=st.one_of(st.none(), st.text(), st.floats(), st.integers(), st.booleans(), st.lists(st.text())))
def test_a_bad_value_is_said_plainly_and_never_an_error(name, value):
    heard = said("{{ v | " + name + " }} {{ v | count('a', 'b') }}", "es-US", v=value)
    assert fromstring(f"<Say>{escape(heard)}</Say>").text == (heard or None), "a voice can say all of it"


@pytest.mark.parametrize("name", ["date", "time", "money", "number", "ordinal", "list", "phone"])
@given(value=st.text(st.characters(categories=["L", "P", "Z"])))
def test_words_that_a_filter_cannot_use_are_said_as_they_are(name, value):
    plainly = said("{{ v }}, {{ v }}", v=value)
    assert said("{{ v | " + name + " }}, {{ v | count('a', 'b') }}", v=value) == plainly


@pytest.mark.parametrize(
    ("country", "number", "heard"),
    [
        ("US", "+14155550123", "4 1 5, 5 5 5, 0 1 2 3"),
        ("US", "4155550123", "4 1 5, 5 5 5, 0 1 2 3"),
        ("CA", "+14155550123", "4 1 5, 5 5 5, 0 1 2 3"),
        ("US", "+442079460958", "4 4, 2 0, 7 9 4 6, 0 9 5 8"),
        ("GB", "+442079460958", "0 2 0, 7 9 4 6, 0 9 5 8"),
        ("DE", "+493012345678", "0 3 0, 1 2 3, 4 5 6, 7 8"),
        ("FR", "+33123456789", "0 1, 2 3, 4 5, 6 7, 8 9"),
        ("ES", "+34912345678", "9 1 2, 3 4, 5 6, 7 8"),
        ("DE", "+14155550123", "1, 4 1 5, 5 5 5, 0 1 2 3"),
        ("DE", "110", "1 1 0"),
        ("DE", "soon", "soon"),
    ],
)
def test_a_number_is_said_as_it_is_dialled_in_the_companys_country(country, number, heard):
    context = replace(FACTS, country=country)
    assert compile_text("{{ n | phone }}").render({"n": number}, "en-US", context).text == heard


def test_missing_names_are_noted_once():
    rendered = compile_text("{{ a }} {{ a }} {{ b.c }}").render({"b": {}}, "en-US", FACTS)
    assert rendered.missing == ("a", "c")
    assert rendered.text == ""


def test_values_never_become_markup_nor_break_xml():
    rendered = compile_text("<p>{{ v }}</p>").render({"v": "</p><Dial>\x07\ufffe&"}, "en-US", FACTS)
    assert rendered.markup == "<p>&lt;/p&gt;&lt;Dial&gt;&amp;</p>"


@pytest.mark.parametrize(
    ("text", "values", "holds"),
    [
        ("customer.tier == 'gold' and not closed", {"customer": {"tier": "GOLD"}}, True),
        ("n > 9", {"n": "10"}, True),
        ("n > '9'", {"n": "10"}, True),
        ("n == '007'", {"n": "7"}, False),
        ("n == 7", {"n": "007"}, True),
        ("n > 9", {"n": "many"}, False),
        ("n > 9", {}, False),
        ("n != 9", {}, True),
        ("n in ['1', '2']", {"n": "2"}, True),
        ("n not in [1, 2]", {"n": "2"}, False),
        ("n is defined", {}, False),
        ("vip", {"vip": "no"}, False),
        ("1 < n < 5", {"n": "3"}, True),
    ],
)
def test_conditions(text, values, holds):
    assert compile_condition(text).holds(values, "en-US", FACTS) is holds


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("tier = 'gold'", "this cannot be read: = is not expected here", "to compare, write =="),
        ("tier === 'gold'", "this cannot be read: = is not expected here", "to compare, write =="),
        ("vip && open", "this cannot be read: & is not expected here", "write and"),
        ("vip || open", "this cannot be read: | is not expected here", "write or"),
        ("!vip", "this cannot be read: ! is not expected here", "write not"),
        ("amount >", "this cannot be read: something is missing at its end", EXAMPLE),
        ("(vip", "this cannot be read: a ) is missing", EXAMPLE),
        ("tier == 'gold", "this cannot be read: a quote is not closed", EXAMPLE),
        ("tier gold", "this cannot be read: gold is not expected here", EXAMPLE),
        ("{{ }}", "the condition is empty", EXAMPLE),
        ("tier == {{ gold }}", "a condition has no {{ }}", EXAMPLE),
        ("tier | uper == 'a'", "there is no filter 'uper'", "did you mean 'upper'?"),
    ],
)
def test_conditions_are_refused_with_the_remedy_of_conditions(text, message, hint):
    with pytest.raises(TemplateProblem) as refusal:
        compile_condition(text)
    assert (refusal.value.message, refusal.value.hint) == (message, hint)


def test_names_are_known_to_checkers():
    assert compile_text("{{ a }} {{ b.c | default(d) }}").names == {"a", "b", "d"}
    assert compile_condition("a.b > c").names == {"a", "c"}
