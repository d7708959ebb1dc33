"""Writes docs/steps.md from the step types themselves (docstrings, fields and their limits), and
docs/phrases.md from the engine's own sentences.

python scripts/step_reference.py           writes the pages
python scripts/step_reference.py --check   exits 1 when a page is not what it would write
"""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ivr.engine.context import CallContext
from ivr.engine.expressions import TESTS
from ivr.engine.filters import FILTERS
from ivr.engine.languages import KNOWN
from ivr.engine.prompts import PromptText, SpokenWords, ValueText, WhenText
from ivr.engine.step import ReferenceNames, Step
from ivr.engine.templates import compile_text
from ivr.engine.values import ANY_NAME, MEMBERS, MOMENT
from ivr.steps import STEP_TYPES

DOCS = Path(__file__).parents[1] / "docs"

OPENING = """\
# Step reference

<!-- Written by scripts/step_reference.py from ivr/steps/: change those files, then run `make docs`. -->

The step types of a flow. A step has a name of your choice; its type is the one key that names a type. Where
the call goes next is always written out. **0 is never written**: on every step it leads to a person.

A *prompt* is a text, or one text for each language (`en-US: …`). `{{ name }}` inserts a value
([values and conditions](#values-and-conditions)). Any text can be replaced by a recording and its words:
`{audio: welcome.wav, text: Thank you for calling.}`. The file is below `flows/audio/`: WAV with 8000 Hz, one
channel, µ-law or PCM, or MP3; agents read the text. Names of steps have letters, digits, `_` and `-`.
"""

PHRASES = """\
# The engine's own sentences

<!-- Written by scripts/step_reference.py from ivr/engine/languages/: change those, then run `make docs`. -->

Callers hear these sentences besides the words of your flows. The engine has them in English, Spanish, German
and French. Reword any of them under `phrases` in `config.yaml`, by language; for another language write all
of them there, with the name of the value in `{{ }}` where the value belongs:

```yaml
phrases:
  hr-HR:
    press_zero: U svakom trenutku pritisnite 0 za razgovor s osobom.
```

`ivr check` counts the missing ones. In such a language words for a person are understood in English, and
those listed under [`person_words`](operations.md#words-for-a-person); 0 works everywhere.

| phrase | in English |
| --- | --- |
%s
"""

VALUES = """\

## Values and conditions

`{{ … }}` in a prompt, in `with`, `set` and other values, and every condition (`when`) are written in one
language. Names are the variables that steps fill, and these:

| name | what it has |
| --- | --- |
%s

A name without a value is empty. Customers and the answers of look-ups have the members of your own data:
`customer.tier`, `order.lines[0].price`.

| written | means |
| --- | --- |
| `a == b`, `!=` | the same: numbers where one is a number, otherwise text, capital or small |
| `<`, `<=`, `>`, `>=` | less and more; false when one is empty |
| `a in b`, `not in` | part of a text, one of a list such as `['gold', 'silver']`, or a member's name |
| `and`, `or`, `not`, `( )` | as in English; empty, `0`, `no`, `off` and `false` count as no |
| `a if condition else b` | one of two values |
| `+`, `-`, `*`, `/`, `//`, `%%` | arithmetic; empty if one is not a number, or on division by zero |
| `a ~ b` | joins two texts |
| %s | whether there is a value, and whether it is a number |
| `value \\| filter` | the value as a voice should say it |

| filter | what it says | for example |
| --- | --- | --- |
%s
"""

EXAMPLES = {
    "digits": "'40 55' | digits",
    "phone": "'+14155550123' | phone",
    "date": "'2026-12-24' | date",
    "time": "'2026-12-24T15:30' | time",
    "money": "12.5 | money",
    "number": "12500 | number",
    "count": "2 | count('order', 'orders')",
    "ordinal": "3 | ordinal",
    "list": "['tea', 'milk', 'bread'] | list",
    "default": "name | default('friend')",
    "upper": "'ab12' | upper",
    "lower": "'AB12' | lower",
    "title": "'ann lee' | title",
    "trim": "' 12 ' | trim",
}
PIPE = "\\|"  # in a table of Markdown
DAY = CallContext(datetime(2026, 3, 2, 12, tzinfo=UTC))

PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false", PromptText: "prompt"}
PLAIN |= {ValueText: "value", WhenText: "condition", SpokenWords: "words"}


def page() -> str:
    kinds = sorted(STEP_TYPES)
    links = " · ".join(f"[{kind}](#{kind})" for kind in kinds)
    sections = [section(kind, STEP_TYPES[kind]) for kind in kinds]
    return "\n".join([OPENING, links, *sections, values_and_conditions()])


