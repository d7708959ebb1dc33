"""The caller's identity: numbers, what a number is worth, and customers in and out as lists. No database."""
