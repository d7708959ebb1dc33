"""The actions of an agent on a caller they have: hold, consult, transfer, and pause the recording."""
