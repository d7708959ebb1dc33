"""ivr explain: what a problem code means, with an example."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from ivr.flowfiles.explain import explanations, like, manual, plain


@click.command()
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
@click.option("--manual", "as_manual", is_flag=True, help="Print the page docs/errors.md.")
def explain(code: str | None, as_json: bool, as_manual: bool) -> None:
    """Explain a problem CODE, as `ivr check --json` gives it; without CODE, list them all."""
    known = explanations()
    if as_manual:
        click.echo(manual(), nl=False)
    elif code is None:
        every = [asdict(one) for one in known.values()]
        click.echo(json.dumps(every, ensure_ascii=False, indent=2) if as_json else _listed())
    elif code not in known:
        near = like(code)
        click.echo(
            f"There is no code {code!r}." + (f" Did you mean {', '.join(near)}?" if near else ""), err=True
        )
        sys.exit(2)
    else:
        one = known[code]
        click.echo(json.dumps(asdict(one), ensure_ascii=False, indent=2) if as_json else plain(one))


def _listed() -> str:
    lines, group = [], ""
    for one in explanations().values():
        if one.group != group:
            group = one.group
            lines += ["", group]
        lines.append(f"  {one.code:<22}{one.means.split('. ')[0].rstrip('.')}.")
    return "\n".join(lines[1:])
