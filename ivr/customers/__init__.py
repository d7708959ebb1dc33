"""The caller's identity: numbers, how far a number is trusted, and import and export of customers. No
database."""
