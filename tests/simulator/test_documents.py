"""What a document may be: strictness, sizes, content types (facts 1.2), and the simple verbs."""

from __future__ import annotations

import pytest
from flask import Response

from tests.simulator.line_app import BASE, twiml, wav


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<Shout>hello</Shout>", 12200),
        ('<Say volume="9">hello</Say>', 12200),
        ("<say>hello</say>", 12200),
        ("<Enqueue>support</Enqueue>", 12200),
        ("stray text<Say>hello</Say>", 12200),
        ("<Say><blink>hello</blink></Say>", 12200),
        ("<Say></Say>", 13520),
        ("<Say>" + "x" * 4097 + "</Say>", 13521),
        ('<Say voice="Robot">hello</Say>', 13511),
        ('<Say language="klingon!">hello</Say>', 13512),
        ('<Pause length="0"/>', 13910),
        ('<Reject reason="tired"/>', 13810),
        ('<Redirect method="PUT">/x</Redirect>', 13710),
        ("<Play></Play>", 13420),
        ('<Play digits="x"/>', 13430),
        (Response("<Response>", content_type="text/xml"), 12100),
        (Response(" " + twiml("<Hangup/>"), content_type="text/xml"), 12100),
        (Response("<Answer/>", content_type="text/xml"), 12102),
        (Response("", content_type="text/xml"), 11770),
        (Response(twiml("<Hangup/>"), content_type="application/json"), 12300),
        (Response(twiml("<!--" + "x" * 65536 + "-->"), content_type="text/xml"), 11750),
        (Response("gone", 404), 11200),
        (Response("broken", 500), 11200),
    ],
)
def test_wrong_documents_are_faults(line, page, code):
    line.call(page)
    assert line.fault_codes[0] == code


def test_not_simulated_is_said_clearly(line):
    line.call("<Enqueue>support</Enqueue>")
    assert line.account.faults[0].text == "<Enqueue> is not simulated"


def test_missing_content_type(line):
    response = Response(twiml("<Hangup/>"))
    del response.headers["Content-Type"]
    line.call(response)
    assert line.fault_codes[0] == 12300


@pytest.mark.parametrize("kind", ["text/xml", "application/xml", "text/html; charset=utf-8", "text/plain"])
def test_content_types_that_are_run(line, kind):
    phone = line.call(Response(twiml("<Say>Hello.</Say>"), content_type=kind))
    assert phone.heard == ["Hello."] and not line.account.faults


def test_plain_text_is_spoken_then_hung_up(line):
    phone = line.call(Response("Hello there.", content_type="text/plain"))
    line.run(2)
    assert (phone.heard, phone.status) == (["Hello there."], "completed")


def test_audio_as_document_is_played_then_hung_up(line):
    phone = line.call(wav(3))
    assert phone.music == f"{BASE}/voice"
    line.run(3.1)
    assert phone.status == "completed" and phone.music_seconds == pytest.approx(3)


def test_empty_document_ends_the_call(line):
    phone = line.call("")
    assert phone.status == "completed" and not line.account.faults


def test_fault_leads_to_the_fallback_with_code_and_url(line):
    line.pages["/fallback"] = "<Say>Please wait.</Say>"
    phone = line.call(Response("broken", 500))
    asked = line.at("/fallback")[0].params
    assert (asked["ErrorCode"], asked["ErrorUrl"]) == ("11200", f"{BASE}/voice")
    assert phone.heard == ["Please wait."]


def test_failing_fallback_is_the_canned_error(line):
    line.pages["/fallback"] = Response("broken", 500)
    phone = line.call(Response("broken", 500))
    line.run(10)
    assert "application error" in phone.heard[0] and phone.status == "completed"


@pytest.mark.parametrize("again", [True, False])
def test_what_the_fallback_leads_to_fails_too(line, again):
    line.account.switches.fallback_again = again
    line.pages["/fallback"] = "<Say>Please wait.</Say><Redirect>/back</Redirect>"
    phone = line.call(Response("broken", 500))
    line.run(20)
    assert (len(line.at("/fallback")) > 3, phone.status == "in-progress") == (again, again)


