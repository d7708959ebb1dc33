"""A small pure floor: what the service does with rows, done with plain objects, for the random walk."""

from dataclasses import dataclass, field, replace

from ivr.acd.floor import Floor as Seen
from ivr.acd.floor import FreeAgent, WaitingCall
from ivr.acd.matching import match, rank
from ivr.acd.states import AGENT, OFFER, QUEUED_CALL, move, settle, wished_state

POINT_S = 300.0


@dataclass
class Agent:
    id: str
    queues: tuple
    state: str = "signed_out"
    wish: str | None = None
    idle_since: float = 0.0


@dataclass
class Call:
    record: WaitingCall
    state: str = "waiting"
    place: float = 0.0
    talked: bool = False


@dataclass
class Offer:
    call: Call
    agent: Agent
    state: str = "pending"


@dataclass
class Floor:
    now: float = 0.0
    agents: list = field(default_factory=list)
    calls: list = field(default_factory=list)
    offers: list = field(default_factory=list)

    def agent(self, agent, event):
        wished = wished_state(agent.state, event)
        if wished is not None:
            agent.wish = wished
        before = agent.state
        agent.state = settle(agent.id, move(AGENT, agent.id, agent.state, event), agent.wish)
        if agent.state in ("available", "away", "signed_out"):
            agent.wish = None
        if agent.state == "available" != before:
            agent.idle_since = self.now

    def call(self, call, event):
        call.state = move(QUEUED_CALL, call.record.id, call.state, event)
        call.talked = call.talked or call.state == "talking"

    def offer(self, offer, event):
        offer.state = move(OFFER, "o", offer.state, event)

    def open_offer(self, call):
        return next((o for o in self.offers if o.call is call and o.state in LIVE), None)

    def arrive(self, queue, priority):
        record = WaitingCall(f"CA{len(self.calls):04}", queue, rank(self.now, priority, POINT_S))
        self.calls.append(Call(record, place=record.rank))

    def accept(self, offer):
        self.offer(offer, "accepted")
        self.agent(offer.agent, "accepted")

    def join(self, offer):
        self.offer(offer, "joined")
        self.call(offer.call, "joined")

    def end_unanswered(self, offer, event):
        """The agent said no, did not answer, or could not be rung."""
        self.offer(offer, event)
        self.agent(offer.agent, AGENT_HEARS[event])
        self.call(offer.call, "offer_ended")
        if event == "declined":
            record = offer.call.record
            offer.call.record = replace(record, declined_by=record.declined_by | {offer.agent.id})

    def caller_left(self, call):
        offer = self.open_offer(call)
        self.call(call, "caller_left")
        if offer is not None:
            talked = offer.state == "connected"
            self.offer(offer, "caller_left")
            self.agent(offer.agent, "talk_ended" if talked else "offer_withdrawn")

    def agent_lost(self, offer):
        self.offer(offer, "leg_failed")
        self.agent(offer.agent, "talk_ended")
        self.call(offer.call, "requeued")

    def talk_ended(self, offer):
        self.offer(offer, "talk_ended")
        self.agent(offer.agent, "talk_ended")
        self.call(offer.call, "talk_ended")

    def waiting(self):
        return [call.record for call in self.calls if call.state == "waiting"]

    def free(self):
        return [
            FreeAgent(a.id, dict.fromkeys(a.queues, 1), a.idle_since)
            for a in self.agents
            if a.state == "available"
        ]

    def distribute(self):
        """Offer what can be offered; return the pairs made."""
        lines = {}
        for record in sorted(self.waiting(), key=lambda record: (record.rank, record.id)):
            lines.setdefault(record.queue, []).append(record)
        made = match(Seen(self.now, lines, self.free()))
        calls = {call.record.id: call for call in self.calls}
        agents = {agent.id: agent for agent in self.agents}
        for pair in made:
            call, agent = calls[pair.call.id], agents[pair.agent.id]
            self.offers.append(Offer(call, agent))
            self.call(call, "offered")
            self.agent(agent, "offered")
        return made


AGENT_HEARS = {"declined": "offer_declined", "expired": "offer_expired", "leg_failed": "offer_failed"}
LIVE = ("pending", "accepted", "connected")
