"""What is wrong with a page's layout: wider than the window, text over text, slivers of text."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import TimeoutError

NARROW = {"width": 390, "height": 844}
PATIENCE_MS = 3000

MEASURE = r"""() => {
  const width = innerWidth, found = [];
  const root = [...document.querySelectorAll("dialog[open]")].pop() || document.body;
  if (document.documentElement.scrollWidth > width)
    found.push(`is ${document.documentElement.scrollWidth} pixels wide in a window of ${width}`);

  // What is left of a box inside the ancestors that clip it; null when nothing is.
  const clipped = (box, at) => {
    let { left, right, top, bottom } = box;
    for (; at && at !== document.documentElement; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.clipPath !== "none" || style.opacity === "0") return null;
      if (style.overflowX !== "visible" && at !== document.body) {
        const edge = at.getBoundingClientRect();
        left = Math.max(left, edge.left); right = Math.min(right, edge.right);
        top = Math.max(top, edge.top); bottom = Math.min(bottom, edge.bottom);
      }
      if (style.position === "fixed") break;
    }
    return right - left > 1 && bottom - top > 1 ? { left, right, top, bottom } : null;
  };
  const scrolls = (at) => {
    for (at = at.parentElement; at; at = at.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(at).overflowX)) return true;
    return false;
  };
  const shown = (at) => at.checkVisibility({ visibilityProperty: true });
  const short = (words) => `"${words.slice(0, 40)}"`;
  const floats = (at) => at.closest("#toast, .offline, .skip, [popover]");

  const texts = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.data.trim(), at = node.parentElement;
    if (!words || floats(at) || !shown(at) || at.closest("svg")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()].filter((box) => box.width > 0 && clipped(box, at));
    const rows = new Set(lines.map((box) => Math.round(box.top))).size;
    if (rows > 2 && rows > words.split(/\s+/).length && words.length / rows < 5)
      found.push(`${short(words)} stands in ${rows} lines of a few letters`);
    for (const whole of lines) {
      const box = clipped(whole, at); // what an ellipsis stands for is not cut
      const outside = box.right > width + 1 || box.left < -1;
      if (outside && !scrolls(at)) found.push(`${short(words)} is cut at the side`);
      texts.push({ words, node, box });
    }
  }
  texts.forEach((one, index) => texts.slice(index + 1).forEach((other) => {
    if (one.node === other.node) return;
    const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
    const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
    const least = Math.min(one.box.bottom - one.box.top, other.box.bottom - other.box.top);
    if (across > 3 && down > 0.4 * least) found.push(`${short(one.words)} lies over ${short(other.words)}`);
  }));
  const controls = "button, a[href], input:not([type=hidden]), select, textarea, summary";
  for (const at of root.querySelectorAll(controls)) {
    if (!shown(at) || floats(at) || scrolls(at)) continue;
    const box = at.getBoundingClientRect();
    const hidden = !clipped(box, at);
    if (!hidden && (box.right > width + 1 || box.left < -1))
      found.push(`${at.id ? "#" + at.id : at.innerText || at.name || at.tagName} is out of reach`);
  }
  return [...new Set(found)];
}"""


def layout_findings(page: Any, name: str) -> list[str]:
    """What is wrong at the window's present width, each with the page's name and the width."""
    width = page.viewport_size["width"]
    try:  # plots are drawn again some frames after the window has changed
        page.wait_for_function(f"() => ({MEASURE})().length === 0", timeout=PATIENCE_MS)
    except TimeoutError:
        return [f"{name} at {width}: {one}" for one in page.evaluate(MEASURE)]
    return []


def layout_in_both_widths(page: Any, name: str) -> list[str]:
    """The same at a telephone's width and at 1280; the window is as wide as before afterwards."""
    before, found = page.viewport_size, []
    for size in (NARROW, {"width": 1280, "height": 800}):
        page.set_viewport_size(size)
        found += layout_findings(page, name)
    page.set_viewport_size(before)
    return found
