"""Numbers on which we may spend money, and the many on which we may not, over every use that there is."""

from __future__ import annotations

import pytest

from ivr.customers.numbers import caller_number, to_e164
from ivr.flowfiles.destinations import E164, Destinations
from ivr.flowfiles.loader import read_book
from ivr.flowfiles.settings_file import read_settings
from ivr.settings import SettingsProblems

COSTLY = {
    "satellites": ["+881612345678", "+8821612345678", "+882161234567", "+870773123456", "+8835100123456"],
    "international services": ["+80012345678", "+80812345678", "+979123456789", "+888123456789"],
    "premium": ["+19005550123", "+19002123456", "+19765550123", "+19765551234", "+37190123456"],
    "premium abroad": ["+4909001234567", "+449061234567", "+33899123456", "+39899123456", "+34803123456"],
    "shared cost": ["+448431234567", "+4918051234567", "+33820123456"],
    "personal": ["+447012345678", "+49700123456789", "+15005550006", "+15335550123"],
    "our code, another country": [
        *("+18095550123", "+18765551234", "+12425550123", "+12685551234", "+14735551234", "+16495551234"),
        *("+17845551234", "+18685551234", "+12845551234", "+16645551234", "+14415551234", "+18765550123"),
        *("+16045551234", "+14165550123"),
    ],
    "abroad": [
        "+9607771234",
        "+447911123456",
        "+525512345678",
        "+21266123456",
        "+2348021234567",
        "+5312345678",
    ],
    "emergency and short": ["911", "112", "999", "+911", "+112", "+1911", "611", "+411", "12345", "*67"],
    "tricks": [
        *(
            "+14155552671;ext=900",
            "+14155552671,,900",
            "+14155552671x1900",
            "+14155552671 ext 5",
            "4155552671",
        ),
        *("sip:900@example.com", "sip:+14155552671@example.com", "tel:+14155552671", "client:desk-1"),
        *("+14155552671;postd=pp22", "＋１４１５５５５２６７１", "+1٤١٥٥٥٥٢٦٧١", "+1-415-555-2671"),
        *("+14155552671\n", " +14155552671", "+14155552671&+19005550123", "whatsapp:+14155552671", "", "+"),
        *("+1", "0" * 40, "+" + "1" * 40, "011881612345678", "0119005550123", "٩١١", "+00441234567890"),
    ],
}
ALL = [number for numbers in COSTLY.values() for number in numbers]
ORDINARY = ["+14155552671", "+12125550177", "+14155550123", "+19075551234", "+18085551234"]
OURS = Destinations.of("US")
# What a caller can key to reach one of them, with no plus on a telephone.
KEYED = [
    *(
        "011881612345678",
        "011447911123456",
        "0118821612345678",
        "0119607771234",
        "18765551234",
        "18095550123",
    ),
    *("9005550123", "19005550123", "911", "1911", "0119", "900", "01137190123456", "8765551234"),
]


@pytest.mark.parametrize("number", ALL)
def test_a_number_that_costs_more_is_refused_for_strangers_and_in_files(number):
    assert OURS.refusal(number)
    assert OURS.refusal_of_named(number)
    assert OURS.refusal_with_remedy(number)
    assert not OURS.takes_texts(number)


@pytest.mark.parametrize("number", ORDINARY)
def test_an_ordinary_one_may_be_called(number):
    assert OURS.refusal(number) == OURS.refusal_of_named(number) == ""
    assert OURS.refusal_with_remedy(number) is None


@pytest.mark.parametrize("keyed", KEYED)
def test_whatever_is_keyed_leads_to_no_such_number(keyed):
    assert OURS.refusal(caller_number(keyed, "US")) and OURS.refusal(to_e164(keyed, "US"))


@pytest.mark.parametrize(
    ("number", "countries", "may"),
    [
        ("+14165550123", ("US", "CA"), True),
        ("+14165550123", ("US",), False),
        ("+14155552671", ("CA",), False),
        ("+14155552671", ("CA", "US"), True),
        ("+18095550123", ("US", "CA"), False),
        ("+4915112345678", ("AT", "DE", "CH"), True),
        ("+41791234567", ("AT", "DE"), False),
        ("+4909001234567", ("AT", "DE"), False),
        ("+447400123456", ("GB",), True),
        ("+447781123456", ("GB",), False),  # Guernsey
        ("+447781123456", ("GB", "GG"), True),
        ("+77011234567", ("RU",), False),  # Kazakhstan, of one code with Russia
        ("+881612345678", ("US", "CA", "MX"), False),
    ],
)
def test_neighbours_are_countries_and_not_codes(number, countries, may):
    assert (Destinations(countries).refusal(number) == "") == may


@pytest.mark.parametrize("number", ["+15550002001", "+18005550123", "+443001234567", "+33912345678"])
def test_what_a_company_writes_down_may_be_free_to_call_or_made_up(number):
    assert Destinations(("US", "GB", "FR")).refusal_with_remedy(number) is None


def test_a_number_that_nobody_has_is_not_called_because_a_stranger_says_so():
    assert OURS.refusal("+15550002001") == "invalid" and OURS.refusal("+18005550123")


def test_why_not_names_the_country_and_what_to_write():
    cause, remedy = Destinations.of("US", ["CA"]).refusal_with_remedy("+18095550123")
    assert cause == "'+18095550123' is a number of DO, and we call US and CA only"
    assert remedy == "take a number of US and CA, or add DO to 'neighbours'"
    assert "no ordinary telephone" in OURS.refusal_with_remedy("+881612345678")[0]


# Every place in files -------------------------------------------------------------------------------------

FULL = [number for number in ALL if E164.fullmatch(number)]
CONFIG = 'company: N\nnumbers: {{"+15550001000": main}}\nqueues: {{support: {{}}}}\n{more}\n'


@pytest.mark.parametrize("number", FULL)
@pytest.mark.parametrize("more", ['targets: {{taxi: "{}"}}', 'emergency_numbers: ["{}"]'])
def test_the_settings_are_refused_with_the_place(number, more):
    with pytest.raises(SettingsProblems) as caught:
        read_settings(CONFIG.format(more=more.format(number)))
    assert number in str(caught.value) and "config.yaml:4:" in str(caught.value)


@pytest.mark.parametrize("number", FULL)
def test_a_flow_that_transfers_there_is_refused_with_the_place(number):
    settings = read_settings(CONFIG.format(more=""))
    text = "flow: main\nlanguages: [en-US]\nhuman: support\nstart: a\nsteps:\n"
    text += f'  a: {{transfer: "{number}", say: Press 0 for a person.}}\n'
    problems = [one for one in read_book({"main.yaml": text}, settings).problems if one.code == "number"]
    assert problems and problems[0].line == 6 and number in problems[0].message


def test_neighbours_that_are_no_countries_are_errors():
    for wrong in ("[UK]", "[ca]", "[1]", "CA"):
        with pytest.raises(SettingsProblems):
            read_settings(CONFIG.format(more=f"neighbours: {wrong}"))
    settings = read_settings(CONFIG.format(more='neighbours: [CA]\ntargets: {taxi: "+14165550123"}'))
    assert settings.destinations.countries == ("US", "CA")
