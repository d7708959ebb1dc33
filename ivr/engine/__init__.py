"""PURE: runs one caller's flow: events in, an instruction and effects out.

Nothing here uses the clock, randomness, a database, HTTP, Flask or Twilio: time and facts are arguments.
"""
