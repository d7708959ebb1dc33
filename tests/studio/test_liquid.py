"""Liquid → our expressions and prompts, each compiled by the real engine."""

import pytest

from ivr.engine.templates import compile_condition, compile_text
from ivr.studio.export import clean
from ivr.studio.liquid import Untranslatable, translate
from ivr.studio.text_translation import translated


def name_of(path):
    known = {
        ("flow", "variables", "x"): "x",
        ("trigger", "call", "From"): "caller.number",
        ("widgets", "my-gather", "Digits"): "digits",
    }
    if path in known:
        return known[path]
    raise Untranslatable("nothing here has this value")


@pytest.mark.parametrize(
    ("liquid", "ours"),
    [
        ("flow.variables.x", "x"),
        ("flow.variables['x']", "x"),
        (' flow.variables["x"] ', "x"),
        ("trigger.call.From", "caller.number"),
        ("widgets.my-gather.Digits", "digits"),
        ("flow.variables.x | downcase", "x | lower"),
        ("flow.variables.x | upcase|strip", "x | upper | trim"),
        ("flow.variables.x | capitalize", "x | title"),
        ("flow.variables.x | default: 'none'", "x | default('none')"),
        ("flow.variables.x | plus: 1", "x + 1"),
        ("flow.variables.x | minus: 1 | times: 2", "(x - 1) * 2"),
        ("flow.variables.x | divided_by: 3", "x // 3"),
        ("flow.variables.x | modulo: 3", "x % 3"),
        ("flow.variables.x | append: '!'", "x ~ '!'"),
        ("flow.variables.x | prepend: 'a'", "'a' ~ x"),
        ("flow.variables.x | split: '' | join: ' '", "x | digits"),
        ("flow.variables.x | date: '%B %d'", "x | date"),
        ('"now" | date: "%H:%M"', "now | time"),
        ('"now" | timezone: "Europe/Paris" | date: "%A"', "now | date"),
        ("'text'", "'text'"),
        ("42", "42"),
        ("nil", "none"),
    ],
)
def test_what_is_translated(liquid, ours):
    assert translate(liquid, name_of) == ours
    compile_condition(ours)


@pytest.mark.parametrize(
    "liquid",
    [
        "",
        "|",
        "| upcase",
        "flow.variables.y",
        "become",
        "flow.variables.x | size",
        "flow.variables.x | replace: 'a'",
        "flow.variables.x flow.variables.x",
        "flow.variables.x.",
        "'open",
        "a == b",
        "x[",
        "flow.variables.x | plus",
    ],
)
def test_what_is_not(liquid):
    with pytest.raises(Untranslatable):
        translate(liquid, name_of)


@pytest.mark.parametrize(
    ("liquid", "ours"),
    [
        ("Hello {{ flow.variables.x }}.", "Hello {{ x }}."),
        ("Hello {{trigger.call.City}}.", "Hello."),
        ("Salt & pepper", "Salt &amp; pepper"),
        ("1 < 2", "1 &lt; 2"),
        ("Wait <break time='1s'/> please", "Wait <break time='1s'/> please"),
        ("<speak>Hello <b>you</b></speak>", "Hello you"),
        ("<prosody rate='slow'>never closed", "never closed"),
        ("Wait <break time='a while'/> please", "Wait please"),
        ("a }} b {# c", "a } } b { # c"),
        ("{{ open", "{ { open"),
        ("{% if flow.variables.x %}A{% else %}B{% endif %} C", "B C"),
        ("{% if flow.variables.x %}A{% endif %}", "A"),
        ("{% case x %}{% when 1 %}A{% when 2 %}B{% when 3 %}C{% else %}D{% endcase %}", "D"),
        ("{% case x %}{% when 1 %}A{% when 2 %}B{% when 3 %}C{% endcase %}", "A"),
        ("{% unless x %}A{% else %}B{% endunless %}", "A"),
        ("{% comment %}no{% endcomment %}yes", "yes"),
        ("{% for a in b %}no{% endfor %}yes", "yes"),
        ("{% if", "{ % if"),
        ("two\n\nlines", "two lines"),
        ("\x00\ud800bell\x07", "bell"),
    ],
)
def test_prompts(liquid, ours):
    words = translated(clean(liquid), name_of)

    assert words.text == ours
    compile_text(words.text)


def test_a_text_too_long_is_cut_at_a_sentence():
    words = translated("This is a sentence. " * 300, name_of)

    assert 2000 < len(words.text) <= 2800 and words.text.endswith("sentence.")
    assert words.lost
