"""Nothing typed into a caller's file is thrown away: not by a colleague who was faster, not by a refusal."""

from __future__ import annotations

import html
import re

import pytest
from playwright.sync_api import expect

from tests.desk.serving import Served
from tests.desk.talking import StagedTalks
from tests.desk.typing_house import House, typing_world


@pytest.fixture
def case(world, desk) -> str:
    """The address of a case of desk-1, who talks to its customer."""
    world.customer()
    world.talk(world.ring())
    desk.post("/desk/file/CA1/cases", {"once": "1", "title": "Two parcels", "note": "Nothing yet."})
    return "/desk/file/CA1/cases/1"


def changed(desk, address: str, note: str, version: int = 1, **more: str):
    body = {"version": str(version), "state": "open", "owner": "desk-1", "due_on": "", "note": note, **more}
    return desk.post(address, body)


def test_a_conflict_keeps_both_texts(desk, case):
    assert changed(desk, case, "from one").status_code == 303
    refused = changed(desk, case, "from another", state="waiting", due_on="2026-04-01")
    page = html.unescape(refused.text)
    assert refused.status_code == 409 and "Somebody else has changed this case" in page
    [typed] = re.findall(r'<textarea name="note"[^>]*data-draft="case-1"[^>]*>\n([^<]*)<', page)
    assert typed == "from another"
    stored = re.search(r'<section class="stored".*?</section>', page, re.DOTALL)[0]
    assert "from one" in stored and "Open" in stored
    assert '<option value="waiting" selected>' in page and 'value="2026-04-01"' in page
    again = changed(desk, case, "from one and another", 2)
    assert again.status_code == 303
    assert "from one and another" in desk.get("/desk/file/CA1").text


def test_a_conflict_in_ones_own_cases_too(desk, case):
    changed(desk, case, "from one")
    page = html.unescape(changed(desk, case.replace("CA1", "-"), "from another").text)
    assert "from one" in page and "from another" in page


def test_the_text_of_other_cases_is_theirs(desk, case):
    desk.post("/desk/file/CA1/cases", {"once": "2", "title": "Another", "note": "Untouched."})
    changed(desk, case, "from one")
    page = changed(desk, case, "from another").text
    assert page.count("from another") == 1 and page.count('class="stored"') == 1 and "Untouched." in page


def test_what_was_typed_is_never_markup(desk, case):
    changed(desk, case, "</textarea><script>alert(1)</script>")
    page = changed(desk, case, '</textarea><img src=x onerror="alert(2)">').text
    assert "<script>alert" not in page and "<img" not in page


@pytest.mark.parametrize(
    ("address", "body", "kept"),
    [
        ("cases/1", {"owner": "nobody here", "note": "long text", "version": "1"}, "long text"),
        ("cases", {"title": " ", "note": "long text", "once": "3"}, "long text"),
        ("warnings", {"kind": "", "text": "long text", "days": "30"}, "long text"),
        ("warnings", {"kind": "note", "text": "long text", "days": "999999"}, "long text"),
    ],
)
def test_a_refusal_keeps_what_was_typed(desk, case, address, body, kept):
    refused = desk.post(f"/desk/file/CA1/{address}", body)
    assert refused.status_code == 409
    assert re.search(rf"<textarea[^>]*>\n{kept}<", refused.text)


def test_no_kind_of_warning_is_chosen_for_the_agent(desk, case):
    page = desk.get("/desk/file/CA1").text
    kinds = re.search(r'<select name="kind".*?</select>', page, re.DOTALL)[0]
    assert "selected" not in kinds and kinds.index('<option value="">') < kinds.index('<option value="note"')


# In a real browser ----------------------------------------------------------------------------------------


@pytest.fixture
def house(tmp_path, page):
    world = typing_world(tmp_path)
    house = House(world, StagedTalks(world))
    served = Served(house.app(), world.feed)
    house.opens(page, served.url)
    house.available()
    house.talking()
    page.goto(served.url + "/desk/file/CA1")
    yield house
    served.stop()
    world.db.close()


@pytest.mark.browser
def test_a_reload_loses_nothing(house):
    page = house.page
    page.fill("#open-case [name=title]", "Two parcels")
    page.fill("#open-case [name=note]", "Half a sen")
    page.fill("#warn [name=text]", "Two parcels were")
    page.reload()
    expect(page.locator("#open-case [name=note]")).to_have_value("Half a sen")
    expect(page.locator("#warn [name=text]")).to_have_value("Two parcels were")
    page.fill("#open-case [name=title]", "Two parcels")
    page.click("#open-case .button")
    expect(page.locator(".case h3")).to_have_text("Case 1: Two parcels")
    expect(page.locator("#open-case [name=note]")).to_have_value("")
    page.fill(".case [name=note]", "Half a sentence")
    page.reload()
    expect(page.locator(".case [name=note]")).to_have_value("Half a sentence")
    page.click(".case .button")
    page.reload()
    expect(page.locator(".case [name=note]")).to_have_value("Half a sentence")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('file:')).length") == 1
