"""What callers say in the place of keys, in the four languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.engine.languages import KNOWN
from ivr.engine.person_requests import wants_person, wants_supervisor
from ivr.engine.spoken_input import said_yes, spoken_digits, spoken_key
from tests.engine.driving import Driven, book_from, flow_from

CODES = sorted(KNOWN)


@pytest.mark.parametrize("code", CODES)
def test_every_word_for_a_number_is_that_number(code):
    for word, digits in KNOWN[code].speech.numbers.items():
        if word not in ("o", "oh"):
            assert spoken_digits(word, code) == digits, word


@pytest.mark.parametrize("code", CODES)
def test_every_number_up_to_99_has_a_word(code):
    assert {str(number) for number in range(100)} <= set(KNOWN[code].speech.numbers.values())


@given(st.sampled_from(CODES), st.text("0123456789", min_size=2, max_size=12))
def test_digits_said_one_by_one(code, digits):
    names = {value: word for word, value in reversed(KNOWN[code].speech.numbers.items()) if len(value) == 1}
    assert spoken_digits(" ".join(names[digit] for digit in digits), code) == digits
    assert spoken_digits(", ".join(names[digit] for digit in digits) + ".", code) == digits


@pytest.mark.parametrize(
    ("language", "said", "digits"),
    [
        ("en-US", "four one five five", "4155"),
        ("en-US", "4 oh 5 5", "4055"),
        ("en-US", "it's 4155.", "4155"),
        ("en-US", "4,155", "4155"),
        ("en-US", "forty one fifty five", "4155"),
        ("en-US", "forty-one hundred", "4100"),
        ("en-US", "uh double five triple 2", "55222"),
        ("en-US", "my order number is nineteen eighty-four", "1984"),
        ("en-US", "four apples", ""),
        ("en-US", "double", ""),
        ("en-US", "double twenty", ""),
        ("en-US", "oh", ""),
        ("en-US", "", ""),
        ("es-US", "es el cuatro uno cinco doble dos", "41522"),
        ("es-US", "cuarenta y uno cincuenta y cinco", "4155"),
        ("es-US", "veintidós", "22"),
        ("de-DE", "äh vier eins fünf zwo", "4152"),
        ("de-DE", "einundvierzig fünfundfünfzig", "4155"),
        ("de-DE", "zweimal die drei", "33"),
        ("fr-FR", "quarante et un quatre-vingt-dix-neuf", "4199"),
        ("fr-FR", "c'est le zéro six soixante-dix", "0670"),
        ("fr-FR", "deux fois cinq", "55"),
    ],
)
def test_digits(language, said, digits):
    assert spoken_digits(said, language) == digits


@pytest.mark.parametrize(
    ("language", "said", "key"),
    [
        ("en-US", "one", "1"),
        ("en-US", "number one", "1"),
        ("en-US", "option two", "2"),
        ("en-US", "press three please", "3"),
        ("en-US", "the second one", "2"),
        ("en-US", "the pound key", "#"),
        ("en-US", "star", "*"),
        ("en-US", "2.", "2"),
        ("en-US", "one two", ""),
        ("en-US", "one more thing", ""),
        ("en-US", "twelve", ""),
        ("en-US", "oh", ""),
        ("es-US", "opción dos", "2"),
        ("es-US", "la primera", "1"),
        ("de-DE", "drücke die drei", "3"),
        ("de-DE", "die zweite", "2"),
        ("fr-FR", "touche deux", "2"),
        ("fr-FR", "la première", "1"),
    ],
)
def test_keys_by_their_number(language, said, key):
    assert spoken_key(said, language) == key


@pytest.mark.parametrize(
    ("language", "yes", "no", "neither"),
    [
        (
            "en-US",
            ["yes", "yeah that's right", "Correct.", "sure"],
            ["no", "nope", "that's not right", "no, that's wrong"],
            ["yes no", "maybe", "", "I know", "right now I am busy and cannot say yes"],
        ),
        (
            "es-US",
            ["sí", "claro que sí", "correcto"],
            ["no", "no es correcto", "está mal"],
            ["sí no", "quizás"],
        ),
        (
            "de-DE",
            ["ja", "genau", "das stimmt"],
            ["nein", "stimmt nicht", "falsch"],
            ["ja nein", "vielleicht"],
        ),
        (
            "fr-FR",
            ["oui", "c'est ça", "d'accord"],
            ["non", "ce n'est pas juste", "pas du tout"],
            ["oui non", "peut-être"],
        ),
    ],
)
def test_yes_and_no(language, yes, no, neither):
    assert [said_yes(text, language) for text in yes] == [True] * len(yes)
    assert [said_yes(text, language) for text in no] == [False] * len(no)
    assert [said_yes(text, language) for text in neither] == [None] * len(neither)


# A person, a supervisor --------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_every_word_for_a_person_alone_and_in_a_sentence(code):
    speech = KNOWN[code].speech
    assert len(speech.person) >= 25
    ask = {
        "en": "I want to speak to a {} please",
        "es": "quiero hablar con {} por favor",
        "de": "ich möchte mit {} sprechen",
        "fr": "je voudrais parler à {} s'il vous plaît",
    }[code]
    for word in speech.person | speech.services | speech.supervisor:
        for said in (word, word.upper(), ask.format(word)):
            assert wants_person(said, code), said
            assert wants_supervisor(said, code) is (word in speech.supervisor), said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en-US", "Mr. Human"),
        ("en-US", "human resources"),
        ("en-US", "my name is Jo Person"),
        ("en-US", "a person took my parcel"),
        ("en-US", "the agent was rude"),
        ("en-US", "travel agent"),
        ("en-US", "nobody"),
        ("es-US", "recursos humanos"),
        ("es-US", "me llamo Agente Gómez"),
        ("de-DE", "Herr Mensch"),
        ("de-DE", "Personalausweis"),
        ("fr-FR", "ressources humaines"),
        ("fr-FR", "Monsieur Personne"),
    ],
)
def test_an_ordinary_answer_is_no_request(language, said):
    assert not wants_person(said, language)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en-US", "let me speak to your supervisor"),
        ("en-US", "I want to talk to someone about my last bill"),
        ("en-US", "I don't want a robot, I want a person"),
        ("es-US", "quiero hablar con uno de sus representantes"),
        ("de-DE", "verbinden Sie mich mit einem Sachbearbeiter wegen meiner Rechnung"),
        ("fr-FR", "passez-moi un conseiller pour ma facture"),
    ],
)
def test_a_request_with_whatever_else_is_a_request(language, said):
    assert wants_person(said, language)


def test_what_a_menu_lists_is_its_own():
    steps = "m: {menu: Choose., keys: {1: a}, words: {a: [customer service]}}\na: {hang_up: Here is a.}"
    assert "Here is a." in str(Driven(book_from(flow_from(steps))).speak("customer service").turn.instruction)
    other = "m: {menu: Choose., keys: {1: a}}\na: {hang_up: Here is a.}"
    assert Driven(book_from(flow_from(other))).speak("customer service").session.status == "waiting"


def test_a_supervisor_is_noted():
    steps = "m: {menu: Choose., keys: {1: m}}"
    driven = Driven(book_from(flow_from(steps))).speak("manager please")
    assert (driven.session.status, driven.session.wanted_supervisor) == ("waiting", True)
    assert not Driven(book_from(flow_from(steps))).speak("a rep").session.wanted_supervisor


# Every question that takes keys hears them said --------------------------------------------------------

HEARD = {
    "menu": ("q: {menu: Choose., keys: {2: bye}}", "option two", {}),
    "ask": ("q: {ask: Number, digits: 4, save: n, next: bye}", "it's four one double five", {"n": "4155"}),
    "choices": (
        "q: {ask: Size, choices: ['10', '12'], speech: true, save: n, next: bye}",
        "twelve",
        {"n": "12"},
    ),
    "language": (
        "q: {language: {en-US: 'Press 1.', es-US: 'Pulse 2.'}, keys: {2: es-US}, next: bye}",
        "dos",
        {},
    ),
    "survey": ("q: {survey: [{ask: Happy, save: n}], next: bye}", "a five", {"n": "5"}),
    "consent": ("q: {record: We record., consent: true, next: bye}", "yes I agree", {}),
}


@pytest.mark.parametrize("kind", HEARD)
def test_it_is_heard(kind):
    steps, said, kept = HEARD[kind]
    said = said.removeprefix("a ")
    driven = Driven(book_from(flow_from(f"{steps}\nbye: {{hang_up: Bye.}}", languages=("en-US", "es-US"))))
    driven.speak(said)
    assert driven.at == "bye"
    assert driven.session.variables == kept


def test_a_number_read_back_is_confirmed_or_entered_again():
    steps = "q: {ask: Number, digits: 4, save: n, confirm: true, next: bye}\nbye: {hang_up: Bye.}"
    driven = Driven(book_from(flow_from(steps))).press("4155").speak("no that's wrong")
    assert (driven.at, driven.says) == ("q", ["Number"])
    assert driven.press("4156").speak("yes").session.variables == {"n": "4156"}


def test_a_callback_is_confirmed_by_yes_and_refused_by_no():
    driven = Driven(book_from(flow_from("c: {callback: support}"))).speak("yes please")
    assert "BookCallback" in str(driven.effects)
    assert (
        Driven(book_from(flow_from("c: {callback: support}"))).speak("no").session.scratch["state"]
        == "number"
    )


@pytest.mark.parametrize(
    ("language", "yes", "no", "neither"),
    [
        (
            "en-US",
            ["definitely", "go ahead", "no problem", "sure, why not", "it is"],
            ["that isn't right", "it isn't", "no it doesn't", "I'd rather not", "of course not"],
            ["I don't know", "not sure", "I'm not sure", "no idea", "I didn't catch that", "maybe not"],
        ),
        (
            "de-DE",
            ["kein Problem", "auf jeden Fall", "gern"],
            ["auf keinen Fall", "keineswegs", "das stimmt nicht"],
            ["weiß nicht", "ich weiß nicht", "keine Ahnung", "das habe ich nicht verstanden"],
        ),
        (
            "es-US",
            ["cómo no", "no hay problema", "claro que sí"],
            ["claro que no", "por supuesto que no", "no"],
            ["no sé", "no estoy seguro", "no entiendo"],
        ),
        (
            "fr-FR",
            ["pourquoi pas", "pas de problème", "évidemment"],
            ["bien sûr que non", "pas d'accord", "ce n'est pas ça"],
            ["je ne sais pas", "je n'ai pas compris", "pas sûr"],
        ),
    ],
)
def test_a_negation_is_a_no_only_where_it_denies(language, yes, no, neither):
    for expected, sentences in ((True, yes), (False, no), (None, neither)):
        for said in sentences:
            assert said_yes(said, language) is expected, said


@pytest.mark.parametrize(
    ("language", "said", "key"),
    [
        ("en-US", "second one please", "2"),
        ("en-US", "let's do three", "3"),
        ("en-US", "I'd like to press two", "2"),
        ("de-DE", "ich nehme die zwei", "2"),
        ("de-DE", "ich möchte die drei", "3"),
        ("es-US", "quiero la dos", "2"),
        ("fr-FR", "je choisis le deux", "2"),
        ("fr-FR", "appuyez sur deux", "2"),
    ],
)
def test_keys_in_whole_sentences(language, said, key):
    assert spoken_key(said, language) == key


def test_an_old_spelling_of_sixteen():
    assert spoken_digits("diez y seis", "es-US") == "16"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en-US", "I don't want to talk to a robot"),
        ("en-US", "am I talking to a machine"),
        ("en-US", "switchboard"),
        ("de-DE", "ich will nicht mit einem Computer reden"),
        ("de-DE", "mit wem kann ich sprechen"),
        ("de-DE", "irgendwer"),
        ("es-US", "no quiero hablar con una máquina"),
        ("fr-FR", "je ne veux pas parler à un robot"),
    ],
)
def test_no_robot_please_means_a_person(language, said):
    assert wants_person(said, language)
