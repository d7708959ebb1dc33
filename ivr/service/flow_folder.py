"""The flows folder while nothing is published: saving a file reloads it, a broken save changes nothing."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from ivr.engine.flow import FlowSet
from ivr.flowfiles.loader import flow_files, load_book
from ivr.flowfiles.problems import Problem, errors

if TYPE_CHECKING:
    from ivr.settings import Settings

log = logging.getLogger(__name__)

Seen = tuple[tuple[str, int, int], ...]


class FlowFolder:
    """Looks at names, times and sizes, which is cheap, and reads the files only when one of them changed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._guard = threading.Lock()
        self._seen = self._look()
        self.problems: list[Problem] = []
        """What is wrong with the files as they are; empty when the last good flows are these files."""

    def changed(self) -> FlowSet | None:
        """The new book when files changed since the last look and have no errors."""
        with self._guard:
            seen = self._look()
            if seen == self._seen:
                return None
            self._seen = seen
            loaded = load_book(self._settings.flows_path, self._settings)
            self.problems = errors(loaded.problems) if loaded.flow_set is None else []
        if loaded.flow_set is None:
            first = self.problems[0] if self.problems else "the files cannot be read"
            log.warning("flows: the change has errors, so the last good flows stay live: %s", first)
            return None
        log.info("flows: reloaded as revision %s", loaded.flow_set.revision)
        return loaded.flow_set

    def _look(self) -> Seen:
        folder = self._settings.flows_path
        try:
            found = [(name, (folder / name).stat()) for name in flow_files(folder)]
        except OSError:  # a file went away between the listing and the look: the next look sees it
            return ()
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)
