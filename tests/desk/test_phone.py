"""The browser as a phone, without a browser: addresses, tokens, headers, and the lease of a page."""

from __future__ import annotations

from pathlib import Path

import jwt
import pytest

from ivr.carrier.twilio_token import VoiceTokens
from ivr.floor.browser_phone import GONE_S, LEASE_S, OFFER_LEASE_S, identity_of, phone_of
from ivr.jobs.worker import Worker
from ivr.service.agents import PhoneNotConnected
from ivr.service.browser_phone_leases import BrowserPhoneService, NoBrowserPhone, PhoneProblem, read_address
from tests.desk.conftest import TWILIO_SECRET

TAB, OTHER = "one-browser", "another-browser"


@pytest.fixture
def worker(world) -> Worker:
    """Does the timers of phones and nothing else."""
    kinds = ("ring_agent", "dispatch", "end_leg", "offer_due", "wrap_up_over", "talk_watch", "move_caller")
    return Worker(world.transactions, {**{kind: lambda _job: None for kind in kinds}, **world.phones.jobs()})


@pytest.fixture
def soft(world, browser_of):
    """The page of desk-1, whose phone is the browser."""
    world.agent(phone=phone_of("desk-1"))
    browser = browser_of()
    browser.sign_in()
    return browser


def here(soft, tab: str = TAB, take: str = "") -> bool:
    answer = soft.post("/desk/phone/here", {"tab": tab, "take": take})
    assert answer.status_code == 200, answer.text
    return answer.json["held"]


def passes(world, worker, seconds: float) -> None:
    """Time goes by in small steps, as for a worker that runs."""
    end = world.clock.now + seconds
    while world.clock.now < end:
        world.clock.now = min(end, world.clock.now + 1.0)
        worker.run_due()


def state_of(world) -> tuple[str, str]:
    status = world.agents.status("desk-1")
    return status.state, status.reason


# Tokens and pages -------------------------------------------------------------------------------------------


def test_a_token_is_to_be_rung_and_for_nothing_else(soft):
    answer = soft.post("/desk/phone/token")
    claims = jwt.decode(
        answer.json["token"], TWILIO_SECRET, algorithms=["HS256"], issuer="SK1", subject="AC1"
    )
    assert claims["grants"] == {"identity": "desk_x2d_1", "voice": {"incoming": {"allow": True}}}
    assert 0 <= claims["exp"] - claims["nbf"] - 60 - answer.json["seconds"] <= 1, "Twilio's clock may be slow"
    assert answer.json["seconds"] < 3600
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_sdk_knows_the_private_options_that_we_give_it():
    root = Path(__file__).parents[2]
    ours = (root / "desk/phone/static/line.js").read_text()
    sdk = (root / "desk/static/vendor/twilio.min.js").read_text()
    assert "publishEvents: false" in ours and "Sound: Silent" in ours
    assert "publishEvents" in sdk and "_options.Sound" in sdk


@pytest.mark.parametrize("path", ["token", "here", "gone"])
def test_only_with_our_own_token_and_a_browser_for_a_phone(world, soft, browser_of, path):
    body = {"tab": TAB}
    assert soft.client.post(f"/desk/phone/{path}", data=body).status_code == 400
    assert soft.post(f"/desk/phone/{path}", body, Origin="https://evil.test").status_code == 403
    world.agent("desk-2")
    telephone = browser_of()
    telephone.sign_in("desk-2")
    assert telephone.post(f"/desk/phone/{path}", body).status_code == 404


@pytest.mark.parametrize("tab", ["", "x", "a b c d e f g", "x" * 65, "<script>alert", "über-browser"])
def test_a_tab_has_a_name(soft, tab):
    assert soft.post("/desk/phone/here", {"tab": tab}).status_code == 400


