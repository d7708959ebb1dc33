"""What the checks say of good flows (nothing), and the finer points of the warnings."""

import pytest

from ivr.flowfiles.destinations import Destinations
from ivr.flowfiles.loader import read_book
from ivr.flowfiles.menu_checks import announced_keys
from ivr.flowfiles.reachability import circles

HEAD = "flow: main\nlanguages: [en-US, es-US]\nhuman: support\nstart: a\nsteps:\n"
ZERO = "    say: {en-US: Welcome. Press 0 for a person., es-US: Hola. Pulse 0 para hablar con una persona.}\n"


def codes(settings, steps, head=HEAD):
    return [problem.code for problem in read_book({"main.yaml": head + steps}, settings).problems]


@pytest.mark.parametrize(
    ("text", "language", "keys"),
    [
        ("For orders, press 1. For billing, press two.", "en-US", "12"),
        ("Press 1, 2 or 3 now. For star, press the star key or the pound.", "en-GB", "123*"),
        ("Press 10 times. Pressure 5. Press any key.", "en-US", ""),
        ("Para pedidos, pulse 1. Para facturas, oprima el dos o tres.", "es-MX", "123"),
        ("Drücken Sie die 1 oder wählen Sie die Raute.", "de-DE", "1#"),
        ("Tapez 1, ou appuyez sur la touche étoile.", "fr-FR", "1*"),
        ("Druk op 1.", "nl-NL", ""),
    ],
)
def test_keys_that_a_prompt_announces(text, language, keys):
    assert announced_keys(text, language) == set(keys)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Press 1 for orders, 2 for billing.", []),
        ("What is it about?", []),
        ("Press 1 for orders. Billing is at {{ caller.number }}.", []),
        ("Press 1 for orders.", ["key_unsaid"]),
        ("Press 1, 2 or 3.", ["key_not_wired"]),
        ("Press 1 or 2. Press 0 for a person.", []),
    ],
)
def test_menus(settings, prompt, expected):
    head = HEAD.replace(", es-US", "")
    steps = "  a:\n    say: Hi. Press 0 for a person.\n    next: m\n"
    steps += f"  m:\n    menu: {prompt}\n    keys: {{1: q, 2: q}}\n"
    assert codes(settings, steps + "  q: {queue: support}\n", head) == expected


def test_zero_may_be_said_in_the_second_prompt(settings):
    menu = "  m:\n    menu: {en-US: Press 0 for a person., es-US: Pulse 0.}\n    keys: {1: q}\n"
    menu += "  q: {queue: support}\n"
    say = "  a:\n    say: {en-US: Welcome., es-US: Bienvenido.}\n    next: m\n"
    assert codes(settings, say + menu) == []
    assert codes(settings, say + menu.replace("Pulse 0", "Pulse 1")) == ["zero_unsaid"]


def test_zero_is_looked_for_behind_branches(settings):
    steps = "  a: {hours: office, open: b, closed: c}\n  b:\n" + ZERO + "    next: q\n  q: {queue: support}\n"
    night = "  c:\n    say: {en-US: We are closed., es-US: Está cerrado.}\n    next: bye\n"
    night += "  bye: {hang_up: }\n"
    assert codes(settings, steps + night) == ["zero_unsaid"]
    assert codes(settings, steps + "  c: {hang_up: }\n") == []


def test_a_flow_that_only_queues_says_nothing_of_zero(settings):
    assert codes(settings, "  a: {queue: support}\n") == []


def test_two_keys_with_the_name_of_a_type(settings):
    step = "  a:\n    queue: support\n    say: {en-US: One moment., es-US: Un momento.}\n"
    assert codes(settings, step) == []


def test_a_step_with_mistakes_still_leads_on(settings):
    steps = "  a:\n" + ZERO + "    nxt: b\n    next: b\n  b: {queue: support, tires: 3}\n"
    assert codes(settings, steps) == ["unknown_setting", "unknown_setting"]


def test_variables(settings):
    ask = "  a:\n    ask: {en-US: Press 0 for a person or enter it., es-US: Pulse 0 o marque el número.}\n"
    use = "    save: number\n    next: b\n  b: {branch: [{when: number == 1, next: q}], otherwise: q}\n"
    use += "  q: {queue: support}\n"
    assert codes(settings, ask + use) == []
    assert codes(settings, ask + use.replace("save: number", "save: other")) == ["unknown_variable"]
    # A step that could not be read may save anything.
    assert codes(settings, ask + use.replace("save: number", "svae: number")) == ["unknown_setting"]


@pytest.mark.parametrize("number", ["+14155552671", "+15550001000", "+18005550123"])
def test_numbers_that_may_be_dialled(number):
    assert Destinations.of("US").refusal_with_remedy(number) is None


@pytest.mark.parametrize("number", ["911", "112", "999", "+19005550123", "0900123456", "+1", "415", "+44999"])
def test_numbers_that_may_not(number):
    assert Destinations.of("US").refusal_with_remedy(number) is not None


@pytest.mark.parametrize(
    ("edges", "found"),
    [
        ({"a": ["b"], "b": []}, []),
        ({"a": ["a"]}, [["a"]]),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, [["b", "c"]]),
        ({"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"]}, [["a", "b"], ["c", "d"]]),
        ({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}, []),
        ({"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]}, [["a", "b"], ["c", "d"]]),
    ],
)
def test_circles(edges, found):
    assert circles(edges) == found


def test_a_language_that_the_flow_does_not_speak(settings):
    steps = "  a:\n    language: {en-US: Press 1. Press 0 for a person., es-US: Pulse 2. Pulse 0.}\n"
    steps += "    keys: {1: en-US, 2: de-DE}\n    next: q\n  q: {queue: support}\n"
    assert codes(settings, steps) == ["unknown_language"]
    assert codes(settings, steps.replace("de-DE", "es-US")) == []


def test_a_text_message_is_not_the_first_thing_heard(settings):
    steps = "  a: {text: {en-US: Hi., es-US: Hola.}, next: b}\n  b:\n" + ZERO + "    next: q\n"
    assert codes(settings, steps + "  q: {queue: support}\n") == []
    silent = "  a: {text: {en-US: Press 0., es-US: Pulse 0.}, next: b}\n"
    silent += "  b: {say: {en-US: Hi., es-US: Hola.}, next: q}\n  q: {queue: support}\n"
    assert codes(settings, silent) == ["zero_unsaid"]
