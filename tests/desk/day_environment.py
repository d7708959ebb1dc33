"""A whole house for a day: the line as it is served, over a simulated phone company, with a movable clock.

Unlike `ivr demo` time stands still until `run`, so that a night takes a second; everything else is the same.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from ivr.flowfiles.settings_file import load_settings
from ivr.jobs.announced_estimates import ask_for_wait_jobs
from ivr.jobs.article_loader import ask_for_answer_jobs
from ivr.jobs.canary import ask_for_flow_jobs
from ivr.jobs.report_sums import ask_for_report_jobs
from ivr.scenarios import simulated_line
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.service.customers import CustomerLists, List
from simulator.phones import AgentPhone
from tests.desk.conftest import PASSWORD
from tests.desk.serving import Quiet

ROOT = Path(__file__).parents[2]
CUSTOMER, STRANGER, NIGHT_OWL = "+14155550123", "+14155550199", "+14155550177"
CUSTOMERS = f"""id,name,company,language,email,numbers,warning,account,customer_since
ALFKI,Alfreds Futterkiste,Alfreds Futterkiste,en-US,orders@futterkiste.example,{CUSTOMER},\
Two parcels were lost this year: check the address before sending again.,gold,2019
OWLBK,Harbor Owl Books,Harbor Owl Books,en-US,office@owl.example,{NIGHT_OWL},,silver,2021
"""
HISTORY = """customer_id,at,channel,direction,summary,note,agent,queue,outcome,disposition,seconds
ALFKI,2026-02-27T15:10:00,call,in,Asked where an order was,Tracking number given; parcel was at the depot.,\
Desk two,support,talked,solved,240
ALFKI,2026-02-20T09:30:00,voicemail,in,Message about a damaged parcel,,,support,voicemail,,30
ALFKI,2026-02-11T11:00:00,email,in,Question about an invoice,Explained the fee.,Desk two,billing,,solved,0
ALFKI,2026-01-08T17:45:00,sms,out,Sent: Your order is on its way,,Desk one,support,,,0
OWLBK,2026-02-25T10:20:00,call,in,Charged twice,One payment is refunded.,Desk one,billing,talked,refund,420
"""


class DayHouse(SimulatedLine):
    """A simulated line whose pages are served at `web`. Only one at a time: its address is the module's
    own."""

    web = ""

    def staff(self, agent_id: str, name: str, role: str = "agent") -> AgentPhone:
        """An agent or supervisor with a password and a telephone."""
        number = f"+1555000{2001 + len(self.account.phones)}"
        self.line.accounts.add(agent_id, name, number, ["support", "billing"], PASSWORD, role)
        return self.account.add_phone(number)

    def opens(self) -> None:
        """Customers and their history; the jobs that the server starts with."""
        lists = CustomerLists(self.database, self.clock.time, "US", "America/New_York")
        report = lists.import_lists(List("customers", CUSTOMERS), List("history", HISTORY))
        assert not report.problems, report.problems
        for ask in (ask_for_answer_jobs, ask_for_flow_jobs, ask_for_report_jobs, ask_for_wait_jobs):
            ask(self.line.transactions)
        self.run(1)


@contextmanager
def day_house(folder: Path, database_url: str, start: float, monkeypatch: Any) -> Iterator[DayHouse]:
    """Open from `start` (epoch seconds) until the block is left."""
    house: DayHouse | None = None

    def app(environ: Any, start_response: Any) -> Any:
        return house.line.app(environ, start_response)

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    server.daemon_threads = True
    web = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(simulated_line, "PUBLIC_URL", web)
    house = DayHouse(load_settings(ROOT / "config.yaml", {}), database_url, start, folder=folder)
    house.web = web
    house.opens()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield house
    house.line.app.extensions["presszero_stop"]()
    server.shutdown()
    server.server_close()
    house.close()
