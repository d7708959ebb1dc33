"""Use cases: load, decide, claim, save, do."""
