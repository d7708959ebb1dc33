"""The floor: who waits, who is free, which offers are open. Every change names the state it expects."""

from ivr.store.floor.agents import *  # noqa: F403
from ivr.store.floor.asking import *  # noqa: F403
from ivr.store.floor.offers import *  # noqa: F403
from ivr.store.floor.queued_calls import *  # noqa: F403
from ivr.store.floor.routing import *  # noqa: F403
from ivr.store.floor.standing import *  # noqa: F403
from ivr.store.floor.talks import *  # noqa: F403
from ivr.store.floor.watching import *  # noqa: F403
