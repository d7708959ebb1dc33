"""Our requests to the phone company. Its requests to us are in `webhooks/`."""
