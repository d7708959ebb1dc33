"""PURE: automatic call distribution: states, matching, wait estimates, measures.

Nothing here uses a clock, a database, HTTP or a carrier. Times are arguments, in seconds.
"""
