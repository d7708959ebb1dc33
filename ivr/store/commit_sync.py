"""One wait for the disk, shared by all commits of a SQLite file that are waiting for it (group commit).

SQLite with `synchronous=FULL` waits for the disk in each COMMIT, while no other thread may write. Here a
COMMIT only writes to the write-ahead log (`synchronous=NORMAL`), the next writer takes its turn, and one
fdatasync of the log serves all commits before it. A thread that has read or written waits for that before it
goes on, so nothing that leaves the process can be lost with a power cut.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path


class SyncFailed(Exception):
    """The disk did not confirm what was committed. It may be there, or be lost with the next power cut."""


class CommitSync:
    """Counts the commits of this process, and those that are on the disk. Several threads may use it."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._descriptor = -1
        self._changed = threading.Condition()
        self._committed = 0
        self._on_disk = 0
        self._syncing = False
        self._doubtful = False

    @property
    def committed(self) -> int:
        """The number of the newest commit."""
        return self._committed

    @property
    def is_doubtful(self) -> bool:
        """Whether a wait has failed. The system may have dropped pages that it could not write, so one that
        succeeds later proves nothing: the log has to be brought into the file first."""
        return self._doubtful

    def count(self) -> int:
        """Number a commit that was just made, in the writer's turn."""
        with self._changed:
            self._committed += 1
            return self._committed

    def wait(self, number: int, left_s: Callable[[], float]) -> None:
        """Return once commit `number` is on the disk. `left_s` returns the seconds that are left, and raises
        when there are none. Raises SyncFailed."""
        if number <= self._on_disk:
            return
        with self._changed:
            while number > self._on_disk:
                if self._doubtful:
                    raise SyncFailed("the disk did not confirm what was written")
                if not self._syncing:
                    break
                self._changed.wait(left_s())
            else:
                return
            self._syncing, newest = True, self._committed
        self._sync(newest)

    def trust(self) -> None:
        """Take every commit as on the disk: in the writer's turn, the log was brought into the file."""
        with self._changed:
            self._on_disk, self._doubtful = self._committed, False

    def close(self) -> None:
        """Close the log."""
        with self._changed:
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1

    def _sync(self, newest: int) -> None:
        confirmed = False
        try:
            self._sync_log()
            confirmed = True
        except OSError as error:
            raise SyncFailed(f"the disk did not confirm what was written: {error.strerror}") from error
        finally:
            with self._changed:
                self._syncing = False
                if confirmed:
                    self._on_disk = max(self._on_disk, newest)
                else:
                    self._doubtful = True
                self._changed.notify_all()

    def _sync_log(self) -> None:
        try:
            log = self._open_log()
        except FileNotFoundError:
            return  # SQLite brought it into the file, and synced that, when its last connection was closed
        os.fdatasync(log)

    def _open_log(self) -> int:
        """SQLite deletes the log when its last connection is closed, and makes another with the next."""
        if self._descriptor >= 0 and os.fstat(self._descriptor).st_nlink == 0:
            self.close()
        if self._descriptor < 0:
            self._descriptor = os.open(self._log, os.O_RDONLY | os.O_CLOEXEC)
        return self._descriptor
