"""Addresses of our own webhooks. All parameters of a request are in its path.

There are no query strings: proxies and Twilio reorder and re-encode them, and then the signature fails and a
caller is dropped.
"""

from __future__ import annotations

ASK_AGAIN = "#rt=4000&rc=3&rp=all"
"""Settings that the carrier keeps to itself: how long it waits, and how often it asks again."""

KINDS = ("input", "recorded", "dialled", "talked", "transferred", "paid")


def prefix(language: str = "") -> str:
    """Return where the addresses of a caller begin."""
    return "/voice" + (f"/in/{language}" if language else "")


class Urls:
    """Absolute addresses under `base` (PUBLIC_URL). `elsewhere` is the fallback of the phones that we ring,
    where one is hosted on another machine.

    Phones that we ring have no other chance than their fallback, and who holds has none, so the carrier is to
    ask again for their documents: it keeps the part behind the # to itself. All of them may be asked twice.

    A caller's addresses tell the language that was spoken last, where it is known: the database may be away
    when one of them is asked.
    """

    def __init__(self, base: str, elsewhere: str = "", language: str = "") -> None:
        self.base, self._elsewhere = base.rstrip("/"), elsewhere
        self._caller = f"{self.base}{prefix(language)}"

    def speaking(self, language: str) -> Urls:
        """Return the same for a caller who is spoken to in `language`."""
        return Urls(self.base, self._elsewhere, language)

    @property
    def fallback(self) -> str:
        """Return where callers come back who were kept on the line while we were down."""
        return f"{self.base}/voice/fallback"

    def turn(self, sid: str, number: int, kind: str) -> str:
        """Return where the outcome of an instruction is reported; `kind` is the kind of outcome."""
        return f"{self._caller}/calls/{sid}/{number}/{kind}"

    def recording(self, sid: str, queue: str) -> str:
        return f"{self.base}/voice/calls/{sid}/recording/{queue or '-'}"

    def transcription(self, sid: str) -> str:
        """Return where the carrier reports the transcript of a message."""
        return f"{self.base}/voice/calls/{sid}/transcription"

    def call_recording(self, sid: str) -> str:
        """Return where the carrier reports the recording of a whole call."""
        return f"{self.base}/voice/calls/{sid}/call-recording"

    def join(self, call_sid: str, offer_id: str) -> str:
        return f"{self.base}/voice/calls/{call_sid}/join/{offer_id}"

    def again(self, attempt: int, sid: str, number: int, kind: str, kept: str) -> str:
        """Return the same request once more, after the database was down. It carries the input, or the offer
        whose agent waits."""
        return f"{self._caller}/again/{attempt}/{sid}/{number}/{kind}/{kept}"

    def resume(self, sid: str, lost: int | None = None) -> str:
        """Return the present wait; `lost` is the turn whose outcome could not be delivered."""
        return f"{self._caller}/resume/{sid}" + ("" if lost is None else f"/{lost}")

    def rescue(self, sid: str) -> str:
        return f"{self._caller}/rescue/{sid}"

    def emergency(self, step: str, sid: str = "") -> str:
        """Return a step of the emergency. With the call's `sid`, every step first checks whether the call can
        go on where it was."""
        return f"{self._caller}/emergency/{sid}/{step}" if sid else f"{self._caller}/emergency/{step}"

    def whisper(self, offer_id: str) -> str:
        return f"{self.base}/voice/offers/{offer_id}/whisper{ASK_AGAIN}"

    def whisper_key(self, offer_id: str) -> str:
        return f"{self.base}/voice/offers/{offer_id}/key"

    def whisper_again(self, offer_id: str, times: int, digits: str) -> str:
        """Return the same once more, as for callers."""
        return f"{self.base}/voice/offers/{offer_id}/again/{times}/{digits or '-'}"

    def agent_left(self, offer_id: str) -> str:
        return f"{self.base}/voice/offers/{offer_id}/left"

    def leg_status(self, offer_id: str) -> str:
        return f"{self.base}/voice/offers/{offer_id}/status"

    def leg_fallback(self, offer_id: str) -> str:
        return self._elsewhere or f"{self.base}/voice/offers/{offer_id}/fallback{ASK_AGAIN}"

    def room(self, offer_id: str) -> str:
        return f"{self.base}/voice/offers/{offer_id}/room"

    def hold(self, offer_id: str) -> str:
        """Return the document for a caller on hold in the conference of this offer. A document that fails is
        followed by silence, since there is no fallback here."""
        return f"{self.base}/voice/offers/{offer_id}/hold{ASK_AGAIN}"

    def transfer(self, transfer_id: str, what: str) -> str:
        """Return an address of the outside phone that is asked to take a caller: answered, key, left, status
        or fallback."""
        return self._rung(f"{self.base}/voice/transfers/{transfer_id}", what)

    def supervising(self, supervision_id: str, what: str) -> str:
        """Return an address of the supervisor's phone on a conversation: answered, key, left, status or
        fallback."""
        return self._rung(f"{self.base}/voice/supervising/{supervision_id}", what)

    def _rung(self, base: str, what: str) -> str:
        if what == "fallback" and self._elsewhere:
            return self._elsewhere
        return f"{base}/{what}{ASK_AGAIN if what in ('answered', 'fallback') else ''}"

    def rung(self, sid: str, times: int) -> str:
        """Return the address for a phone that we rang, come back from the fallback elsewhere."""
        return f"{self.base}/voice/legs/{sid}/{times}"

    def announcement(self, supervision_id: str) -> str:
        """Return the announcement to caller and agent that a supervisor joins. It has no fallback: as for
        `hold`."""
        return f"{self.supervising(supervision_id, 'announcement')}{ASK_AGAIN}"

    def announced(self, url: str) -> str:
        """Return the supervision whose announcement is at `url`; "" for anything else."""
        path = url.partition("#")[0].removeprefix(f"{self.base}/voice/supervising/")
        return path.removesuffix("/announcement") if path.endswith("/announcement") else ""

    def callback_answered(self, callback_id: str, attempt: int) -> str:
        return f"{self.base}/voice/callbacks/{callback_id}/{attempt}/answered{ASK_AGAIN}"

    def callback_key(self, callback_id: str, attempt: int) -> str:
        return f"{self.base}/voice/callbacks/{callback_id}/{attempt}/key"

    def callback_status(self, callback_id: str, attempt: int) -> str:
        return f"{self.base}/voice/callbacks/{callback_id}/{attempt}/status"

    def callback_machine(self, callback_id: str, attempt: int) -> str:
        """Return where the carrier reports whether a human or a machine picked up."""
        return f"{self.base}/voice/callbacks/{callback_id}/{attempt}/machine"

    def callback_message(self, callback_id: str, attempt: int) -> str:
        return f"{self.base}/voice/callbacks/{callback_id}/{attempt}/message"

    def callback_fallback(self, callback_id: str, attempt: int) -> str:
        return self._elsewhere or f"{self.base}/voice/callbacks/{callback_id}/{attempt}/fallback{ASK_AGAIN}"

    def callback_again(self, callback_id: str, attempt: int, times: int, kind: str, digits: str) -> str:
        """Return the same request once more, after the database was down, with the key that was pressed."""
        kept = digits or "-"
        return f"{self.base}/voice/callbacks/{callback_id}/{attempt}/again/{times}/{kind}/{kept}"

    def callback_page(self, token: str) -> str:
        """Return where a customer sees and cancels a callback."""
        return f"{self.base}/callback/{token}"

    def audio(self, path: str) -> str:
        return path if path.startswith(("https://", "http://")) else f"{self.base}/audio/{path}"
