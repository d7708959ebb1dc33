"""The floor: who waits, who is free, which offers are open. Every change names the state it expects."""

from ivr.store.floor.agents import *  # noqa: F403
from ivr.store.floor.conversations import *  # noqa: F403
from ivr.store.floor.dispatch_queries import *  # noqa: F403
from ivr.store.floor.offers import *  # noqa: F403
from ivr.store.floor.queue_positions import *  # noqa: F403
from ivr.store.floor.queued_calls import *  # noqa: F403
from ivr.store.floor.routing_queries import *  # noqa: F403
from ivr.store.floor.snapshot import *  # noqa: F403
