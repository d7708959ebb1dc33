"""Messages left while the database was away: from the file of the last resort to the agents' work.

The file is only ever added to, by every process of this machine; only an erasure blanks lines in it, which
keep their length. What was taken over is recognised by the call and the recording, and an import can be
repeated at will, by all of them at once.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.customers.numbers import caller_number
from ivr.floor import voicemail
from ivr.floor.transaction import Transaction, Transactions
from ivr.service.flow_registry import FlowRegistry
from ivr.service.inbound_sms import inbound_sms, keep_text
from ivr.settings import Settings
from ivr.store import calls, customers, emergency_messages, work_items
from ivr.store.database import DatabaseUnavailable
from ivr.store.recordings import EXPECTED

EVERY_S = 15.0
MOST_AT_ONCE = 200
NO_RECORDING = "No message was left. The number is here so that somebody calls back."
SID = re.compile(r"[A-Za-z0-9]{2,64}")

log = logging.getLogger(__name__)


class OutageVoicemailImport:
    """Find the queue that calls back: the one in which 0 finds a person, in the flow of the number that was
    dialled."""

    def __init__(
        self, transactions: Transactions, file: Path, settings: Settings, registry: FlowRegistry
    ) -> None:
        self._transactions, self._file = transactions, file
        self._settings, self._registry, self._country = settings, registry, settings.country
        self._read_to = 0  # bytes: what is before this was taken over
        self._stopping = threading.Event()

    def start(self) -> None:
        """Look every few seconds, in the background."""
        threading.Thread(target=self._loop, name="spool", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def _loop(self) -> None:
        while True:
            try:
                self.run()
            except DatabaseUnavailable as error:
                log.warning("emergency messages are not taken over yet: %s", error)
            except Exception:  # one bad line must not keep the next look from being taken
                log.exception("emergency messages")
            if self._stopping.wait(EVERY_S):
                return

    def run(self) -> int:
        """Take over what the file has gained; returns how many messages were new. Raises
        DatabaseUnavailable; then it can be repeated."""
        new = 0
        while batch := self._batch():
            lines, read_to = batch
            with self._transactions.begin() as tx:
                emergency_messages.take_turns(tx.connection)
                new += sum(self._take(tx, line) for line in lines)
            self._read_to = read_to
        return new

    def _batch(self) -> tuple[list[dict[str, Any]], int] | None:
        """The next whole lines of the file, and where they end; None when there are none."""
        try:
            if self._file.stat().st_size <= self._read_to:
                return None
            with self._file.open("rb") as spool:
                spool.seek(self._read_to)
                raw = [spool.readline() for _ in range(MOST_AT_ONCE)]
        except FileNotFoundError:
            return None
        whole = [line for line in raw if line.endswith(b"\n")]
        if not whole:
            return None
        return list(_read(whole)), self._read_to + sum(map(len, whole))

    def _take(self, tx: Transaction, said: dict[str, Any]) -> bool:
        text = inbound_sms(said, self._country)
        if text is not None:
            return keep_text(tx, text, self._settings)
        call_sid, recording = _sid(said.get("CallSid")), _recording(said)
        if not call_sid:
            return False
        row = calls.find(tx.connection, call_sid)
        number = caller_number(str(said.get("From", ""))[:64], self._country) or (row.caller if row else "")
        customer = row.customer_id if row else customers.sole_with_number(tx.connection, number)
        queue = self._queue_of(str(said.get("To", ""))[:64])
        if recording:
            if work_items.of_recording(tx.connection, recording):
                return False
            seconds = _count(said.get("RecordingDuration"))
            calls.keep_recording(
                tx.connection,
                recording,
                call_sid,
                voicemail.VOICEMAIL,
                queue,
                seconds,
                EXPECTED,
                tx.now,
            )
            voicemail.make_work(tx, call_sid, recording, queue, number, customer, shown=True)
        elif work_items.of_call(tx.connection, call_sid):
            return False
        else:
            voicemail.add_work(tx, call_sid, None, queue, number, customer, shown=True, why=NO_RECORDING)
        tx.note(JournalKind.SPOOLED_MESSAGE, call=call_sid, queue=queue, recording=recording)
        tx.tell("floor")
        return True

    def _queue_of(self, dialled: str) -> str:
        flows, numbers = self._registry.live.flows, self._settings.numbers
        flow = flows.get(numbers.get(dialled, "")) or flows.get(next(iter(numbers.values())))
        return flow.human if flow else next(iter(self._settings.queues))


def _read(lines: list[bytes]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            said = json.loads(line)
        except ValueError:
            log.warning("a line of the emergency messages cannot be read: %r", line[:200])
            continue
        if isinstance(said, dict):
            yield said


def _sid(value: Any) -> str:
    return value if isinstance(value, str) and SID.fullmatch(value) else ""


def _recording(said: dict[str, Any]) -> str:
    last = str(said.get("RecordingUrl", "")).rstrip("/").rsplit("/", 1)[-1]
    return _sid(said.get("RecordingSid")) or _sid(last.removesuffix(".wav").removesuffix(".mp3"))


def _count(value: Any) -> int:
    return min(int(value), 86_400) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}", value) else 0
