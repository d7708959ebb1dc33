"""A caller's file: every contact, warnings, cases; and the cases of one agent."""
