"""The addresses of the web app, which one app may take over from another."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import Map, RuleFactory


class SharedRules(Map):
    """A map of addresses without duplicates.

    Compiling them takes longer than building the rest of a line. A second line is given the addresses of the
    first.
    """

    def __init__(self, *rules: Any, **options: Any) -> None:
        self._known: set[tuple[str, str, frozenset[str]]] = set()
        super().__init__(*rules, **options)

    def add(self, rulefactory: RuleFactory) -> None:
        for rule in rulefactory.get_rules(self):
            known = (rule.rule, str(rule.endpoint), frozenset(rule.methods or ()))
            if known not in self._known:
                self._known.add(known)
                super().add(rule)
