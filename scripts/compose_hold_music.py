"""Composes the music that callers hear while they wait: flows/audio/music/waiting.wav.

    python scripts/compose_hold_music.py [FILE]

An original piece for this project, under its licence: nobody is owed a fee for playing it. It is made for a
phone line: 8 kHz, G.711 µ-law, no drums or deep bass that a phone turns into noise, nothing sudden. 48 bars
at 80 beats a minute are exactly 144 seconds, and what still sounds at the end goes on at the beginning, so
the loop has no seam. The same source gives the same bytes; only the standard library is used.
"""

from __future__ import annotations

import math
import struct
import sys
from array import array
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RATE = 8000
BEAT = 0.75
BARS = 48
LENGTH = int(BARS * 4 * BEAT * RATE)
LOUDNESS = 10 ** (-20 / 20)  # RMS against full scale, about that of a voice on the line
TARGET = Path(__file__).parents[1] / "flows" / "audio" / "music" / "waiting.wav"


@dataclass(frozen=True)
class Voice:
    """How an instrument sounds: partials (times the pitch, strength, seconds to fall to a third), edges."""

    partials: tuple[tuple[float, float, float], ...]
    attack: float
    release: float


PIANO = Voice(((1, 1.0, 0.9), (2, 0.42, 0.6), (3, 0.20, 0.4), (5, 0.07, 0.15)), 0.006, 0.25)
BELL = Voice(((1, 1.0, 1.1), (2, 0.22, 0.9), (4, 0.16, 0.35)), 0.010, 0.40)
BASS = Voice(((1, 0.7, 0.7), (2, 0.8, 0.6), (3, 0.3, 0.4), (4, 0.12, 0.3)), 0.012, 0.20)
PLUCK = Voice(((1, 1.0, 0.10), (2, 0.4, 0.07)), 0.004, 0.05)
PAD = Voice(((1, 1.0, 9.0), (1.003, 0.8, 9.0), (2, 0.12, 9.0)), 0.900, 0.90)

# Bass note, then the chord above it.
CHORDS = {
    "G": "G3 D4 F#4 B4",
    "G/B": "B3 D4 G4 B4",
    "Em": "E3 D4 G4 B4",
    "C": "C4 E4 G4 B4",
    "D": "D3 D4 F#4 A4",
    "Ds": "D3 D4 G4 A4",
    "Bm": "B3 D4 F#4 A4",
    "Am": "A3 E4 G4 C5",
}


@dataclass(frozen=True)
class Section:
    """Eight bars: chords, melody (`pitch:beats`, r is a rest), the order of the piano's tones, how loud."""

    chords: str
    melody: str
    pattern: str
    strength: float


THEME = Section(
    "G Em C Ds G Bm C D",
    "B4:2 D5:1 E5:1 D5:3 r:1 E5:1.5 D5:.5 B4:1 G4:1 A4:3 r:1 "
    "B4:2 D5:1 G5:1 F#5:2 D5:2 E5:1.5 C5:.5 B4:1 A4:1 A4:2 r:2",
    "0 1 2 1 0 1 2 1",
    0.92,
)
ANSWER = Section(
    "G Em C D G Bm Am G",
    "B4:2 D5:1 E5:1 D5:2 G5:1 E5:1 E5:1.5 D5:.5 B4:1 G4:1 A4:2 F#4:1 A4:1 "
    "B4:2 D5:1 G5:1 F#5:2 D5:1 B4:1 C5:1 B4:1 A4:1 F#4:1 G4:3 r:1",
    "0 2 1 2 0 2 1 2",
    1.0,
)
SHADE = Section(
    "Em C G/B D Em Am C D",
    "E5:1 G5:2 F#5:1 E5:2 C5:1 E5:1 D5:3 B4:1 A4:2 D5:2 "
    "E5:1 G5:2 A5:1 G5:1.5 E5:.5 C5:2 E5:1 D5:1 C5:1 B4:1 A4:3 r:1",
    "2 1 0 1 2 1 0 1",
    1.0,
)
REST = Section(
    "C G/B Am G C Bm Am Ds",
    "r:4 r:2 D5:1 B4:1 C5:3 r:1 r:2 B4:1 D5:1 E5:4 D5:2 B4:2 C5:2 A4:2 D5:3 r:1",
    "0 1 2 0 1 2 1 2",
    0.85,
)
LIGHT = Section(
    "C Bm Am G C Bm Am D",
    "G5:2 E5:1 D5:1 D5:2 B4:2 C5:1 E5:1 D5:1 C5:1 B4:3 r:1 "
    "G5:1.5 A5:.5 G5:1 E5:1 F#5:2 D5:2 E5:1 C5:1 A4:1 C5:1 A4:2 D5:2",
    "0 1 2 1 2 1 0 1",
    1.0,
)
PIECE = (THEME, ANSWER, SHADE, REST, LIGHT, ANSWER)


def frequency(pitch: str) -> float:
    """`F#4` → 369.99 Hz."""
    halftone = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[pitch[0]] + pitch.count("#")
    return 440 * 2 ** ((halftone - 9) / 12 + int(pitch[-1]) - 4)


