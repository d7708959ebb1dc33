"""Waiting for a person: music, honest announcements, keys that work, and a way out when nobody comes.

`loop` is the life of a queue step; the other files hold one idea each. The step's memory has
plain values, so that a wait survives a restart:

- `state`: asked, waiting, full, transferring or after. `queue`: where they stand after an overflow.
- `spot`, `left`, `since`, `words`, `chunk`, `message_in`, `message_s`, `quiet`: the music (see `playback`).
- `promise`, `position`, `spoke_at`, `count`, `hinted`, `offered`, `message`: what was announced.
- `told`, `told_at`, `told_of`, `early`, `finishing`: what was said of closing time and of nobody coming.
- `led`: they were led to a message and left none; the callback is next.
- `given_at`: since when their wait counts: an agent gave them on after a talk, or they were called back.
- `used`: the overflow rules that were followed; each one once in a call.
"""

from ivr.engine.waiting.loop import WaitingLoop

__all__ = ["WaitingLoop"]
