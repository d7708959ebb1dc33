"""State changes of calls, agents, queues and callbacks, each inside one transaction. Calls no carrier."""
