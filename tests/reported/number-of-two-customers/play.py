"""Somebody calls from a number that two customers have, and an agent looks at the card."""

import os
from pathlib import Path

from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.service.screen_pop.cards import CardService

line = SimulatedLine(load_settings(Path(os.environ["IVR_CONFIG"]), {}), os.environ["DATABASE_URL"])
agent = line.add_agent("desk-1", ["help"])
caller = line.dial("+14155550161")
line.account.run_until(lambda: agent.ringing, 60)
card = CardService(line.database, line.clock.time, line.settings).card(caller.sid, "desk-1")
print(f"on the card: {', '.join(card.customers)}; taken to be: {card.customer or 'nobody yet'}")
