"""The phone company as we call it. It calls us through `webhooks/`."""
