"""The controls of a conversation: hold, transfer, a third person, the recording."""
