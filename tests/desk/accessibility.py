"""An automated check of what a page is like for those who cannot see it, or use no mouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
GRAVE = ("serious", "critical")

RUN = """async (rules) => {
  const only = rules ? { runOnly: { type: "rule", values: rules } } : {};
  const found = await axe.run(document, { resultTypes: ["violations"], ...only });
  return found.violations.map(({ id, impact, help, nodes }) =>
    ({ id, impact, help, where: nodes.map((node) => node.target.join(" ")).slice(0, 3) }));
}"""


def findings(page: Any, name: str, *rules: str) -> list[str]:
    """What axe-core finds serious or critical here, each with the page's name and the rule's."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE)
    found = page.evaluate(RUN, list(rules) or None)
    return [
        f"{name}: {one['id']} ({one['impact']}): {one['help']}: {', '.join(one['where'])}"
        for one in found
        if one["impact"] in GRAVE
    ]


def findings_light_and_dark(page: Any, name: str) -> list[str]:
    """All rules on the light page; on the dark one those that depend on colours."""
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    dark = findings(page, f"{name}, dark", "color-contrast", "link-in-text-block")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return dark + findings(page, name)