@pytest.mark.parametrize("again", [True, False])
def test_a_call_that_went_on_has_its_fallback_for_the_next_failure(line, again):
    line.account.switches.fallback_again = again
    broken = iter([True, False, True, False])
    on = "<Pause/><Redirect>/on</Redirect>"
    line.pages["/on"] = lambda _: Response("broken", 500) if next(broken) else on
    line.pages["/fallback"] = "<Pause/><Redirect>/on</Redirect>"
    line.call("<Redirect>/on</Redirect>")
    line.run(3.5)
    assert len(line.at("/fallback")) == 2


def test_say_takes_its_time_and_loops(line):
    phone = line.call('<Say loop="2">' + "x" * 30 + "</Say>")
    line.run(3.9)
    assert phone.speaking
    line.run(0.2)
    assert phone.status == "completed" and len(phone.heard) == 2


def test_ssml_is_heard_without_tags_and_breaks_take_time(line):
    phone = line.call(
        '<Say>One <break time="2s"/><emphasis level="strong">two</emphasis> '
        '<say-as interpret-as="digits">3</say-as></Say>'
    )
    assert phone.heard == ["One two 3"]
    assert line.account.witness.of("speech")[0].detail["seconds"] == pytest.approx(2.6)


def test_pause_first_delays_the_answer(line):
    phone = line.call('<Pause length="3"/><Say>Hello.</Say>')
    line.run(2.9)
    assert phone.status == "ringing"
    line.run(0.2)
    assert phone.status == "in-progress"


@pytest.mark.parametrize(
    ("document", "status"),
    [("<Reject/>", "no-answer"), ('<Reject reason="busy"/>', "busy"), ("<Hangup/>", "completed")],
)
def test_reject_and_hangup(line, document, status):
    phone = line.call(document)
    assert phone.status == status
    assert line.at("/status")[0].params["CallStatus"] == status
    assert (phone.call.started is None) == (document != "<Hangup/>")


def test_reject_after_another_verb_has_answered_completes(line):
    phone = line.call("<Say>No.</Say><Reject/>")
    line.run(2)
    assert phone.status == "completed"


def test_redirect_resolves_relative_urls_and_the_rest_is_not_reached(line):
    line.pages.update(
        {"/deep/start": "<Redirect>next</Redirect><Say>Never.</Say>", "/deep/next": "<Say>Here.</Say>"}
    )
    phone = line.call("<Redirect>/deep/start</Redirect>")
    assert phone.heard == ["Here."]


def test_empty_redirect_asks_the_same_document_again(line):
    line.call("<Say>Hold.</Say><Redirect/>")
    line.run(2)
    assert len(line.at("/voice")) == 4


def test_documents_in_a_circle_without_time_are_stopped(line):
    phone = line.call("<Redirect/>")
    line.run(10)
    assert 12400 in line.fault_codes and phone.status == "completed"


def test_first_request_rings_and_later_ones_are_in_progress(line):
    line.pages["/next"] = "<Say>Hello.</Say>"
    line.call("<Say>Hello.</Say><Redirect>/next</Redirect>", StirVerstat="TN-Validation-Passed-A")
    line.run(2)
    first, second = line.at("/voice")[0].params, line.at("/next")[0].params
    assert (first["CallStatus"], second["CallStatus"]) == ("ringing", "in-progress")
    assert first["StirVerstat"] == second["StirVerstat"] == "TN-Validation-Passed-A"
    assert first["Direction"] == "inbound" and first["ApiVersion"] == "2010-04-01"


def test_caller_who_gives_up_before_the_answer(line):
    phone = line.call('<Pause length="5"/><Say>Hello.</Say>')
    phone.hang_up()
    line.run(1)
    assert phone.status == "no-answer" and phone.heard == []
    assert [r.params["CallStatus"] for r in line.at("/status")] == ["no-answer"]


def test_answer_that_comes_after_the_hang_up_is_void(line):
    line.account.disturb(delay=lambda w: 3.0)
    phone = line.call("<Say>Hello.</Say>")
    phone.hang_up()
    line.run(5)
    assert phone.heard == [] and phone.status == "no-answer"
