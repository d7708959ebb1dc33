"""The card: from the commit of an offer to its HTML, with 500 contacts and a CRM that takes a second."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import bindparam, update

from benchmarks.calls import PaperCall
from benchmarks.figures import Figure, compared
from benchmarks.lines import house, opened, timed
from desk.screen import Screen
from ivr.application import Application
from ivr.floor.crm_lookups import job_key
from ivr.jobs.crm_lookups import CrmLookups
from ivr.service.lookups import Lookups
from ivr.service.screen_pop.cards import CardService
from ivr.store import calls, crm_values, customers, floor, jobs
from ivr.store.customers import ContactRow, CustomerRow
from ivr.store.tables import call as call_table

CONTACTS = 500
MOST_MS = 200.0
MOST_RATIO = 1.5  # of a history of 500 to none
CRM_S = 1.0
AGENT = "desk-1"
_known = (
    update(call_table).where(call_table.c.sid == bindparam("p_sid")).values(customer_id=bindparam("p_who"))
)


class Crm:
    """A web service that takes its second for every answer."""

    def __init__(self) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                time.sleep(CRM_S)
                body = json.dumps({"owner": {"name": "Ann"}, "balance": 12.5}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


def run(folder: Path, quick: bool) -> list[Figure]:
    crm = Crm()
    config = house(folder / "house")
    with config.open("a", encoding="utf-8") as settings:
        settings.write(f'sources: {{crm: {{http: {{url: "{crm.url}/{{phone}}", internal: true}}}}}}\n')
        settings.write("customers: {source: crm, fields: {Owner: owner.name, Balance: balance}}\n")
    line = opened(config)
    rounds = 30 if quick else 200
    try:
        line.accounts.add(AGENT, "Desk one", "+15550002001", ["support"], "a long password")
        desk = Desk(line)
        few = [desk.offered(number, 0) for number in range(rounds)]
        many = [desk.offered(rounds + number, CONTACTS) for number in range(rounds)]
        compare = compared(iter(few).__next__, iter(many).__next__, rounds)
        arrivals = [desk.crm_comes(2 * rounds + number) for number in range(3 if quick else 10)]
    finally:
        line.stop()
        crm.server.shutdown()
    p95 = quantiles(many, n=20)[-1] * 1000
    said = f"p50 {median(many) * 1000:.1f} ms; {compare.ratio:.2f} times that without a history"
    came = max(arrivals)
    return [
        Figure(
            f"offer → card of {CONTACTS} contacts rendered, CRM at 1 s, p95",
            p95, "ms", f"< {MOST_MS:.0f} ms, {MOST_RATIO} times",
            p95 < MOST_MS and compare.ratio < MOST_RATIO, said,
        ),
        Figure(
            "call arrives → the CRM's part is stored, most",
            came, "s", f"< {CRM_S + 0.5} s", came < CRM_S + 0.5, f"p50 {median(arrivals):.2f} s",
        ),
    ]  # fmt: skip


class Desk:
    """One agent's screen over the line."""

    def __init__(self, line: Application) -> None:
        self._line, clock = line, line.transactions.clock
        self._screen = Screen(
            line.agents, CardService(line.database, clock, line.settings), clock, line.settings
        )
        ask = Lookups(line.settings.sources, {})
        self._sources = CrmLookups(line.transactions, line.settings.customers, ask)

    def offered(self, number: int, contacts: int) -> float:
        """Seconds from an offer to its page, of a customer with so many contacts. The CRM is being asked."""
        call = self._arrived(number, contacts)
        self._line.agents.go_available(AGENT)
        begun = time.perf_counter()
        with self._line.transactions.begin() as tx:
            queued = floor.queued(tx.connection, calls.find(tx.connection, call.sid).queued_id)
            assert self._line.offers.make(tx, queued, AGENT, [AGENT])
        shown = self._screen.look(AGENT)
        took = time.perf_counter() - begun
        assert shown.mode == "offer" and "From the CRM" in shown.regions["card"]
        self._line.agents.decline(AGENT, self._line.agents.status(AGENT).offer.id)
        timed(self._line.app, [call])  # hangs up
        return took

    def crm_comes(self, number: int) -> float:
        """Seconds from the first webhook of a call until what the CRM says is on record."""
        begun = time.perf_counter()
        call = PaperCall(number, ())
        self._first(call)
        with self._line.database.read() as connection:
            job = jobs.find(connection, job_key(call.sid))
        self._sources.start(job)
        while True:
            with self._line.database.read() as connection:
                if crm_values.find(connection, call.sid, "crm"):
                    return time.perf_counter() - begun
            time.sleep(0.005)

    def _arrived(self, number: int, contacts: int) -> PaperCall:
        """In line for support, with a history."""
        call = PaperCall(number, ("0",))
        for _ in range(2):
            self._first(call)
        with self._line.database.write() as unit:
            row, who = calls.find(unit.connection, call.sid), f"C{number}"
            customers.save(
                unit.connection, CustomerRow(who, "Customer", "", "", "", {"plan": "gold"}, 1.0), [row.caller]
            )
            past = (
                ContactRow(
                    1e9 + one,
                    who,
                    row.caller,
                    "phone",
                    "in",
                    "Asked",
                    "Told",
                    "A",
                    "support",
                    "talked",
                    "",
                    60,
                )
                for one in range(contacts)
            )
            customers.keep_contacts(unit.connection, past)
            unit.connection.execute(_known, {"p_sid": call.sid, "p_who": who})
        return call

    def _first(self, call: PaperCall) -> None:
        """The next webhook of this call, and no more."""
        one = _One(call)
        timed(self._line.app, [one])


class _One:
    """A call of which one request is posted."""

    def __init__(self, call: PaperCall) -> None:
        self._call, self._left = call, 1

    def next(self):
        self._left -= 1
        return self._call.next() if self._left == 0 else None

    def answered(self, body: bytes) -> None:
        self._call.answered(body)