def test_without_an_api_key_the_page_says_what_is_missing(world, soft, monkeypatch):
    monkeypatch.setattr(world.phones, "_tokens", VoiceTokens("AC1", "SK1", ""))
    words = "TWILIO_API_SECRET is not set: a browser cannot be a phone without."
    assert words in soft.get("/desk/").text
    answer = soft.post("/desk/phone/token")
    assert (answer.status_code, answer.json["message"]) == (409, words)
    assert VoiceTokens("AC1", "", "").missing.startswith("TWILIO_API_KEY and TWILIO_API_SECRET are not set")
    assert TWILIO_SECRET not in repr(VoiceTokens("AC1", "SK1", TWILIO_SECRET))


def test_the_page_of_a_browser_phone_may_reach_twilio_and_hear(world, soft, browser_of):
    page = soft.get("/desk/")
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    reached = policy.pop("connect-src").split()
    assert reached[0] == "'self'" and "wss://voice-js.roaming.twilio.com" in reached
    assert all(host.startswith("wss://voice-js.") and "*" not in host for host in reached[1:])
    assert set(policy.values()) == {"'self'", "'none'"}
    assert "microphone=(self)" in page.headers["Permissions-Policy"]
    assert "twilio.min.js" in page.text

    world.agent("desk-2")
    telephone = browser_of()
    telephone.sign_in("desk-2")
    page = telephone.get("/desk/")
    assert "twilio" not in page.headers["Content-Security-Policy"] + page.text
    assert "microphone=()" in page.headers["Permissions-Policy"]


# The lease --------------------------------------------------------------------------------------------------


def test_available_is_refused_until_the_phone_is_there(world, soft):
    answer = soft.post("/desk/available")
    assert answer.status_code == 409 and "not connected" in answer.json["message"]
    assert state_of(world)[0] == "away"
    assert "Your phone is not connected" in soft.get("/desk/now").json["regions"]["call"]

    assert here(soft)

    assert soft.post("/desk/available").status_code == 200
    assert state_of(world)[0] == "available"
    assert "Your phone is not connected" not in soft.get("/desk/now").json["regions"]["call"]


def test_a_phone_that_says_nothing_any_more_is_offered_nothing(world, soft, worker):
    here(soft)
    world.agents.go_available("desk-1")
    for _ in range(10):  # a page that goes on saying so
        passes(world, worker, LEASE_S / 3)
        here(soft)
    assert state_of(world)[0] == "available"

    passes(world, worker, LEASE_S + 2)

    assert state_of(world) == ("away", "phone not connected")
    with pytest.raises(PhoneNotConnected):
        world.agents.go_available("desk-1")


def test_I_25_F_AG_03_an_offer_to_a_dead_page_is_withdrawn_within_15_seconds(world, soft, worker):
    here(soft)
    world.ring()
    offered = world.clock.now
    while world.agents.status("desk-1").offer is not None:
        passes(world, worker, 1)
    assert world.clock.now - offered <= 15
    assert state_of(world) == ("away", "phone not connected")
    assert world.agents.status("desk-1").waiting[0][1] == 1  # the caller is in line, at the same place


def test_a_page_that_lives_keeps_its_offer(world, soft, worker):
    here(soft)
    offer = world.ring()
    for _ in range(6):
        passes(world, worker, OFFER_LEASE_S - 3)
        here(soft)
    assert world.agents.status("desk-1").offer.id == offer


def test_a_page_that_says_goodbye_in_an_offer_gives_it_back_sooner(world, soft, worker):
    here(soft)
    world.ring()
    soft.post("/desk/phone/gone", {"tab": TAB})
    passes(world, worker, GONE_S + 1)
    assert state_of(world) == ("away", "phone not connected")


def test_a_page_that_is_loaded_again_has_lost_nothing(world, soft, worker):
    here(soft)
    world.agents.go_available("desk-1")
    soft.post("/desk/phone/gone", {"tab": OTHER})  # another tab's farewell is not ours
    soft.post("/desk/phone/gone", {"tab": TAB})
    passes(world, worker, GONE_S - 2)
    assert here(soft)
    passes(world, worker, GONE_S + 2)
    assert state_of(world)[0] == "available"


