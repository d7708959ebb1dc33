"""Reads WAV files by their headers and samples: their length, slices of whole seconds, fades."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from math import nextafter
from pathlib import Path

PCM, A_LAW, MU_LAW = 1, 6, 7


def fade(samples: bytearray, block: int, width: int, coding: int, rising: int, falling: int) -> None:
    """Fade in the first `rising` blocks and fade out the last `falling` ones.

    A block holds one sample of `width` bytes for each channel. An unknown coding stays as it is.
    """
    if coding == PCM:
        scale: Callable[[bytearray, int, int, int, float], None] = _scale_pcm
    elif coding in (A_LAW, MU_LAW):
        scale = partial(_scale_companded, *_companding(coding))
    else:
        return
    blocks = len(samples) // block
    for number in range(min(rising, blocks)):
        scale(samples, number * block, block, width, number / rising)
    for number in range(min(falling, blocks)):
        scale(samples, (blocks - 1 - number) * block, block, width, number / falling)


def _scale_pcm(samples: bytearray, at: int, block: int, width: int, gain: float) -> None:
    for place in range(at, at + block, width):
        samples[place : place + width] = _scaled_pcm(samples[place : place + width], width, gain)


def _scaled_pcm(sample: bytes | bytearray, width: int, gain: float) -> bytes:
    if width == 1:  # the only width without a sign: silence is 128
        return bytes([128 + int((sample[0] - 128) * gain)])
    value = int.from_bytes(sample, "little", signed=True)
    return int(value * gain).to_bytes(width, "little", signed=True)


def _scale_companded(
    values: list[int], between: list[float], codes: bytes,
    samples: bytearray, at: int, block: int, width: int, gain: float,
) -> None:  # fmt: skip
    for place in range(at, at + block, width):
        samples[place] = codes[bisect_right(between, values[samples[place]] * gain)]


@cache
def _companding(coding: int) -> tuple[list[int], list[float], bytes]:
    """Return what each of the 256 byte values means, the values halfway between neighbours from the lowest to
    the highest, and the bytes between those: with both the byte nearest to a value is found."""
    expand = _mu_law if coding == MU_LAW else _a_law
    values = [expand(byte) for byte in range(256)]
    ordered = sorted((value, byte) for byte, value in enumerate(values))
    between = [_halfway(low, high) for (low, _), (high, _) in pairwise(ordered)]
    return values, between, bytes(byte for _, byte in ordered)


def _halfway(low: int, high: int) -> float:
    """µ-law has two bytes for 0: the second means what is just above it."""
    return (low + high) / 2 if low < high else nextafter(low, high + 1)


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


FADE_S = 0.3
EXTENSIBLE = 0xFFFE  # the coding is further on, as the beginning of a GUID
CODING_IN_EXTENSIBLE = 24


def coding_of(form: bytes) -> int:
    """Return how samples are encoded, from a `fmt ` chunk: 1 is PCM, 6 A-law, 7 µ-law."""
    coding = int.from_bytes(form[:2], "little")
    if coding == EXTENSIBLE and len(form) >= CODING_IN_EXTENSIBLE + 2:
        coding = int.from_bytes(form[CODING_IN_EXTENSIBLE : CODING_IN_EXTENSIBLE + 2], "little")
    return coding


class NotWav(Exception):
    """The file is not a WAV file that can be cut by seconds."""


@dataclass(frozen=True, slots=True)
class Wav:
    """The position of the samples of a WAV file: everything needed to cut it without reading it."""

    path: Path
    form: bytes
    """The `fmt ` chunk, kept in every slice so that the coding stays the same; in its plain form, which all
    players know."""
    bytes_per_second: int
    block: int
    data_at: int
    data_size: int

    @property
    def coding(self) -> int:
        """Return how samples are encoded: 1 is PCM, 6 A-law, 7 µ-law."""
        return coding_of(self.form)

    @property
    def seconds(self) -> int:
        """Return whole seconds: the end of the last slice."""
        return self.data_size // self.bytes_per_second

    def cut(self, start: int, end: int) -> bytes:
        """Return a complete WAV file from second `start` up to second `end` or the end of the music.

        It fades at the cuts. The music's own beginning and end stay unchanged, so that a piece which is
        repeated has no seam.
        """
        first = self.aligned(start)
        size = min(self.aligned(end), self.data_size) - first
        with self.path.open("rb") as file:
            file.seek(self.data_at + first)
            samples = self._faded(bytearray(file.read(size)), first > 0, first + size < self.data_size)
        form = struct.pack("<4sI", b"fmt ", len(self.form)) + self.form
        fact = struct.pack("<4sII", b"fact", 4, len(samples) // self.block)
        data = struct.pack("<4sI", b"data", len(samples)) + samples + b"\0" * (len(samples) % 2)
        body = b"WAVE" + form + fact + data
        return struct.pack("<4sI", b"RIFF", len(body)) + body

    def _faded(self, samples: bytearray, at_start: bool, at_end: bool) -> bytearray:
        """Fade cut samples without a click: 0.3 s at each cut, or half of a slice that is shorter than
        two."""
        channels = int.from_bytes(self.form[2:4], "little")
        if not channels or self.block % channels:
            return samples
        blocks = min(int(FADE_S * self.bytes_per_second) // self.block, len(samples) // self.block // 2)
        width = self.block // channels
        fade(samples, self.block, width, self.coding, blocks * at_start, blocks * at_end)
        return samples

    def aligned(self, second: int) -> int:
        return second * self.bytes_per_second // self.block * self.block


def read_wav(path: Path) -> Wav:
    """Walk the file's chunks up to the samples. Reads a few bytes, whatever the length of the music."""
    form = b""
    with path.open("rb") as file:
        riff = file.read(12)
        if len(riff) < 12 or riff[:4] != b"RIFF" or riff[8:] != b"WAVE":
            raise NotWav(f"{path.name} is not a WAV file")
        while len(header := file.read(8)) == 8:
            name, size = struct.unpack("<4sI", header)
            if name == b"fmt " and size <= 64:
                form = file.read(size)
                file.seek(size % 2, 1)
            elif name == b"data" and len(form) >= 16:
                return _described(path, form, file.tell(), size)
            else:
                file.seek(size + size % 2, 1)
    raise NotWav(f"{path.name} has no samples")


def _described(path: Path, form: bytes, data_at: int, declared: int) -> Wav:
    bytes_per_second, block = struct.unpack_from("<IH", form, 8)
    # Streaming recorders leave a size in the header that is too large.
    size = min(declared, path.stat().st_size - data_at)
    if not (bytes_per_second and block and size):
        raise NotWav(f"{path.name} has no samples")
    if int.from_bytes(form[:2], "little") == EXTENSIBLE:
        form = struct.pack("<H", coding_of(form)) + form[2:16]
    return Wav(path, form, bytes_per_second, block, data_at, size)
