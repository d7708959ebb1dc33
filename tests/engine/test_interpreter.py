"""What the interpreter does for all steps alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.engine.effects import KeepVoicemail
from ivr.engine.events import AgentAccepted, DigitsPressed, QueueReported, TalkEnded
from ivr.engine.instructions import HangUp, Join, Listen
from ivr.engine.interpreter import resume, start
from ivr.engine.step import GoTo, Move, Step, Visit
from ivr.steps.built_in import BuiltIn
from tests.engine.driving import CALL, Driven, World, book_from, flow_from

TWO = "hi: {say: Hi., next: m}\nm: {menu: Choose., keys: {1: hi}}"


class Broken(Step):
    """A step with a bug."""

    def enter(self, visit: Visit) -> Move:
        raise RuntimeError("no such thing")


def with_step(step: Step, steps: str = TWO):
    flow = flow_from(steps)
    return replace(flow, steps={**flow.steps, "m": step})


def test_f_wh_10_a_fault_is_traced_with_its_line_and_leads_to_a_person():
    driven = Driven(book_from(with_step(Broken()))).silence()
    (fault,) = [entry for entry in driven.trace if entry.what == "fault"]
    assert (fault.file, fault.line, fault.step) == ("flows/main.yaml", 11, "m")
    assert "no such thing" in fault.details["error"]
    assert driven.at == "@person:support"
    assert driven.says[0] == "Sorry, something went wrong on our side."
    assert driven.session.wanted_person
    assert driven.session.faults == 1


def test_a_fault_on_the_way_to_a_person_leads_to_a_message_and_then_to_a_spoken_goodbye():
    class NoQueue(BuiltIn):
        def queue(self, name: str) -> Step:
            raise RuntimeError("no queue")

    class Nothing(NoQueue):
        def message(self, name: str) -> Step:
            raise RuntimeError("no voicemail")

    flow_set = book_from(flow_from(TWO))
    to_message = Driven(replace(flow_set, implicit=NoQueue())).press("0")
    assert to_message.at == "@message:support"
    assert isinstance(to_message.turn.instruction, Listen)
    goodbye = Driven(replace(flow_set, implicit=Nothing())).press("0")
    assert goodbye.does == "HangUp" or goodbye.silence().does == "HangUp"
    assert isinstance(goodbye.turn.instruction, HangUp)
    assert "goodbye" in " ".join(goodbye.says).lower()


def test_without_implicit_steps_there_is_still_no_silence_and_no_exception():
    flow_set = replace(book_from(flow_from(TWO)), implicit=None)
    driven = Driven(flow_set).press("0")
    assert driven.turn.instruction is not None
    assert driven.says


def test_an_unknown_flow_at_start_is_the_services_mistake():
    with pytest.raises(KeyError):
        start(book_from(flow_from(TWO)), "other", CALL, World().seen(""))


def test_prompts_before_a_queue_survive_until_the_queue_reports():
    class Speaks(Step):
        def enter(self, visit: Visit) -> Move:
            from ivr.engine.instructions import Say

            return Move(GoTo("q"), prompts=(Say("Before.", "en-US"),))

    flow = with_step(Speaks(), TWO + "\nq: {queue: billing}")
    assert Driven(book_from(flow)).silence().says[0] == "Before."


def test_promise_1_the_first_instruction_of_every_call_says_that_0_works():
    for steps in (
        TWO,
        "q: {queue: billing}",
        "v: {voicemail: support}",
        "x: {hang_up: Bye.}",
        "x: {leave: flow}",
    ):
        driven = Driven(book_from(flow_from(steps)))
        assert isinstance(driven.turn.instruction, Listen)
        assert any("0" in said for said in driven.says[:2]), driven.says


def test_the_queue_is_the_innermost_flows_unless_the_step_says_another():
    inner = flow_from(
        "a: {menu: A., keys: {1: b}}\nb: {menu: B., keys: {1: a}, human: gold}", "inner", human="vip"
    )
    flow_set = book_from(flow_from("f: {flow: inner, next: f}"), inner)
    assert Driven(flow_set).press("0").at == "@person:vip"
    assert Driven(flow_set).press("1").press("0").at == "@person:gold"


def test_a_key_pressed_ahead_that_makes_no_sense_is_no_failed_try():
    driven = Driven(book_from(flow_from(TWO))).press("9", after=0.1)
    assert driven.at == "m"
    assert driven.says == ["Press 0 at any time to speak to a person.", "Choose."]
    assert "not_understood" not in driven.happened
    driven.press("9").press("9")
    assert driven.at == "m"
    assert driven.press("9").at == "@person:support"


def test_tries_of_the_flow_and_never_more_than_three():
    assert Driven(book_from(flow_from(TWO, tries=1))).silence().silence().at == "@person:support"
    driven = Driven(book_from(flow_from(TWO, tries=50))).silence()
    for _ in range(3):
        driven.silence()
    assert driven.at == "@person:support"


def test_talk_ended_elsewhere_than_in_a_queue_offers_help_all_the_same():
    driven = Driven(book_from(flow_from(TWO)))
    driven.do(AgentAccepted("room"))
    assert driven.turn.instruction == Join("room")
    driven.do(TalkEnded())
    assert "press 0" in driven.says[0]
    assert driven.press("0").session.status == "waiting"


def test_a_late_report_of_the_queue_is_harmless():
    driven = Driven(book_from(flow_from(TWO)))
    driven.do(QueueReported(driven.world.stands("support")))
    assert isinstance(driven.turn.instruction, Listen)


def test_inputs_and_path_are_kept_for_the_agent():
    """Promise 5."""
    driven = Driven(book_from(flow_from(TWO))).silence().press("7").speak("an agent please")
    assert [(one["step"], one["kind"], one["value"], one["understood"]) for one in driven.session.inputs] == [
        ("m", "keys", "7", False),
        ("m", "speech", "an agent please", True),
    ]
    assert [one["step"] for one in driven.session.path] == ["hi", "m", "@person:support"]


def test_a_key_pressed_ahead_was_pressed_once():
    driven = Driven(book_from(flow_from(TWO))).press("1")
    listed = [(one["step"], one["value"], one["understood"]) for one in driven.session.inputs]
    assert listed == [("m", "1", True)]


def test_a_key_that_nobody_after_the_message_wanted_was_pressed_at_the_message():
    flow = flow_from("hi: {say: Hi., next: more}\nmore: {say: More., next: hi}")
    driven = Driven(book_from(flow)).press("1")
    assert [(one["step"], one["value"]) for one in driven.session.inputs] == [("more", "1")]


def test_path_and_inputs_are_capped():
    driven = Driven(book_from(flow_from("a: {menu: A., keys: {1: a}}")))
    for _ in range(250):
        driven.press("1")
    assert len(driven.session.path) == 200
    assert len(driven.session.inputs) == 100


def test_a_missing_variable_is_traced_and_said_as_nothing():
    driven = Driven(book_from(flow_from("a: {say: 'Hi {{ nobody }}.', next: a}")))
    (missing,) = [entry for entry in driven.trace if entry.what == "missing"]
    assert missing.details == {"names": ["nobody"]}
    assert driven.says[0] == "Hi ."


def test_the_company_can_reword_the_engine():
    world = World()
    world.context = replace(world.context, phrases={"en": {"wrong_key": "Nope.", "no_input": "{{ broken"}})
    driven = Driven(book_from(flow_from(TWO)), world)
    assert driven.press("9").says[0] == "Nope."
    assert driven.silence().says[0] == "I did not hear anything."


def test_a_message_of_a_caller_in_line_who_hangs_up_is_kept_though_the_hang_up_came_first():
    from ivr.engine.events import CallerHungUp, InputTimedOut, RecordingEnded

    driven = Driven(book_from(flow_from("q: {queue: billing}"))).press("2").silence()
    session = driven.session
    driven.do(CallerHungUp())
    driven.do(RecordingEnded("RE7", 12, "hangup"))
    assert driven.effects == [KeepVoicemail("billing", "RE7", 12)]
    again = resume(driven.flow_set, session, InputTimedOut(), driven.world.seen("billing"))
    assert again.instruction is not None


def test_the_same_event_on_the_same_session_gives_the_same_turn():
    """Promise 7: nothing in the engine knows the clock or chance."""
    driven = Driven(book_from(flow_from(TWO)))
    context = driven.world.seen("")
    turns = {repr(resume(driven.flow_set, driven.session, DigitsPressed("0"), context)) for _ in range(3)}
    assert len(turns) == 1


def test_a_question_whose_every_value_is_missing_is_not_silence():
    driven = Driven(
        book_from(flow_from("hi: {menu: Hi., keys: {1: m}}\nm: {menu: '{{ nothing }}', keys: {1: hi}}"))
    ).press("1")
    assert driven.says == ["Press 0 at any time to speak to a person."]


def test_sub_flows_entered_turn_after_turn_do_not_grow_without_end():
    inner = flow_from("m: {menu: Deeper., keys: {1: f}}\nf: {flow: inner, next: m}", "inner")
    driven = Driven(book_from(flow_from("f: {flow: inner, next: f}"), inner))
    depth = 0
    while driven.at == "m":
        driven.press("1")
        depth += 1
        assert depth <= 10
    assert driven.at == "@person:support"
