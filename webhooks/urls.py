"""Addresses of our own webhooks. Everything a request must say of itself stands in its path.

No query strings: proxies and Twilio reorder and re-encode them, and then the signature fails and a caller
is dropped.
"""

from __future__ import annotations

ASK_AGAIN = "#rt=4000&rc=3&rp=all"
"""What the carrier keeps to itself: how patient it is, and how often it asks again."""

KINDS = ("input", "recorded", "dialled", "talked", "transferred", "paid")


def prefix(language: str = "") -> str:
    """Where the addresses of a caller begin."""
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
        """The same for a caller who is spoken to in `language`."""
        return Urls(self.base, self._elsewhere, language)

    @property
    def fallback(self) -> str:
        """Where callers come back who were kept on the line while we were away."""
        return f"{self.base}/voice/fallback"

    def turn(self, sid: str, number: int, kind: str) -> str:
        """Where the outcome of an instruction is reported: `kind` says what the outcome is of."""
        return f"{self._caller}/calls/{sid}/{number}/{kind}"

    def recording(self, sid: str, queue: str) -> str:
        return f"{self.base}/voice/calls/{sid}/recording/{queue or '-'}"

    def transcription(self, sid: str) -> str:
        """Where the carrier tells what was said in a message."""
        return f"{self.base}/voice/calls/{sid}/transcription"

    def call_recording(self, sid: str) -> str:
        """Where the carrier tells of the recording of a whole call."""
        return f"{self.base}/voice/calls/{sid}/call-recording"

    def join(self, call_sid: str, offer_id: str) -> str:
        return f"{self.base}/voice/calls/{call_sid}/join/{offer_id}"

    def again(self, attempt: int, sid: str, number: int, kind: str, kept: str) -> str:
        """The same request once more: the database was away. What was pressed or said goes along, or the
        offer whose agent waits."""
        return f"{self._caller}/again/{attempt}/{sid}/{number}/{kind}/{kept}"

    def resume(self, sid: str, lost: int | None = None) -> str:
        """`lost` is the turn whose outcome could not be told us."""
        return f"{self._caller}/resume/{sid}" + ("" if lost is None else f"/{lost}")

    def rescue(self, sid: str) -> str:
        return f"{self._caller}/rescue/{sid}"

    def emergency(self, step: str, sid: str = "") -> str:
        """With the call's `sid`, every step first looks whether the call can go on where it was."""
        return f"{self._caller}/emergency/{sid}/{step}" if sid else f"{self._caller}/emergency/{step}"

    def whisper(self, offer_id: str) -> str:
        return f"{self.base}/voice/offers/{offer_id}/whisper{ASK_AGAIN}"

    def whisper_key(self, offer_id: str) -> str:
        return f"{self.base}/voice/offers/{offer_id}/key"

    def whisper_again(self, offer_id: str, times: int, digits: str) -> str:
        """The same once more, as for callers."""
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
        """What a customer hears who holds in the room of this offer. Silence follows a document that does not
        come, for there is no fallback here."""
        return f"{self.base}/voice/offers/{offer_id}/hold{ASK_AGAIN}"

    def transfer(self, transfer_id: str, what: str) -> str:
        """The phone outside that is asked to take a caller: answered, key, left, status or fallback."""
        return self._rung(f"{self.base}/voice/transfers/{transfer_id}", what)

    def supervising(self, supervision_id: str, what: str) -> str:
        """The supervisor's phone on a talk: answered, key, left, status or fallback."""
        return self._rung(f"{self.base}/voice/supervising/{supervision_id}", what)

    def _rung(self, base: str, what: str) -> str:
        if what == "fallback" and self._elsewhere:
            return self._elsewhere
        return f"{base}/{what}{ASK_AGAIN if what in ('answered', 'fallback') else ''}"

    def rung(self, sid: str, times: int) -> str:
        """A phone that we rang, come back from the fallback elsewhere."""
        return f"{self.base}/voice/legs/{sid}/{times}"

    def announcement(self, supervision_id: str) -> str:
        """What caller and agent are told when a supervisor joins. It has no fallback: as for `hold`."""
        return f"{self.supervising(supervision_id, 'announcement')}{ASK_AGAIN}"

    def announced(self, url: str) -> str:
        """The supervision whose announcement is at `url`; "" for anything else."""
        path = url.partition("#")[0].removeprefix(f"{self.base}/voice/supervising/")
        return path.removesuffix("/announcement") if path.endswith("/announcement") else ""

    def callback_answered(self, callback_id: str, attempt: int) -> str:
        return f"{self.base}/voice/callbacks/{callback_id}/{attempt}/answered{ASK_AGAIN}"

    def callback_key(self, callback_id: str, attempt: int) -> str:
        return f"{self.base}/voice/callbacks/{callback_id}/{attempt}/key"

    def callback_status(self, callback_id: str, attempt: int) -> str:
        return f"{self.base}/voice/callbacks/{callback_id}/{attempt}/status"

    def callback_machine(self, callback_id: str, attempt: int) -> str:
        """Where the carrier tells whether a human or a machine picked up."""
        return f"{self.base}/voice/callbacks/{callback_id}/{attempt}/machine"

    def callback_message(self, callback_id: str, attempt: int) -> str:
        return f"{self.base}/voice/callbacks/{callback_id}/{attempt}/message"

    def callback_fallback(self, callback_id: str, attempt: int) -> str:
        return self._elsewhere or f"{self.base}/voice/callbacks/{callback_id}/{attempt}/fallback{ASK_AGAIN}"

    def callback_again(self, callback_id: str, attempt: int, times: int, kind: str, digits: str) -> str:
        """The same request once more: the database was away. The key that was pressed goes along."""
        kept = digits or "-"
        return f"{self.base}/voice/callbacks/{callback_id}/{attempt}/again/{times}/{kind}/{kept}"

    def callback_page(self, token: str) -> str:
        """Where a customer sees and cancels a callback."""
        return f"{self.base}/callback/{token}"

    def audio(self, path: str) -> str:
        return path if path.startswith(("https://", "http://")) else f"{self.base}/audio/{path}"
