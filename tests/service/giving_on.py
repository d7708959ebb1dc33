"""A talk of desk-1, with others whom the caller may be given to."""

from __future__ import annotations

from pathlib import Path

from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.settings import Settings
from ivr.store import floor, transfers
from simulator.phones import AgentPhone, CallerPhone
from tests.service.driving import picks_up, talks

ROOT = Path(__file__).parents[2]
OUTSIDE = "+12125550177"


def settings_with(**transactions) -> Settings:
    """The shipped settings, with a number outside that has a name."""
    settings = load_settings(ROOT / "config.yaml", {})
    return settings.model_copy(update={"targets": {"warehouse": OUTSIDE}, **transactions})


class GivingOn:
    """desk-1 talks with a caller; desk-2 serves billing, desk-3 support, unless `others` says otherwise."""

    def __init__(self, line: SimulatedLine, **others: list[str]) -> None:
        self.line = line
        self.agent = line.add_agent("desk-1", ["support"])
        self.outside = line.account.add_phone(OUTSIDE)
        self.others: dict[str, AgentPhone] = {}
        self.caller = talks(line, self.agent)
        for agent_id, queues in (others or {"desk_2": ["billing"], "desk_3": ["support"]}).items():
            name = agent_id.replace("_", "-")
            self.others[name] = line.add_agent(name, queues)
            line.run(2)  # whoever comes first here has been idle the longest
        line.line.waits.forget_look()

    def give(self, target: str, note: str = "Wants the invoice again.") -> None:
        self.line.line.waits.forget_look()
        self.line.line.talks.transfer("desk-1", self.caller.sid, target, note)
        self.line.account.settle()

    def picks_up(self, agent_id: str, key: str = "1") -> None:
        picks_up(self.line, self.others[agent_id], key)

    def talks_with(self, phone: AgentPhone) -> bool:
        return self.line.account.run_until(lambda: self.caller.talking_to == {phone.address}, 15)

    def transfers(self) -> list[tuple[str, str, str | None]]:
        """(target, state, why it ended) of each."""
        with self.line.database.read() as connection:
            found = transfers.of_call(connection, self.caller.sid)
        return [(one.target, one.state, one.end_reason) for one in found]

    def place(self):
        with self.line.database.read() as connection:
            offer = floor.live_offer_of_call(connection, self.caller.sid)
            if offer is not None:
                return floor.queued(connection, offer.queued_id)
            return next(
                (one for queue in self.line.settings.queues for one in floor.line(connection, queue)), None
            )


def gap_s(line: SimulatedLine, caller: CallerPhone, since: float) -> float:
    """The longest stretch after `since` in which the caller neither heard anybody nor anything of ours."""
    return line.account.witness.longest_silence(caller.sid, since, line.clock.time())
