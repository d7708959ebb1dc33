"""Keys and words during messages are the answer to the question behind them: none is lost, none is taken for
something else, and no message is lost to a cough."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ivr.engine.events import CallerHungUp, DigitsPressed, InputTimedOut
from ivr.engine.instructions import Listen
from ivr.engine.type_ahead import collected
from tests.engine.driving import MOST_ANSWERS, Driven, World, book_from, flow_from, world_from

HELLO = "Thank you for calling. Press 0 at any time to speak to a person."
PAUSE = 2  # seconds between two pieces of a number
FOUND = {"orders": {"a": "1"}, "gone": "missing"}


def a_line(
    *before: str, ask: str = "digits: {min: 4, max: 12}, save: n", world: World | None = None
) -> Driven:
    """A call that comes through the steps `before` (their text; `NEXT` is the next one) to a question."""
    names = [f"s{number}" for number in range(len(before))] + ["q"]
    steps = [
        f"{name}: {{{text.replace('NEXT', names[number + 1])}}}"
        for number, (name, text) in enumerate(zip(names, before, strict=False))
    ]
    steps += [f"q: {{ask: 'Your number?', {ask}, next: bye}}", "bye: {hang_up: 'Number {{ n }}.'}"]
    inner = flow_from("i: {say: Inner news., next: out}\nout: {leave: flow}", "inner")
    world = world or World()
    world.sources = FOUND
    return Driven(book_from(flow_from("\n".join(steps)), inner), world)


def key(driven: Driven, pieces: list[str]) -> str | None:
    """Key the pieces with a pause between them that ends messages, as the carrier would collect them; then
    say nothing. What one Gather leaves is heard by the next one."""
    left, pieces = "", list(pieces)
    for _ in range(20):
        told = driven.turn.instruction
        if not isinstance(told, Listen):
            break
        keys = collected(told, left + (pieces.pop(0) if pieces else ""))
        while not keys.complete and pieces and told.timeout > PAUSE:
            keys = collected(told, keys.digits + pieces.pop(0))
        left = keys.rest
        driven.do(DigitsPressed(keys.digits) if keys.digits else InputTimedOut(), after=0.4)
    return driven.session.variables.get("n")


BETWEEN = (
    f"say: {HELLO}, next: NEXT",
    "say: We have moved., next: NEXT",
    "set: {x: '1'}, next: NEXT",
    "branch: [{when: 1 == 1, next: NEXT}], otherwise: bye",
    "flow: inner, next: NEXT",
    "lookup: orders, found: NEXT",
    "lookup: orders, say: One moment., save: o, found: NEXT",
    "lookup: gone, found: bye, missing: NEXT",
    "record: This call is recorded., next: NEXT",
    "text: Hello, next: NEXT",
)
ASKS = ("digits: {min: 4, max: 12}, save: n", "digits: 6, save: n", "save: n")


def split(keys: str, cuts: list[int]) -> list[str]:
    ends = sorted({cut % (len(keys) + 1) for cut in cuts})
    pieces = [keys[begin:end] for begin, end in zip([0, *ends], [*ends, len(keys)], strict=True)]
    return [piece for piece in pieces if piece]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(BETWEEN), min_size=1, max_size=6),
    st.sampled_from(ASKS),
    st.text("123456789", min_size=6, max_size=6),
    st.lists(st.integers(0, 7), max_size=3),
)
def test_however_a_number_is_split_over_the_messages_it_is_that_number(before, ask, number, cuts):
    assume(sum("lookup" in step for step in before) <= MOST_ANSWERS)
    at_the_question = key(a_line(ask=ask), [number + "#"])
    assert at_the_question == number
    assert key(a_line(f"say: {HELLO}, next: NEXT", *before, ask=ask), split(number + "#", cuts)) == number


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(BETWEEN), max_size=4), st.text("0123456789", min_size=6, max_size=6))
def test_a_number_with_noughts_keyed_in_one_go(before, number):
    assume(sum("lookup" in step for step in before) <= MOST_ANSWERS)
    assert key(a_line(f"say: {HELLO}, next: NEXT", *before), [number + "#"]) == number


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("between", BETWEEN)
def test_a_lone_0_is_for_a_person_also_when_it_is_keyed_ahead(between, ask):
    """Promise 1."""
    driven = a_line(f"say: {HELLO}, next: NEXT", between, ask=ask)
    for _ in range(4):
        if driven.at == "q":
            break
        again = a_line(f"say: {HELLO}, next: NEXT", between, ask=ask)
        while again.at != driven.at:
            again.silence()
        assert again.press("0").session.status == "waiting"
        driven.silence()
    assert driven.press("0").session.status == "waiting"


def test_the_message_stands_in_the_document_of_the_question():
    driven = a_line(f"say: {HELLO}, next: NEXT", "say: We have moved., next: NEXT")
    assert driven.says == [HELLO, "We have moved.", "Your number?"]
    assert (driven.turn.instruction.digits, driven.turn.instruction.timeout) == (None, 5)
    assert driven.press("123456").session.variables == {"n": "123456"}


def test_half_a_number_waits_for_the_other_half_without_a_word():
    driven = a_line(f"say: {HELLO}, next: NEXT", "lookup: orders, found: NEXT", ask="digits: 6, save: n")
    driven.press("123", after=1)
    assert (driven.at, driven.says, driven.turn.instruction.digits) == ("q", [], 3)
    assert driven.press("456").session.variables == {"n": "123456"}


def test_half_a_number_and_silence_is_a_wrong_entry_and_half_of_it_and_0_a_person():
    def half():
        before = (f"say: {HELLO}, next: NEXT", "lookup: orders, found: NEXT")
        return a_line(*before, ask="digits: 6, save: n").press("123", after=1)

    assert half().silence().says[0] == "That does not look right. Please enter it again."
    assert half().press("0").session.status == "waiting"
    assert half().speak("an agent please").session.status == "waiting"


def test_the_last_digit_may_be_a_0():
    driven = a_line(f"say: {HELLO}, next: NEXT", "lookup: orders, found: NEXT", ask="digits: 6, save: n")
    assert driven.press("12345", after=1).press("0").session.variables == {"n": "123450"}


def test_what_is_keyed_ahead_is_listed_once_and_where_it_was_wanted():
    driven = a_line(f"say: {HELLO}, next: NEXT", "lookup: orders, found: NEXT").press("123456#", after=1)
    assert [(one["step"], one["value"]) for one in driven.session.inputs] == [("q", "123456")]


def test_what_is_keyed_ahead_of_a_sensitive_question_is_shown_to_nobody():
    world = world_from({})
    driven = a_line(
        "record: This call is recorded. Press 0 at any time to speak to a person., next: NEXT",
        f"say: {HELLO}, next: NEXT",
        ask="digits: 4, save: n, sensitive: true",
        world=world,
    ).silence()
    driven.press("4471", after=1)
    assert driven.session.variables == {"n": "4471"}
    assert "4471" not in str([driven.session.inputs, [entry.details for entry in driven.trace]])


def test_words_in_a_message_are_the_answer_to_the_question_behind_it():
    driven = a_line(f"say: {HELLO}, next: NEXT", ask="speech: true, save: n").speak("my parcel is late")
    assert driven.session.variables == {"n": "my parcel is late"}


def test_words_before_a_source_is_asked_too():
    before = (f"say: {HELLO}, next: NEXT", "lookup: orders, found: NEXT")
    driven = a_line(*before, ask="speech: true, save: n").speak("my parcel is late")
    assert driven.session.variables == {"n": "my parcel is late"}
    coughed = a_line(*before).speak("uh")
    assert (coughed.at, coughed.says) == ("s0", [HELLO])
    assert not coughed.turn.instruction.speech


def test_several_keys_answer_several_questions():
    flow = flow_from(
        f"hi: {{say: {HELLO}, next: f}}\nf: {{lookup: orders, found: m}}\n"
        "m: {menu: 'Orders, press 1.', keys: {1: n}}\n"
        "n: {ask: 'Number?', digits: 4, save: n, confirm: true, next: e}\n"
        "e: {ask: 'Zip?', save: z, next: bye}\n"
        "bye: {hang_up: Bye.}"
    )
    driven = Driven(book_from(flow), World(sources=FOUND)).press("1234519012#", after=1)
    assert driven.session.variables == {"n": "2345", "z": "9012"}
    assert driven.says == ["Bye."]


@pytest.mark.parametrize(
    ("step", "keys", "kept"),
    [
        ("survey: [{ask: 'Happy?', save: n}], next: bye", "5", {"n": "5"}),
        ("ask: 'Number?', choices: ['10', '12'], save: n, next: bye", "12#", {"n": "12"}),
        ("ask: 'Number?', digits: 1, save: n, next: bye", "7", {"n": "7"}),
    ],
)
def test_every_question_hears_what_was_keyed_before_a_source_was_asked(step, keys, kept):
    steps = f"hi: {{say: {HELLO}, next: f}}\nf: {{lookup: orders, found: q}}\nq: {{{step}}}"
    steps += "\nbye: {hang_up: Bye.}"
    driven = Driven(book_from(flow_from(steps)), World(sources=FOUND)).press(keys, after=1)
    assert driven.session.variables == kept


def test_a_number_to_be_called_back_at_may_be_keyed_ahead_but_nothing_is_booked_by_it():
    from dataclasses import replace

    from tests.engine.driving import CALL

    withheld = replace(CALL, caller="")
    flow = flow_from(f"hi: {{say: {HELLO}, next: c}}\nc: {{callback: support}}")
    driven = Driven(book_from(flow), call=withheld)
    assert driven.says[0] == HELLO
    assert driven.press("4155550123").session.scratch["state"] == "confirm"
    flow = flow_from(
        f"hi: {{say: {HELLO}, next: f}}\nf: {{lookup: orders, found: c}}\nc: {{callback: support}}"
    )
    ahead = Driven(book_from(flow), World(sources=FOUND), call=withheld).press("4155550123#1", after=1)
    assert ahead.session.scratch["state"] == "confirm"
    assert "BookCallback" not in str(ahead.effects)


def test_no_consent_is_given_before_it_was_asked():
    flow = flow_from(
        f"hi: {{say: {HELLO}, next: r}}\n"
        "r: {record: We would like to record this call., consent: true, next: bye}\nbye: {hang_up: Bye.}"
    )
    driven = Driven(book_from(flow))
    assert driven.says == [HELLO]
    driven.press("1")
    assert (driven.at, driven.session.recording) == ("r", "")


def test_a_recording_is_announced_although_a_number_was_keyed_and_the_number_is_kept():
    driven = a_line(f"say: {HELLO}, next: NEXT", "record: This call is recorded., next: NEXT")
    assert driven.says == [HELLO, "This call is recorded."]
    driven.press("123456#", after=1)
    assert (driven.says, driven.session.recording) == (["This call is recorded."], "")
    driven.silence()
    assert (driven.session.recording, driven.session.variables) == ("on", {"n": "123456"})


# Messages that must not be lost ----------------------------------------------------------------------------


def menu_behind(*messages: str, **more: str) -> Driven:
    steps = [f"m{number}: {{say: {text}, next: m{number + 1}}}" for number, text in enumerate(messages)]
    steps += [f"m{len(messages)}: {{menu: 'Orders, press 1.', keys: {{1: bye}}}}", "bye: {hang_up: Bye.}"]
    return Driven(book_from(flow_from("\n".join(steps), **more)))


def test_a_cough_repeats_the_message_and_the_question_by_keys_only_and_costs_no_try():
    driven = menu_behind(HELLO, "We have moved to Harbour Street.").speak("uh")
    assert driven.says == [HELLO, "We have moved to Harbour Street.", "Orders, press 1."]
    assert not driven.turn.instruction.speech
    for _ in range(2):
        driven.press("9", after=30)
        assert driven.at == "m2"
    assert driven.press("9", after=30).session.status == "waiting"


def test_a_key_that_nobody_wants_skips_the_message_that_is_said_and_no_other():
    driven = menu_behind(HELLO, "We have moved to Harbour Street.").press("#", after=1)
    assert driven.says == ["We have moved to Harbour Street.", "Orders, press 1."]


def test_a_wrong_key_at_the_question_is_a_wrong_key():
    driven = menu_behind(HELLO).press("9", after=6)
    assert driven.says == ["That key is not one of the choices.", "Orders, press 1."]


def test_the_caller_stands_at_the_message_while_it_is_said():
    """Where 0 is pressed, and where they hang up."""
    driven = menu_behind(HELLO, "We have moved to Harbour Street.")
    assert [one["step"] for one in driven.session.path] == ["m0", "m1", "m2"]
    pressed = menu_behind(HELLO, "We have moved to Harbour Street.").press("0", after=5)
    assert [one["step"] for one in pressed.session.path] == ["m0", "m1", "@person:support"]
    driven.do(CallerHungUp(), after=1)
    assert [(entry.what, entry.step) for entry in driven.trace] == [("ended_here", "m0")]


def test_where_0_would_find_another_queue_behind_the_message_they_are_two_documents():
    flow = flow_from(
        f"hi: {{say: {HELLO}, next: m}}\nm: {{menu: 'Orders, press 1.', keys: {{1: hi}}, human: billing}}"
    )
    driven = Driven(book_from(flow))
    assert driven.says == [HELLO]
    assert driven.press("0").at == "@person:support"


def test_messages_in_a_circle_are_told_round_by_round():
    driven = Driven(book_from(flow_from(f"a: {{say: {HELLO}, next: b}}\nb: {{say: More., next: a}}")))
    assert driven.says == [HELLO, "More."]
    assert driven.silence().says == [HELLO, "More."]
    assert driven.press("5").session.faults == 0


def test_messages_longer_than_a_document_are_more_documents():
    long = "Much is to be said. " * 120
    driven = Driven(
        book_from(
            flow_from(
                f"a: {{say: {HELLO} {long}, next: b}}\nb: {{say: {long}, next: c}}\nc: {{hang_up: Bye.}}"
            )
        )
    )
    assert len([text for text in driven.says if "Much" in text]) == 1
    assert len([text for text in driven.silence().says if "Much" in text]) == 1


def test_a_goodbye_comes_after_one_second_unless_nothing_was_said_of_0():
    first = Driven(book_from(flow_from("x: {hang_up: Bye.}")))
    assert first.turn.instruction.timeout == 3
    driven = menu_behind(HELLO)
    flow = flow_from(
        f"a: {{menu: {HELLO}, keys: {{1: b}}}}\nb: {{say: It is done., next: c}}\nc: {{hang_up: Bye.}}"
    )
    driven = Driven(book_from(flow)).press("1")
    assert (driven.says, driven.turn.instruction.timeout) == (["It is done."], 1)


# Keys that were meant for a sensitive question ------------------------------------------------------------

SECRET = "4478"
ON_THE_WAY = {
    "a menu that does not take it": f"hi: {{say: {HELLO}, next: m}}\n"
    "m: {menu: 'To pay, press 1.', keys: {1: pin}}\n",
    "a source that leads elsewhere": f"hi: {{say: {HELLO}, next: f}}\n"
    "f: {lookup: gone, found: pin, missing: m}\nm: {menu: 'To pay, press 1.', keys: {1: pin}}\n",
    "a card payment": f"hi: {{say: {HELLO}, next: p}}\np: {{pay: Default, paid: bye, failed: bye}}\n",
}


@pytest.mark.parametrize("before", ON_THE_WAY.values(), ids=list(ON_THE_WAY))
def test_what_may_have_been_meant_for_a_sensitive_question_is_shown_to_nobody(before):
    asked = "pin: {ask: 'Your code?', digits: 4, save: pin, sensitive: true, next: bye}\nbye: {hang_up: Bye.}"
    driven = Driven(book_from(flow_from(before + asked)), World(sources=FOUND))
    seen = []
    for digit in SECRET:  # however a Gather takes them apart
        driven.press(digit, after=0.5)
        seen += driven.trace
    for _ in range(3):
        driven.silence(after=0.5)
    whole = Driven(book_from(flow_from(before + asked)), World(sources=FOUND)).press(SECRET, after=0.5)
    for one in (driven, whole.silence(after=0.5)):
        shown = [entry["value"] for entry in one.session.inputs]
        assert not set("".join(shown)) & set(SECRET), shown
    assert not [entry for entry in seen if any(digit in str(entry.details) for digit in SECRET)]


def test_what_leads_to_nothing_sensitive_is_shown_as_before():
    driven = menu_behind(HELLO).press("9", after=1)
    assert [one["value"] for one in driven.session.inputs] == ["9"]


def test_what_was_keyed_wrong_at_a_question_is_shown_although_a_card_is_asked_for_behind_it():
    flow = flow_from(
        f"q: {{ask: {HELLO}, digits: 6, save: n, next: p}}\n"
        "p: {pay: Default, paid: bye, failed: bye}\nbye: {hang_up: Bye.}"
    )
    driven = Driven(book_from(flow)).press("1234")
    assert [one["value"] for one in driven.session.inputs] == ["1234"]


def test_a_card_keyed_before_it_is_asked_for_is_refused_in_words_and_then_asked_for():
    steps = f"hi: {{menu: {HELLO}, keys: {{1: p}}}}\np: {{pay: Default, paid: bye, failed: bye}}\n"
    driven = Driven(book_from(flow_from(steps + "bye: {hang_up: Bye.}"))).press("1")
    assert driven.says[0].startswith("You will now be asked for your card")
    driven.press("4", after=1)
    assert driven.says == [
        "What you pressed was too early and was not taken. Please wait until you are asked for your card. "
        "For a person, press 0."
    ]
    assert driven.silence().does == "Pay"
    assert [one["value"] for one in driven.session.inputs] == ["1"]


def test_0_in_the_notice_is_a_person_and_keys_without_end_come_to_the_card():
    steps = f"hi: {{menu: {HELLO}, keys: {{1: p}}}}\np: {{pay: Default, paid: bye, failed: bye}}\n"
    flow = flow_from(steps + "bye: {hang_up: Bye.}")
    told = Driven(book_from(flow)).press("1").press("4", after=1)
    assert told.press("0", after=1).session.status == "waiting"
    driven = Driven(book_from(flow)).press("1")
    for digit in "411":
        driven.press(digit, after=1)
    assert driven.does == "Pay"


# The pound key alone, and 0 before choices ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("ask: 'Number?', digits: {min: 4, max: 8}, save: n, next: bye", "Number?"),
        ("menu: 'Orders, press 1.', keys: {1: bye}", "Orders, press 1."),
        ("language: 'For English, press 1.', keys: {1: en-US}, next: bye", "For English, press 1."),
        ("survey: [{ask: 'Happy?', save: n}], tries: 3, next: bye", "Happy?"),
    ],
)
def test_the_pound_key_alone_asks_again_and_is_no_wrong_answer(question, asked):
    flow = flow_from(f"q: {{{question}}}\nbye: {{hang_up: Bye.}}")
    driven = Driven(book_from(flow))
    for _ in range(3):
        driven.press("#")
        assert driven.says[-1] == asked and driven.at == "q"
        assert not {"I did not hear anything.", "That key is not one of the choices."} & set(driven.says)
    for _ in range(2):
        assert driven.press("9").at == "q", "the pound key has cost no try"
    assert driven.press("9").at == "@person:support"


def test_the_pound_key_alone_is_no_number_to_be_called_at():
    from dataclasses import replace

    from tests.engine.driving import CALL

    driven = Driven(book_from(flow_from("c: {callback: support}")), call=replace(CALL, caller=""))
    driven.press("#")
    assert driven.session.scratch["state"] == "number" and len(driven.says) == 1
    assert driven.says[0].startswith("Please enter the number")


def test_the_pound_key_held_down_for_ever_ends_with_a_person():
    driven = Driven(book_from(flow_from("q: {ask: 'Number?', save: n, next: bye}\nbye: {hang_up: Bye.}")))
    for _ in range(6):
        driven.press("#")
    assert driven.at == "@person:support"


def test_the_pound_key_behind_a_whole_entry_does_not_undo_it():
    steps = "q: {ask: 'Number?', digits: 4, save: n, confirm: true, next: bye}\nbye: {hang_up: Bye.}"
    driven = Driven(book_from(flow_from(steps))).press("4105").press("#", after=1)
    assert driven.says[0].startswith("You entered")
    assert [one["value"] for one in driven.session.inputs] == ["4105"], "and no agent reads of it"
    assert driven.press("1").session.variables == {"n": "4105"}
    author = flow_from("q: {menu: 'Go on with the pound key.', keys: {'#': bye}}\nbye: {hang_up: Bye.}")
    assert Driven(book_from(author)).press("#").at == "bye", "where it is a choice it is one"


def test_the_pound_key_ends_half_an_entry_that_was_keyed_ahead():
    driven = a_line(f"say: {HELLO}, next: NEXT", "lookup: orders, found: NEXT").press("1234", after=1)
    assert driven.press("#", after=1).session.variables == {"n": "1234"}


def test_0_counts_at_once_where_every_answer_is_one_key():
    """And a choice of two digits is taken without the pound key."""
    driven = a_line(f"say: {HELLO}, next: NEXT", ask="choices: ['1', '2', '3'], save: n")
    assert driven.turn.instruction.digits == 1
    assert driven.press("0", after=1).session.status == "waiting"
    two = a_line(f"say: {HELLO}, next: NEXT", ask="choices: ['10', '12'], save: n")
    assert two.turn.instruction.digits == 2 and two.press("10", after=1).session.variables == {"n": "10"}
    assert a_line(ask="choices: ['1', '12'], save: n").turn.instruction.digits is None
    assert a_line(ask="choices: ['0', '1'], save: n").turn.instruction.digits is None
    assert a_line(ask="digits: {min: 5, max: 5}, save: n").turn.instruction.digits == 5
