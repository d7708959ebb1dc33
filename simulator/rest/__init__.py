"""The paths of Twilio's REST API that the product uses, as a WSGI app."""
