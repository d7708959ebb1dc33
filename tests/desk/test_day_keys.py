"""Single keys: each is in the list that "?" opens, and none means two things at the same time."""

from __future__ import annotations

import re
from pathlib import Path

DESK = Path(__file__).parents[2] / "desk"
LIST = DESK / "templates" / "desk" / "shortcuts.html"
WHILE_TYPING = "Ctrl Enter"  # no single key: it accepts from a field
PAGES = [path for path in DESK.rglob("*.html") if path != LIST]
# data-key="v", and what macros write: post(url, words, style, "v", …) and act(words, what, id, "l", …).
KEY = re.compile(
    r'data-key="([^"{]+)"|aria-keyshortcuts="([^"{]+)"|\bpost\([^()]*(?:\([^()]*\)[^()]*)*?"(\w)", "[\w-]+"\)'
    r'|\bact\([^()]*?, "[\w/-]+", "[\w-]+", "(\w)"'
)


def keys_of_pages() -> dict[str, set[str]]:
    """Key → the templates that give it a meaning."""
    found: dict[str, set[str]] = {}
    for path in PAGES:
        for groups in KEY.findall(path.read_text()):
            key = next(filter(None, groups))
            found.setdefault("Esc" if key == "Escape" else key.upper(), set()).add(path.name)
    return found


def test_every_key_is_in_the_list():
    listed = set(re.findall(r'row\("([^"]+)",', LIST.read_text()))
    assert set(keys_of_pages()) | {WHILE_TYPING} == listed


def test_a_key_of_two_pages_means_the_same_or_is_never_there_at_once():
    shared = {key: names for key, names in keys_of_pages().items() if len(names) > 1}
    # Messages are taken between calls, the softphone is muted in one.
    assert shared == {"M": {"work_list.html", "phone.html"}}
