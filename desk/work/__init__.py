"""Work items on the agent's desk: messages to listen to and to answer."""
