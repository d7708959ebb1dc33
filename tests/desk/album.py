"""Looks at a page as its state is now: accessibility, layout, and pictures when somebody wants them.

PRESSZERO_PICTURES=FOLDER writes each page at 390, 1280 and 1920 pixels, light and dark.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.desk.accessibility import findings_light_and_dark
from tests.desk.layout import layout_in_both_widths

SIZES = ((390, 844), (1280, 800), (1920, 1080))


class Album:
    """Collects what is found on all pages; `must_be_clean` fails with the whole list."""

    def __init__(self) -> None:
        folder = os.environ.get("PRESSZERO_PICTURES", "")
        self._folder = Path(folder) if folder else None
        self.found: list[str] = []
        self.seen: list[str] = []

    def look(self, page: Any, name: str) -> None:
        self.seen.append(name)
        self.found += findings_light_and_dark(page, name) + layout_in_both_widths(page, name)
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._picture(page, name)

    def must_be_clean(self) -> None:
        assert not self.found, "\n".join(self.found)

    def _picture(self, page: Any, name: str) -> None:
        before = page.viewport_size
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.wait_for_timeout(150)
                page.screenshot(path=self._folder / f"{name}-{width}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(before)