def phrases() -> str:
    """Every sentence of the engine in English."""
    rows = (f"| `{name}` | {text.replace('|', PIPE)} |" for name, text in KNOWN["en"].phrases.items())
    return PHRASES % "\n".join(rows)


def values_and_conditions() -> str:
    """The language of prompts and conditions: names, operators, filters with a worked example."""
    names = [f"| `{name}` | {_members(shape)} |" for name, shape in MEMBERS.items()]
    filters = []
    for name, one in FILTERS.items():
        said = compile_text(f"{{{{ {EXAMPLES[name]} }}}}").render({}, "en-US", DAY).text
        means = " ".join(inspect.getdoc(one.function).split())
        filters.append(f"| `{name}` | {means} | `{EXAMPLES[name].replace('|', PIPE)}`: {said} |")
    tests = ", ".join(f"`is {name}`" for name in TESTS)
    return VALUES % ("\n".join(names), tests, "\n".join(filters))


def _members(shape: Any) -> str:
    if not isinstance(shape, dict):
        return {MOMENT: "a moment, to be said with `date` or `time`"}.get(shape, "whatever your records have")
    if ANY_NAME in shape:
        return f"by name: {_members(shape[ANY_NAME])}"
    return ", ".join(f"`{name}`" for name in shape)


def section(kind: str, step: type[Step]) -> str:
    """One type: its manual text with the example, then its settings, the type's own key first."""
    text = inspect.cleandoc(step.__doc__ or "").replace("```yaml example", "```yaml")
    fields = step.model_fields
    order = sorted(fields, key=lambda name: (name != kind, not fields[name].is_required()))
    infos = [(fields[name].alias or name, fields[name]) for name in order]
    rows = [f"| `{name}` | {value(info)} | {default(info)} |" for name, info in infos]
    head = ["\n| setting | value | if left out |", "| --- | --- | --- |"]
    return "\n".join([f"\n## {kind}\n", text, *head, *rows])


def value(info: FieldInfo) -> str:
    return described(info.annotation, info.metadata)


def described(annotation: Any, marks: Iterable[Any] = ()) -> str:
    """A type in the words of somebody who writes YAML."""
    arguments, origin = get_args(annotation), get_origin(annotation)
    if origin is Annotated:
        inner = [mark.metadata if isinstance(mark, FieldInfo) else [mark] for mark in arguments[1:]]
        return described(arguments[0], [*chain.from_iterable(inner), *marks])
    for mark in marks:
        if isinstance(mark, ReferenceNames):
            return f"{'an' if mark.what[0] in 'aeiou' else 'a'} {mark.what}'s name"
    if origin in (Union, types.UnionType):
        return " or ".join(described(one, marks) for one in arguments if one is not type(None))
    if origin is Literal:
        return " or ".join(f"`{one}`" for one in arguments)
    if origin in (list, tuple):
        return f"list of {described(arguments[0])}"
    if origin is dict:
        return f"{described(arguments[0])} → {described(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"{{{', '.join(f'{name}: {value(one)}' for name, one in annotation.model_fields.items())}}}"
    return PLAIN.get(annotation, getattr(annotation, "__name__", "value")) + limits(marks)


def limits(marks: Iterable[Any]) -> str:
    """`, 1 to 30`, as far as the field says so."""
    marks = list(marks)
    low = next((mark.ge for mark in marks if isinstance(mark, Ge)), None)
    high = next((mark.le for mark in marks if isinstance(mark, Le)), None)
    shortest = next((mark.min_length for mark in marks if isinstance(mark, MinLen)), None)
    longest = next((mark.max_length for mark in marks if isinstance(mark, MaxLen)), None)
    words = []
    if low is not None and high is not None:
        words.append(f"{low} to {high}")
    elif low is not None:
        words.append(f"from {low}")
    elif high is not None:
        words.append(f"up to {high}")
    if longest is not None:
        words.append(f"at most {longest} characters")
    elif shortest:
        words.append("not empty")
    return "".join(f", {word}" for word in words)


def default(info: FieldInfo) -> str:
    if info.is_required():
        return "must be given"
    standard = info.get_default(call_default_factory=True)
    if standard is None or standard in ((), [], {}, "") or standard == SpokenWords({}):
        return "none"
    return f"`{str(standard).lower() if isinstance(standard, bool) else standard}`"


def main() -> int:
    pages = {DOCS / "steps.md": page(), DOCS / "phrases.md": phrases()}
    pages = {path: text.rstrip() + "\n" for path, text in pages.items()}
    if "--check" in sys.argv[1:]:
        return 0 if all(path.exists() and path.read_text() == text for path, text in pages.items()) else 1
    for path, text in pages.items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
