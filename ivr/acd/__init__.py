"""Automatic call distribution as pure functions: states, matching, wait estimates, measures.

Nothing here knows a clock, a database, HTTP or a carrier. Times are arguments, in seconds.
"""
