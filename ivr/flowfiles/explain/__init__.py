"""The meaning of each problem code, its effect on callers, and an example: for the terminal and the
manual."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

OPENING = """\
# Problems in flows and settings

<!-- Written from ivr/flowfiles/explain/codes.yaml by `ivr explain --manual`: change that file, not this. -->

`ivr check` prints every problem as `file:line:column: where: what is wrong (what to do)`; with `--json` each
has one of these codes. `ivr explain CODE` prints the same as this page. An *error* could hurt a caller, and
flows with errors are never published; a *warning* only makes a flow worse.
"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One code. `kind` says what the example is: steps, file, settings or words (which is not YAML)."""

    code: str
    group: str
    means: str
    caller: str
    kind: str
    wrong: str
    right: str


@cache
def explanations() -> dict[str, Explanation]:
    """Return every explanation by its code, in the order of the manual."""
    written = yaml.safe_load((Path(__file__).parent / "codes.yaml").read_text(encoding="utf-8"))
    return {
        code: Explanation(
            code, part["group"], one["means"], one["caller"], one["in"], one["wrong"], one["right"]
        )
        for part in written
        for code, one in part["codes"].items()
    }


def like(code: str) -> list[str]:
    """Return the codes with a similar spelling."""
    return difflib.get_close_matches(code.lower(), list(explanations()), n=3, cutoff=0.5)


def plain(one: Explanation) -> str:
    """Return an explanation for the terminal."""
    parts = [
        one.code,
        textwrap.fill(one.means, 96),
        "For the caller: " + textwrap.fill(one.caller, 96, initial_indent=" " * 16).strip(),
        "Instead of\n" + textwrap.indent(one.wrong.rstrip("\n"), "    "),
        "write\n" + textwrap.indent(one.right.rstrip("\n"), "    "),
    ]
    return "\n\n".join(parts)


def manual() -> str:
    """Return the text of docs/errors.md."""
    return "\n".join([OPENING, *_sections()])


def _sections() -> Iterator[str]:
    group = ""
    for one in explanations().values():
        if one.group != group:
            group = one.group
            yield f"## {group}\n"
        language = "text" if one.kind == "words" else "yaml"
        yield f"### `{one.code}`\n\n{one.means}\n\n*For the caller:* {one.caller}\n"
        yield f"Instead of\n\n```{language}\n{_visible(one.wrong)}```\n"
        yield f"write\n\n```{language}\n{_visible(one.right)}```\n"


def _visible(text: str) -> str:
    """Return a visible form of an invisible character, which a page would lose."""
    return "".join(char if char.isprintable() or char in "\n\t" else "�" for char in text.rstrip("\n")) + "\n"
