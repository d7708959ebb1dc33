"""Twilio's HTTP requests ⇄ engine events; instructions → TwiML; signature. Nothing else is decided here."""
