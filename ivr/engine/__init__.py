"""PURE: walks one caller through a flow: events in, an instruction and effects out.

Nothing here knows the clock, chance, a database, HTTP, Flask or Twilio: time and facts are arguments.
"""
