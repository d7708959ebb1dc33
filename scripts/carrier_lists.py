"""Writes ivr/flowfiles/carrier_lists.py from the types of the phone company's official library for Node.

python -m scripts.carrier_lists           writes the file; npm must be there
python -m scripts.carrier_lists --check   exits 1 when the file is not what it would write
"""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path

from tests.conformity import official

WRITTEN = Path(__file__).parents[1] / "ivr/flowfiles/carrier_lists.py"
OPENING = '''"""Languages, voices and values of markup that the phone company takes: lists of its official
library for Node, version {version}.

Written by scripts/carrier_lists.py: do not change it by hand, run `python -m scripts.carrier_lists`.
"""
# ruff: noqa: SIM905

from __future__ import annotations

'''
NAMES = {"SPOKEN": "SayLanguage", "UNDERSTOOD": "GatherLanguage", "VOICES": "SayVoice"}
MARKUP = {
    ("break", "strength"): "SsmlBreakStrength",
    ("emphasis", "level"): "SsmlEmphasisLevel",
    ("lang", "xml:lang"): "SsmlLangXmlLang",
    ("phoneme", "alphabet"): "SsmlPhonemeAlphabet",
    ("say-as", "format"): "SsmlSayAsFormat",
    ("say-as", "interpret-as"): "SsmlSayAsInterpretAs",
}


def page() -> str:
    """The whole file."""
    package = json.loads((official.CACHE / "node_modules/twilio/package.json").read_text())
    _, lists = official.table()
    parts = [OPENING.format(version=package["version"])]
    for name, kind in NAMES.items():
        parts.append(f'{name} = frozenset("""\n{_block(lists[kind])}\n""".split())\n')
    parts.append("MARKUP = {\n")
    for (tag, attribute), kind in MARKUP.items():
        parts.append(f'    ("{tag}", "{attribute}"): frozenset("""\n{_block(lists[kind])}\n""".split()),\n')
    return "".join([*parts, "}\n"])


def _block(values: frozenset[str]) -> str:
    return textwrap.fill(
        " ".join(sorted(values)), 105, initial_indent="    ", subsequent_indent="    ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def main() -> None:
    why = official.missing()
    if why:
        sys.exit(why)
    if "--check" not in sys.argv:
        WRITTEN.write_text(page())
    elif WRITTEN.read_text() != page():
        sys.exit(f"{WRITTEN.name} is out of date: run python -m scripts.carrier_lists")


if __name__ == "__main__":
    main()