@cache
def sound(voice: Voice, pitch: str, seconds: float) -> array:
    """One note of full strength."""
    samples = array("d", bytes(8 * int((seconds + voice.release) * RATE)))
    for multiple, strength, fall in voice.partials:
        turn = 2 * math.pi * frequency(pitch) * multiple / RATE
        if turn > 2 * math.pi * 3400 / RATE:
            continue
        # A decaying sine wave, each sample from the two before it.
        decay = math.exp(-1 / (fall * RATE))
        slope, damping = 2 * decay * math.cos(turn), decay * decay
        before, now = -strength * math.sin(turn) / decay, 0.0
        for index in range(len(samples)):
            samples[index] += now
            before, now = now, slope * now - damping * before
    shape(samples, int(voice.attack * RATE), int(voice.release * RATE))
    return samples


def shape(samples: array, attack: int, release: int) -> None:
    """Fade in and out, so that no note begins or ends with a click."""
    for index in range(attack):
        samples[index] *= math.sin(math.pi / 2 * index / attack) ** 2
    for index in range(release):
        samples[-1 - index] *= math.sin(math.pi / 2 * index / release) ** 2


class Score:
    """The whole piece as it is being mixed. What reaches over its end goes on at its beginning."""

    def __init__(self) -> None:
        self.mix = array("d", bytes(8 * LENGTH))
        self.seed = 20

    def chance(self) -> float:
        """-1 … 1, the same every time: small unevenness makes it sound played rather than counted."""
        self.seed = (self.seed * 1103515245 + 12345) % 2**31
        return self.seed / 2**30 - 1

    def play(self, voice: Voice, pitch: str, beat: float, beats: float, strength: float) -> None:
        note = sound(voice, pitch, beats * BEAT)
        start = int((beat * BEAT + 0.008 * self.chance()) * RATE)
        strength *= 1 + 0.1 * self.chance()
        mix = self.mix
        for index, sample in enumerate(note, start):
            mix[index % LENGTH] += strength * sample

    def echo(self, seconds: float, strength: float) -> None:
        delay, dry = int(seconds * RATE), self.mix[:]
        for index in range(LENGTH):
            self.mix[index] += strength * (dry[index - delay] + 0.4 * dry[index - 2 * delay])


def accompany(score: Score, section: Section, first_beat: int) -> None:
    for bar, name in enumerate(section.chords.split()):
        bass, *tones = CHORDS[name].split()
        beat, strength = first_beat + 4 * bar, section.strength
        score.play(BASS, bass, beat, 2, 0.42 * strength)
        score.play(BASS, bass, beat + 2.5, 1.2, 0.26 * strength)
        for tone in tones:
            score.play(PAD, tone, beat - 0.6, 4.2, 0.055)
        for eighth, tone in enumerate(section.pattern.split()):
            accent = 1.15 if eighth in (0, 4) else 0.9
            score.play(PIANO, tones[int(tone)], beat + eighth / 2, 1.6, 0.26 * strength * accent)
        for off_beat in (1, 3):
            score.play(PLUCK, tones[-1], beat + off_beat, 0.4, 0.11 * strength)


def sing(score: Score, section: Section, first_beat: int) -> None:
    beat = float(first_beat)
    for word in section.melody.split():
        pitch, beats = word.split(":")
        if pitch != "r":
            score.play(BELL, pitch, beat, max(float(beats), 1.5), 0.40 * section.strength)
        beat += float(beats)
    if beat != first_beat + 32:
        raise ValueError(f"a melody has {beat - first_beat:g} beats, and 8 bars have 32")


def compose() -> array:
    """The piece at its final loudness, as samples between -1 and 1."""
    score = Score()
    for number, section in enumerate(PIECE):
        accompany(score, section, 32 * number)
        sing(score, section, 32 * number)
    score.echo(BEAT / 2, 0.16)
    rms = math.sqrt(sum(sample * sample for sample in score.mix) / LENGTH)
    return array("d", (sample * LOUDNESS / rms for sample in score.mix))


def mu_law(sample: float) -> int:
    """One sample as G.711 µ-law."""
    value = round(sample * 32767)
    sign, size = (0x80, -value) if value < 0 else (0, value)
    size = min(size, 32635) + 132
    exponent = size.bit_length() - 8
    return ~(sign | exponent << 4 | (size >> (exponent + 3)) & 0x0F) & 0xFF


def write_wav(path: Path, samples: array) -> None:
    data = bytes(mu_law(sample) for sample in samples)
    form = struct.pack("<4sIHHIIHHH", b"fmt ", 18, 7, 1, RATE, RATE, 1, 8, 0)
    fact = struct.pack("<4sII", b"fact", 4, len(data))
    body = b"WAVE" + form + fact + struct.pack("<4sI", b"data", len(data)) + data
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<4sI", b"RIFF", len(body)) + body)


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    samples = compose()
    peak = max(abs(sample) for sample in samples)
    if peak >= 1:
        raise SystemExit(f"clips: the loudest sample is {peak:.2f} of full scale")
    write_wav(target, samples)
    print(f"{target}: {LENGTH / RATE:g} s, peak {20 * math.log10(peak):.1f} dBFS")


if __name__ == "__main__":
    main()
