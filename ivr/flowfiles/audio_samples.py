"""The samples of telephone sound: how they are coded, and how they fade in and out."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache

PCM, A_LAW, MU_LAW = 1, 6, 7


def fade(samples: bytearray, block: int, width: int, coding: int, rising: int, falling: int) -> None:
    """Let the first `rising` blocks grow out of silence and the last `falling` ones sink into it.

    A block holds one sample of `width` bytes for each channel. An unknown coding stays as it is.
    """
    blocks = len(samples) // block
    for number in range(min(rising, blocks)):
        _scale(samples, number * block, block, width, coding, number / rising)
    for number in range(min(falling, blocks)):
        _scale(samples, (blocks - 1 - number) * block, block, width, coding, number / falling)


def _scale(samples: bytearray, at: int, block: int, width: int, coding: int, gain: float) -> None:
    for place in range(at, at + block, width):
        if coding == PCM:
            samples[place : place + width] = _scaled_pcm(samples[place : place + width], width, gain)
        elif coding in (A_LAW, MU_LAW):
            samples[place] = _nearest(coding, _values(coding)[samples[place]] * gain)


def _scaled_pcm(sample: bytes | bytearray, width: int, gain: float) -> bytes:
    if width == 1:  # the only width without a sign: silence is 128
        return bytes([128 + int((sample[0] - 128) * gain)])
    value = int.from_bytes(sample, "little", signed=True)
    return int(value * gain).to_bytes(width, "little", signed=True)


@cache
def _values(coding: int) -> tuple[int, ...]:
    """What each of the 256 bytes stands for."""
    expand = _mu_law if coding == MU_LAW else _a_law
    return tuple(expand(byte) for byte in range(256))


@cache
def _ordered(coding: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Values from the lowest to the highest, and the bytes that stand for them."""
    pairs = sorted((value, byte) for byte, value in enumerate(_values(coding)))
    return tuple(value for value, _ in pairs), tuple(byte for _, byte in pairs)


def _nearest(coding: int, value: float) -> int:
    values, codes = _ordered(coding)
    at = min(bisect_left(values, value), len(values) - 1)
    if at and value - values[at - 1] < values[at] - value:
        at -= 1
    return codes[at]


def _mu_law(byte: int) -> int:
    byte = ~byte & 0xFF
    size = (((byte & 0x0F) << 3) + 132 << (byte >> 4 & 7)) - 132
    return -size if byte & 0x80 else size


def _a_law(byte: int) -> int:
    byte ^= 0x55
    segment, size = byte >> 4 & 7, ((byte & 0x0F) << 4) + 8
    if segment:
        size = size + 256 << segment - 1
    return size if byte & 0x80 else -size