def test_a_talk_outlives_the_page_but_no_new_call_comes_after_it(world, soft, worker):
    here(soft)
    offer = world.ring()
    world.talk(offer)
    passes(world, worker, LEASE_S * 2)
    assert (state_of(world)[0], world.agents.status("desk-1").offer.state) == ("on_call", "connected")

    world.agents.hang_up("desk-1", "CA1")
    world.agents.wrap_up_done("desk-1")

    assert state_of(world) == ("away", "phone not connected")


def test_after_a_talk_a_phone_that_came_back_is_available(world, soft, worker):
    here(soft)
    world.talk(world.ring())
    passes(world, worker, LEASE_S * 2)
    here(soft)
    world.agents.hang_up("desk-1", "CA1")
    world.agents.wrap_up_done("desk-1")
    assert state_of(world)[0] == "available"


def test_the_first_browser_keeps_the_phone_until_another_takes_it(soft, world):
    assert here(soft) and not here(soft, OTHER)
    assert here(soft, OTHER, take="1") and not here(soft)


def test_a_server_that_was_down_gives_the_pages_time_to_come_back(world, soft, worker):
    here(soft)
    world.agents.go_available("desk-1")
    world.clock.now += LEASE_S + 300  # nothing ran meanwhile, and nothing was heard
    worker.run_due()
    assert state_of(world)[0] == "available"
    here(soft)
    passes(world, worker, LEASE_S - 1)
    assert state_of(world)[0] == "available"

    world.clock.now += LEASE_S + 300
    passes(world, worker, LEASE_S)  # this time nobody comes back
    assert state_of(world) == ("away", "phone not connected")


def test_a_telephone_needs_no_page(world, worker):
    world.agent()
    world.agents.go_available("desk-1")
    passes(world, worker, LEASE_S * 3)
    assert state_of(world)[0] == "available"
    service = BrowserPhoneService(world.transactions, world.offers, VoiceTokens("AC1", "SK1", TWILIO_SECRET))
    with pytest.raises(NoBrowserPhone):
        service.here("desk-1", TAB)


# What a phone may be ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("browser", "client:desk_x2d_1"),
        ("client:desk-1", "client:desk_x2d_1"),
        ("client:other_app", "client:other_app"),
        ("sip:desk-1@pbx.example.com", "sip:desk-1@pbx.example.com"),
        ("sips:desk-1@pbx.example.com:5061;transport=tls", "sips:desk-1@pbx.example.com:5061;transport=tls"),
        ("+15550002001", None),
    ],
)
def test_what_a_phone_may_be(text, kept):
    assert read_address(text, "desk-1") == kept


@pytest.mark.parametrize(
    "text",
    ["client:", "client:desk-2", "client:a?x=1", "sip:desk-1", "sip:@b", "sip:a@b?x=1", "sip:a b@c", "sips:"],
)
def test_what_no_phone_is(text):
    with pytest.raises(PhoneProblem):
        read_address(text, "desk-1")


def test_identities_have_only_what_twilio_allows_and_no_two_agents_share_one():
    names = ["desk-1", "desk_1", "desk.1", "desk@1", "Desk_1"]
    made = {identity_of(name) for name in names}
    assert len(made) == len(names) and all(name.replace("_", "a").isalnum() for name in made)


def test_two_agents_with_one_phone_are_refused(world):
    world.agent("desk-1", phone="+15550002001")
    world.agent("desk-2", phone="+15550002002")
    with pytest.raises(PhoneProblem, match=r"\+15550002001 is the phone of desk-1 already"):
        world.agent("desk-3", phone="+15550002001")
    with pytest.raises(PhoneProblem):
        world.accounts.set_phone("desk-2", "+15550002001")
    world.accounts.set_phone("desk-1", "+15550002001")  # their own

    world.accounts.disable("desk-1")
    world.accounts.set_phone("desk-2", "+15550002001")  # who has left needs no phone
    with pytest.raises(PhoneProblem):
        world.accounts.enable("desk-1")
