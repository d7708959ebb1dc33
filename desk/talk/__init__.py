"""The controls of a talk: hold, transfer, a third person, the recording."""
