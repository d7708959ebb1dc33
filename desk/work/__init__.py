"""Work beside the calls, on the agent's desk: messages to listen to and to answer."""
