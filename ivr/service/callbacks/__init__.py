"""Callbacks: a caller hangs up and is rung when the turn comes, keeping the place in line.

`rules` says whom and when, `bookings` books, `attempts` is the life of a booking, `dialling` what is asked of
the carrier, `answers` what the customer's phone is told, `returning` what becomes of one who rings us first.
"""
