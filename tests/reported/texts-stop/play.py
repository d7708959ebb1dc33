"""Each line of bodies.txt is texted to the line, each from another number. Which refuse further texts?"""

import os
from pathlib import Path

from twilio.request_validator import RequestValidator

from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.simulated_line import AUTH_TOKEN, PUBLIC_URL, SimulatedLine
from ivr.store import texts

PATH = "/sms/incoming"
line = SimulatedLine(load_settings(Path(os.environ["IVR_CONFIG"]), {}), os.environ["DATABASE_URL"])
client = line.line.app.test_client()


def refused_by(body: str, number: str) -> bool:
    form = {"MessageSid": f"SM{number[1:]}", "From": number, "To": "+15550001000", "Body": body}
    head = {"X-Twilio-Signature": RequestValidator(AUTH_TOKEN).compute_signature(PUBLIC_URL + PATH, form)}
    assert client.post(PATH, data=form, headers=head).status_code == 200
    with line.database.read() as connection:
        return texts.refused_by(connection, number) is not None


for at, body in enumerate(Path("bodies.txt").read_text().splitlines()):
    print(f"{body}: {'no more texts' if refused_by(body, f'+1415555{100 + at:04}') else 'a message'}")
