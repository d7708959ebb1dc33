"""Hours, branches, transfers, other flows and names: what a call meets after the import."""

import exports
import pytest
from exports import entry, imported, loaded, only, queue, say, split, steps, widget

# Hours ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("looks_at", "matches", "otherwise", "hours"),
    [
        (
            '{{ "now" | date: "%H:%M" }}',
            [("is_before_time", "09:00", "closed"), ("is_after_time", "5:30 PM", "closed")],
            "agents",
            "{mon-sun: 09:00-17:30}",
        ),
        (
            '{{ "now" | date: "%H" }}',
            [("less_than", "8", "closed"), ("greater_than", "16", "closed")],
            "agents",
            "{mon-sun: 08:00-17:00}",
        ),
        (
            "{{ 'now' | date: '%A' }}",
            [("matches_any_of", "Saturday, Sunday", "closed")],
            "agents",
            "{mon-fri: 00:00-24:00}",
        ),
        ("{{ 'now' | date: '%u' }}", [("less_than", "6", "agents")], "closed", "{mon-fri: 00:00-24:00}"),
        (
            "{{ 'now' | timezone: 'Europe/Paris' | date: '%w' }}",
            [("equal_to", "0", "closed")],
            "agents",
            "{mon-sat: 00:00-24:00}",
        ),
    ],
)
def test_a_split_on_the_time_is_a_calendar(looks_at, matches, otherwise, hours):
    result = imported(
        split("s", looks_at, *matches, otherwise=otherwise), say("closed", "We are closed."), queue()
    )

    assert f"hours: {hours}" in result.files["config.suggested.yaml"]
    assert ("zone: Europe/Paris" in result.files["config.suggested.yaml"]) == ("Paris" in looks_at)
    assert only(result, "hours")[0] == {"hours": "office", "open": "agents", "closed": "closed"}


def test_days_and_hours_in_two_splits_are_one_calendar():
    result = imported(
        split(
            "day",
            "{{ 'now' | date: '%A' }}",
            ("matches_any_of", "Saturday,Sunday", "closed"),
            otherwise="time",
        ),
        split(
            "time",
            "{{ 'now' | date: '%H%M' }}",
            ("less_than", "0900", "closed"),
            ("greater_than", "1700", "closed"),
            otherwise="agents",
        ),
        say("closed", "We are closed."),
        queue(),
    )

    assert "hours: {mon-fri: 09:00-17:00}" in result.files["config.suggested.yaml"]
    assert len(only(result, "hours")) == 1


def test_three_ways_through_the_week_are_two_calendars():
    result = imported(
        split(
            "s",
            "{{ 'now' | date: '%H' }}",
            ("less_than", "12", "agents"),
            ("less_than", "18", "late"),
            otherwise="closed",
        ),
        say("closed", "We are closed."),
        queue(),
        queue("late", attributes='{"team": "late team"}'),
    )

    assert len(only(result, "hours")) == 2
    assert loaded(result).problems == []


def test_a_day_of_the_year_is_a_condition():
    found = only(
        imported(
            split(
                "s", "{{ 'now' | date: '%F' }}", ("is_before_date", "2026-12-24", "agents"), otherwise="bye"
            ),
            say("bye", "Goodbye."),
            queue(),
        ),
        "branch",
    )
    assert found[0]["branch"][0]["when"] == "now < '2026-12-24'"


# Ways on ----------------------------------------------------------------------------------------


def test_a_split_on_the_outcome_is_the_exits_of_the_transfer():
    result = imported(
        widget("shop", "connect-call-to", {"callCompleted": "how"}, noun="number", to="+14155552671"),
        split(
            "how",
            "{{widgets.shop.DialCallStatus}}",
            ("matches_any_of", "busy,no-answer", "agents"),
            otherwise="bye",
        ),
        say("bye", "Goodbye."),
        queue(),
    )

    shown = {key: steps(result)["shop"].get(key) for key in ("next", "busy", "no_answer", "failed")}
    assert shown == {"next": "bye", "busy": "agents", "no_answer": "agents", "failed": "bye"}


def test_a_circle_without_a_question_ends_with_a_person():
    result = imported(say("a", "One."), say("b", "Two.", "a"), start="b")
    assert loaded(result).problems == []
    round_and_round = imported(say("a", "One.", "b"), say("b", "Two.", "a"))

    assert loaded(round_and_round).flow_set is not None
    assert [next(iter(body)) for body in steps(round_and_round).values()] == ["say", "say", "queue"]
    assert (
        "Two." in round_and_round.files["sample.yaml"] and "circle" in entry(round_and_round, "b").reasons[0]
    )


