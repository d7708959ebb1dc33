"""Scenarios: tests of flows without a telephone, played over the real webhooks on a virtual clock."""
