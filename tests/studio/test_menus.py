"""Menus and questions: gathers and their splits, key 0, and answers that fail."""

from exports import entry, imported, loaded, only, queue, say, split, steps, widget

MENU = "For sales, press 1. For billing, press 2."


def menu(*matches, text=MENU, otherwise=None, more=(), **properties):
    """A gather with its split, and the widgets its keys lead to."""
    exits = {"keypress": "keys", "speech": None, **properties.pop("exits", {})}
    asked = widget("ask_it", "gather-input-on-call", exits, say=text, **properties)
    keys = split("keys", "{{widgets.ask_it.Digits}}", *matches, otherwise=otherwise)
    return imported(
        asked, keys, queue("sales_line"), queue("billing_line"), say("sorry", "Sorry.", "ask_it"), *more
    )


TWO = (("equal_to", "1", "sales_line"), ("equal_to", "2", "billing_line"))


# Menus ------------------------------------------------------------------------------------------


def test_a_gather_and_its_split_are_one_menu():
    result = menu(*TWO)

    assert only(result, "menu")[0]["keys"] == {1: "sales_line", 2: "billing_line"}
    assert only(result, "branch") == []
    assert entry(result, "keys").status == "converted"


def test_words_come_from_the_split_on_speech():
    heard = split(
        "heard",
        "{{widgets.ask_it.SpeechResult}}",
        ("contains", "Sales", "sales_line"),
        ("matches_any_of", "bill, Invoice", "billing_line"),
    )
    found = only(menu(*TWO, exits={"speech": "heard"}, more=(heard,)), "menu")[0]

    assert found["words"] == {"sales_line": ["sales"], "billing_line": ["bill", "invoice"]}


def test_a_loop_back_to_the_question_is_its_tries():
    result = menu(*TWO, otherwise="sorry", exits={"timeout": "ask_it"})

    assert "tries" not in only(result, "menu")[0] and "no_input" not in only(result, "menu")[0]
    assert entry(result, "sorry").status == "approximated"


def test_counted_tries_are_counted_by_the_menu():
    counting = (
        widget(
            "count",
            "set-variables",
            {"next": "enough"},
            variables=[{"key": "n", "value": "{{flow.variables.n | plus: 1}}"}],
        ),
        split("enough", "{{flow.variables.n}}", ("greater_than", "1", "sales_line"), otherwise="ask_it"),
    )
    result = menu(*TWO, otherwise="count", exits={"timeout": "count"}, more=counting)

    assert only(result, "menu")[0]["tries"] == 2
    assert only(result, "set") == []


def test_silence_that_leads_elsewhere_still_does():
    goodbye = say("bye", "Nobody there. Goodbye.")
    found = only(menu(*TWO, exits={"timeout": "bye"}, more=(goodbye,)), "menu")[0]

    assert (found["no_input"], found["tries"]) == ("bye", 1)


def test_a_wrong_key_that_led_elsewhere_is_said():
    result = menu(*TWO, otherwise="bye", more=(say("bye", "Goodbye."),))

    assert entry(result, "ask_it").status == "approximated"
    assert "'bye'" in entry(result, "ask_it").reasons[0]


# Key 0 ------------------------------------------------------------------------------------------


def test_0_for_an_operator_is_not_written_and_names_the_queue():
    operators = widget("operator", "enqueue-call", {}, queue_name="Operators")
    result = menu(*TWO, ("equal_to", "0", "operator"), more=(operators,))

    assert 0 not in only(result, "menu")[0]["keys"]
    assert "\nhuman: operators " in result.files["sample.yaml"]


def test_0_for_something_else_gets_the_next_free_key_and_the_prompt_says_so():
    text = f"{MENU} To hear our address, press 0."
    result = menu(
        *TWO, ("equal_to", "0", "address"), text=text, more=(say("address", "Main Street.", "ask_it"),)
    )
    found = only(result, "menu")[0]

    assert found["keys"][3] == "address"
    assert "To hear our address, press 3." in found["menu"]
    assert entry(result, "ask_it").status == "approximated"


def test_a_menu_of_0_alone_is_a_message():
    result = menu(
        ("equal_to", "0", "sales_line"), text="Press 0 for an operator, or wait.", otherwise="sales_line"
    )

    assert only(result, "menu") == []
    assert loaded(result).problems == []


def test_the_first_words_mention_0():
    assert "Press 0 at any time to speak to a person." in only(menu(*TWO), "menu")[0]["menu"]
    spanish = imported(
        say("hola", "Gracias por llamar.", "agents2", language="es-MX"),
        widget("agents2", "record-voicemail", {"recordingComplete": None}),
    )
    assert "Pulse 0 en cualquier momento" in spanish.files["sample.yaml"]
    assert loaded(spanish).problems == []


# Questions --------------------------------------------------------------------------------------


def test_a_gather_without_a_split_is_a_question():
    asked = widget(
        "gather_1",
        "gather-input-on-call",
        {"keypress": "told"},
        stop_gather=True,
        say="Enter your account number.",
        number_of_digits=8,
        timeout=9,
    )
    result = imported(asked, say("told", "You keyed {{widgets.gather_1.Digits}}.", "agents"), queue())
    found = steps(result)["account_number"]

    assert (found["digits"], found["timeout"], found["save"]) == (8, 9, "account_number")
    assert "{{ account_number }}" in result.files["sample.yaml"]


def test_a_spoken_question_with_known_answers():
    asked = widget(
        "sure", "gather-input-on-call", {"speech": "which", "timeout": "sure"}, say="Is that right?"
    )
    which = split(
        "which",
        "{{widgets.sure.SpeechResult}}",
        ("contains", "Yes", "agents"),
        ("contains", "No", "sure"),
        otherwise="sure",
    )
    found = only(imported(asked, which, queue()), "ask")[0]

    assert found["speech"] is True and found["choices"] == ["Yes", "No"]


def test_options_name_what_they_lead_to():
    result = menu(
        ("equal_to", "1", "say_play_1"),
        ("equal_to", "2", "say_play_2"),
        text="Press 1 for opening times, or press 2 to hear our address.",
        more=(say("say_play_1", "Nine to five.", "ask_it"), say("say_play_2", "Main Street.", "ask_it")),
    )

    assert only(result, "menu")[0]["keys"] == {1: "opening_times", 2: "address"}
