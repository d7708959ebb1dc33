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
    with page.expect_navigation():
        page.click(".case .button")
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-drafts", "shown")
    expect(page.locator(".case [name=note]")).to_have_value("Half a sentence")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('file:')).length") == 1


@pytest.mark.browser
def test_what_is_typed_while_the_page_loads_is_kept(house):
    """A slow network: the scripts come late, and the page is loaded again before they have come."""
    page = house.page
    note = page.locator("#open-case [name=note]")
    note.fill("Half a sen")
    page.route("**/merge.js", lambda route: None)
    page.reload(wait_until="commit")
    note.fill("tence")
    page.reload(wait_until="commit")
    page.unroute("**/merge.js")
    page.reload()
    expect(note).to_have_value("Half a sen\ntence")


@pytest.mark.browser
def test_an_older_draft_never_replaces_what_was_typed_before_it_came(house):
    page = house.page
    note = page.locator("#open-case [name=note]")
    note.fill("older")
    late = []
    page.route("**/merge.js", lambda route: late.append(route))
    with page.expect_request("**/merge.js"):
        page.reload(wait_until="commit")
    note.fill("newer")
    late[0].continue_()
    expect(note).to_have_value("older\nnewer")


@pytest.mark.browser
def test_each_tab_keeps_its_own_draft(house):
    page, other = house.page, house.page.context.new_page()
    other.goto(page.url)
    for tab, words in ((page, "from one tab"), (other, "from another")):
        tab.fill("#open-case [name=note]", words)
    for tab, words in ((page, "from one tab"), (other, "from another")):
        tab.reload()
        expect(tab.locator("body")).to_have_attribute("data-drafts", "shown")
        expect(tab.locator("#open-case [name=note]")).to_have_value(words)


@pytest.mark.browser
def test_what_was_refused_outlives_the_page_that_said_so(house):
    page = house.page
    page.fill("#open-case [name=title]", "Two parcels")
    page.click("#open-case .button")
    expect(page.locator(".case h3")).to_have_text("Case 1: Two parcels")
    other = page.context.new_page()
    other.goto(page.url)
    page.fill(".case [name=note]", "from one")
    other.fill(".case [name=note]", "from another")
    other.click(".case .button")
    expect(other.locator(".case [name=note]")).to_have_value("from another")
    page.click(".case .button")
    expect(page.locator(".stored .said")).to_have_text("from another")
    page.goto(other.url)
    expect(page.locator(".case [name=note]")).to_have_value("from another\nfrom one")


@pytest.mark.browser
def test_a_draft_is_taken_over_from_a_tab_that_is_closed_and_from_no_other(house):
    page, other = house.page, house.page.context.new_page()
    page.fill("#open-case [name=note]", "Half a sentence")
    other.goto(page.url)
    expect(other.locator("body")).to_have_attribute("data-drafts", "shown")
    expect(other.locator("#open-case [name=note]")).to_have_value("")
    page.reload()
    expect(page.locator("#open-case [name=note]")).to_have_value("Half a sentence")
    page.close()
    other.reload()
    expect(other.locator("#open-case [name=note]")).to_have_value("Half a sentence")
