"""A callback is booked, and a colleague behind the same switchboard calls for something else."""

import os
from pathlib import Path

from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.simulated_line import SimulatedLine

OFFICE = "+14155550161"
line = SimulatedLine(load_settings(Path(os.environ["IVR_CONFIG"]), {}), os.environ["DATABASE_URL"])


def books() -> None:
    caller = line.dial(OFFICE)
    for seconds, key in ((2, "0"), (9, "1"), (4, "1")):
        line.run(seconds)
        caller.press(key)
    line.run(15)
    assert any("booked" in said for said in caller.heard), caller.heard


books()
line.run(60)
colleague = line.dial(OFFICE)  # says and presses nothing at the welcome
line.run(5)
colleague.press("0")
line.run(30)
agent = line.add_agent("desk-1", ["help"])
assert line.account.run_until(lambda: agent.ringing, 60)
agent.answer()
line.run(1)
agent.press("1")
line.run(30)
assert colleague.talking_to == {agent.address}
colleague.hang_up()
line.run(5)
office = line.account.add_phone(OFFICE)
line.line.agents.go_away("desk-1")
line.line.agents.go_available("desk-1")
rung = line.account.run_until(lambda: office.ringing, 1800)
print(f"the one who booked is rung: {bool(rung)}")
