"""Checks that understand the call: cards, what is filled when, calendars. Each with what must stay silent."""

from datetime import UTC, datetime

import pytest

from ivr.flowfiles.loader import read_book
from ivr.flowfiles.queue_checks import check_calendars
from ivr.flowfiles.settings_file import read_settings

HEAD = "flow: main\nlanguages: [en-US]\nhuman: support\nstart: hi\nsteps:\n"
HI = "  hi: {say: Hello. Press 0 for a person., next: a}\n"
HELP = "  help: {queue: support, say: 'It is {{ v }}.'}\n"
SMALL = 'company: N\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\ncalendars: {c: {%s}}\n'
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def found(settings, steps, **others):
    texts = {"main.yaml": HEAD + HI + steps, **{f"{name}.yaml": text for name, text in others.items()}}
    problems = read_book(texts, settings).problems
    return [problem.code for problem in problems if problem.code not in ("zero_unsaid", "key_unsaid")]


@pytest.mark.parametrize(
    ("words", "digits", "severity"),
    [
        ("Please enter your credit card number.", "16", "error"),
        ("Key in the CVV.", "3", "error"),
        ("Bitte geben Sie Ihre Kreditkartennummer ein.", "16", "error"),
        ("Marque el número de su tarjeta de crédito.", "16", "error"),
        ("Saisissez le numéro de votre carte bancaire.", "16", "error"),
        ("Please enter your card number.", "{min: 12, max: 19}", "warning"),
        ("Please enter your card number.", "8", ""),
        ("Please enter your membership card number.", "16", ""),
        ("Please enter your gift card number.", "16", ""),
        ("Please enter the last four digits of your credit card number.", "4", ""),
        ("Please enter your security code.", "4", ""),
        ("Marque el número de su tarjeta de socio.", "16", ""),
    ],
)
def test_cards(settings, words, digits, severity):
    steps = f"  a: {{ask: '{words}', digits: {digits}, save: v, next: help}}\n" + HELP
    problems = read_book({"main.yaml": HEAD + HI + steps}, settings).problems
    assert [one.severity for one in problems if one.code == "card_asked"] == [severity] * bool(severity)


ASK = "{ask: Which number?, save: v, next: %s}\n"


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("  a: " + ASK % "help" + HELP, []),
        ("  a: {menu: Hm?, keys: {1: b, 2: help}}\n  b: " + ASK % "help" + HELP, ["unfilled"]),
        ("  a: {menu: Hm?, keys: {1: b, 2: help}}\n  b: " + ASK % "help"
         + HELP.replace("{{ v }}", "{{ v | default(0) }}"), []),
        # A look-up that found nothing fills nothing.
        ("  a: {lookup: orders, with: {number: '1'}, save: v, found: help, missing: help}\n" + HELP,
         ["unfilled"]),
        # Who branches on it knows why.
        ("  a: {menu: Hm?, keys: {1: b, 2: c}}\n  b: " + ASK % "c"
         + "  c: {branch: [{when: v == 1, next: help}], otherwise: bye}\n  bye: {hang_up: }\n" + HELP, []),
        # A circle: filled the second time only.
        ("  a: {say: 'It is {{ v }}.', next: b}\n  b: " + ASK % "c"
         + "  c: {menu: Again?, keys: {1: a, 2: help}}\n" + HELP, ["unfilled"]),
        ("  a: " + ASK % "b" + "  b: " + ASK % "help" + HELP, ["asked_again"]),
        ("  a: " + ASK % "b" + "  b: {ask: Which?, save: v, known: '{{ v }}', next: help}\n" + HELP, []),
        # It was not found: asking again is right.
        ("  a: " + ASK % "l" + "  l: {lookup: orders, with: {number: '{{ v }}'}, found: help, missing: b}\n"
         "  b: " + ASK % "help" + HELP, []),
        ("  a: " + ASK % "c" + "  c: {menu: Right?, keys: {1: help, 2: a}}\n" + HELP, []),
    ],
)  # fmt: skip
def test_what_is_filled_when(settings, steps, expected):
    assert found(settings, steps) == expected


SUB = "flow: sub\nlanguages: [en-US]\nhuman: support\nstart: s\nsteps:\n"


def test_a_sub_flow_shares_what_is_filled(settings):
    steps = "  a: {flow: sub, next: help}\n" + HELP
    asks = SUB + "  s: " + ASK % "back" + "  back: {leave: flow}\n"
    assert found(settings, steps, sub=asks) == []
    menu = asks.replace("  s: ", "  s: {menu: Hm?, keys: {1: t, 2: back}}\n  t: ")
    assert found(settings, steps, sub=menu) == ["unfilled"]
    uses = SUB + "  s: {say: 'It is {{ v }}.', next: back}\n  back: {leave: flow}\n"
    before = "  a: " + ASK % "b" + "  b: {flow: sub, next: help}\n" + HELP
    assert found(settings, before, sub=uses) == []
    assert found(settings, "  a: {flow: sub, next: b}\n  b: " + ASK % "help" + HELP, sub=uses) == ["unfilled"]


def test_a_survey_may_be_left_unanswered(settings):
    survey = "  a: {survey: [{ask: From 1 to 5?, save: v}], next: help}\n"
    assert found(settings, survey + HELP) == ["unfilled"]
    assert found(settings, survey + HELP.replace("{{ v }}", "{{ v | default(0) }}")) == []


@pytest.mark.parametrize(
    ("calendar", "expected"),
    [
        ("hours: {mon-fri: 09:00-17:00}", []),
        ("hours: {mon-fri: closed}", ["never_open"]),
        ("hours: {mon: closed}, exceptions: {2026-12-24: 09:00-12:00}", []),
        ("hours: {mon: closed}, exceptions: {2026-02-24: 09:00-12:00}", ["never_open"]),
        ("hours: {mon: 24h}, exceptions: {2026-02-16: closed, 2026-12-24: closed}", []),
        ("hours: {mon: 24h}, exceptions: {2026-01-01: closed, 2026-12-24: closed}", ["date_over"]),
    ],
)
def test_calendars(calendar, expected):
    problems = check_calendars(read_settings(SMALL % calendar), NOW)
    assert [problem.code for problem in problems] == expected
    assert all(problem.severity == "warning" for problem in problems)