def test_a_widget_that_is_missing_is_a_person():
    result = imported(say("hello", "Hello.", "nowhere"))

    assert steps(result)["person"] == {"queue": "support"}
    assert entry(result, "hello").status == "approximated"


def test_who_has_talked_to_somebody_is_not_put_through_again():
    asked = "{{widgets.redirect.answer}}"
    result = imported(
        widget("redirect", "add-twiml-redirect", {"return": "answered"}, url="https://example.com"),
        split("answered", asked, ("equal_to", "more", "bye"), otherwise="bye"),
        say("bye", "Goodbye."),
    )

    assert steps(result) == {"person": {"queue": "support"}}


def test_what_follows_a_talk_without_a_word_is_a_goodbye():
    counted = widget("count", "set-variables", {"next": None}, variables=[{"key": "seen", "value": "yes"}])
    talk = widget("agents", "send-to-flex", {"callComplete": "count"}, workflow="WW1")

    assert steps(imported(talk, counted))["count"]["next"] == "goodbye"
    assert steps(imported(counted))["count"]["next"] == "person"


def test_a_subflow_is_a_flow_that_leads_to_a_person_and_comes_back():
    result = imported(widget("identify", "run-subflow", {"completed": "agents"}, flow_sid="FW1"), queue())

    assert "leave: flow" in result.files["identify.yaml"]
    assert steps(result)["identify"] == {"flow": "identify", "next": "agents"}


def test_an_exported_subflow_comes_back_to_its_caller():
    result = import_inner()

    assert steps(result)["back"] == {"leave": "flow"}
    assert loaded(result).problems == []


def import_inner():
    return imported(say("hello", "One moment."), incomingParent="hello")


def test_two_languages_keep_their_voices():
    result = imported(
        say("first", "Welcome to us.", "second", language="en-US", voice="Polly.Joanna"),
        say("second", "Para español.", "third", language="es-ES", voice="Polly.Lucia"),
        say("third", "Good.", "agents", language="en-US", voice="Polly.Joanna"),
        queue(),
    )

    assert steps(result)["second"]["say"] == {"es-ES": "Para español."}
    assert "es-ES: Polly.Lucia" in result.files["config.suggested.yaml"]
    assert "languages: [en-US, es-ES]" in result.files["sample.yaml"]


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("equal_to", "gold", "tier == 'gold'"),
        ("equal_to", "O'Neil", 'tier == "O\'Neil"'),
        ("not_equal_to", "gold", "tier != 'gold'"),
        ("matches_any_of", "a, b", "tier in ['a', 'b']"),
        ("does_not_match_any_of", "a, b", "tier not in ['a', 'b']"),
        ("is_blank", "", "tier is empty"),
        ("is_not_blank", "", "tier is not empty"),
        ("contains", "old", "'old' in tier"),
        ("does_not_contain", "old", "'old' not in tier"),
        ("starts_with", "+44", "'+44' in tier"),
        ("less_than", "5", "tier < 5"),
        ("greater_than", "2.5", "tier > 2.5"),
        ("regex", "^(a|b)$", "tier in ['a', 'b']"),
        ("regex", "yes|yeah", "'yes' in tier or 'yeah' in tier"),
        ("regex", r"^\d+$", "tier is number"),
        ("regex", r"(?=x)[", None),
        ("starts_with", "old", None),
        ("less_than", "many", None),
        ("nonsense", "x", None),
    ],
)
def test_conditions(kind, value, written):
    result = imported(
        widget(
            "remember",
            "set-variables",
            {"next": "s"},
            variables=[{"key": "tier", "value": "{{trigger.call.From}}"}],
        ),
        split("s", "{{flow.variables.tier}}", (kind, value, "agents"), otherwise="bye"),
        say("bye", "Goodbye."),
        queue(),
    )
    branches = only(result, "branch")

    if written is None:
        assert not branches and entry(result, "s").status == "not convertible"
    else:
        assert branches[0]["branch"][0]["when"] == written
    assert loaded(result).flow_set is not None


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("MainMenu", "main_menu"),
        ("say_play_7", "welcome"),
        ("get-account", "get_account"),
        ("SAY_12", "welcome"),
    ],
)
def test_names(name, wanted):
    result = imported(
        say(name, "Thank you for calling us.", "m"),
        exports.widget("m", "record-voicemail", {"recordingComplete": None}),
    )
    assert next(iter(steps(result))) == wanted
