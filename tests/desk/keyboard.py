"""A page used by somebody without a mouse: where the focus is, whether it can be seen, and how to get on."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import TimeoutError

MOST_STOPS = 120

FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const drawn = at.closest("svg") && at.querySelector(".box"); // in a drawing the box's own line is the ring
  const outlined = drawn ? parseFloat(getComputedStyle(drawn).strokeWidth) >= 3 :
    style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const words = (at.innerText || at.name || "").slice(0, 40);
  return {
    id: at.id,
    named: at.id ? "#" + at.id : `${at.tagName.toLowerCase()} ${words}`.trim(),
    ringed: at.tagName === "AUDIO" || outlined,
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
      && box.right > 0 && box.left < innerWidth,
  };
}"""


def focus_of(page: Any) -> dict[str, Any] | None:
    """What the focus is on; None when it is on nothing."""
    return page.evaluate(FOCUS)


def into(page: Any, wanted: str) -> None:
    """Tab until the element with this id has the focus. Every stop on the way must be seen to have it."""
    for _ in range(MOST_STOPS):
        at = focus_of(page)
        if at and at["id"] == wanted:
            return
        page.keyboard.press("Tab")
        must_be_seen(page)
    raise AssertionError(f"Tab never leads to #{wanted} on {page.url}")


def keys(page: Any, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def chooses(page: Any, wanted: str, key: str = "Enter") -> None:
    """Tab to the button with this id and press it."""
    into(page, wanted)
    page.keyboard.press(key)


def must_be_seen(page: Any) -> None:
    """Wait until the ring is drawn: a style sheet may still be on its way."""
    try:
        page.wait_for_function(f"() => {{ const at = ({FOCUS})(); return !at || (at.ringed && at.seen); }}")
    except TimeoutError:
        raise AssertionError(f"The focus cannot be seen on {page.url}: {focus_of(page)}") from None


def stops(page: Any) -> list[str]:
    """Where Tab leads, from the top of the page to its end. The focus is where it was afterwards."""
    page.evaluate("() => { window.focusedBefore = document.activeElement; document.activeElement.blur(); }")
    found: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        must_be_seen(page)
        at = focus_of(page)
        if at is None or (found and at["named"] == found[0]):
            break
        found.append(at["named"])
    else:
        raise AssertionError(f"Tab never comes to the end of {page.url}: {found}")
    page.evaluate("() => window.focusedBefore.focus()")
    return found
