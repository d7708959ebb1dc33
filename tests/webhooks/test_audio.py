"""`/audio/`: what Twilio fetches and caches, and what it must never be able to fetch."""

from __future__ import annotations

import itertools
import math
import os
import struct
from pathlib import Path

import pytest
from flask import Flask

from ivr.flowfiles.wav import NotWav, read_wav
from webhooks.audio import LARGEST_SLICE, audio_blueprint

SHIPPED = Path(__file__).parents[2] / "flows" / "audio"
MUSIC = "/audio/music/waiting.wav"
FADE = 2400  # samples: 0.3 s


def wav(
    samples: bytes, bytes_per_second=8000, block=1, coding=7, extra: bytes = b"", channels: int = 1
) -> bytes:
    rate, bits = bytes_per_second // block, 8 * block // channels
    form = struct.pack("<HHIIHH", coding, channels, rate, bytes_per_second, block, bits)
    chunks = struct.pack("<4sI", b"fmt ", len(form)) + form + extra
    chunks += struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI4s", b"RIFF", len(chunks) + 4, b"WAVE") + chunks


@pytest.fixture
def folder(tmp_path):
    """Music of 4 seconds in which every sample of second n is the byte n."""
    music = tmp_path / "audio" / "music"
    music.mkdir(parents=True)
    (music / "waiting.wav").write_bytes(wav(b"".join(bytes([second]) * 8000 for second in range(4))))
    (music.parent / "beep.mp3").write_bytes(b"ID3 beep")
    (music.parent / "beep.ulaw").write_bytes(b"\xff\x7f")
    (music.parent / "notes.txt").write_text("not audio")
    (tmp_path / "secret.wav").write_bytes(wav(b"secret"))
    return music.parent


@pytest.fixture
def client(folder):
    app = Flask(__name__)
    app.register_blueprint(audio_blueprint(folder))
    return app.test_client()


def samples_of(content: bytes, tmp_path: Path) -> bytes:
    """Read a slice back with the strictest reader at hand: the sizes in its header must fit exactly."""
    path = tmp_path / "slice.wav"
    path.write_bytes(content)
    assert struct.unpack_from("<I", content, 4)[0] == len(content) - 8
    found = read_wav(path)
    assert found.data_at + found.data_size + found.data_size % 2 == len(content)
    return content[found.data_at : found.data_at + found.data_size]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("music/waiting.wav", "audio/wav"), ("beep.mp3", "audio/mpeg"), ("beep.ulaw", "audio/ulaw")],
)
def test_a_file_is_served_as_it_is(client, folder, name, kind):
    answer = client.get(f"/audio/{name}")

    assert answer.status_code == 200
    assert answer.data == (folder / name).read_bytes()
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_slice_holds_exactly_its_seconds(client, tmp_path):
    answer = client.get("/audio/music/waiting/1-3.wav")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Cache-Control"] == "public, max-age=86400, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    samples = samples_of(answer.data, tmp_path)
    assert len(samples) == 16000
    assert samples[FADE:-FADE] == (bytes([1]) * 8000 + bytes([2]) * 8000)[FADE:-FADE]


def test_slices_side_by_side_are_the_whole_piece(client, folder, tmp_path):
    parts = [client.get(f"/audio/music/waiting/{start}-{start + 1}.wav").data for start in range(4)]

    whole = samples_of((folder / "music/waiting.wav").read_bytes(), tmp_path)
    together = b"".join(samples_of(part, tmp_path) for part in parts)
    assert len(together) == len(whole)
    faded = {at for at in range(len(whole)) if together[at] != whole[at]}
    assert faded <= {at for cut in (8000, 16000, 24000) for at in range(cut - FADE, cut + FADE)}


def test_a_slice_keeps_the_coding_of_the_music(client):
    answer = client.get("/audio/music/waiting/0-1.wav")

    assert struct.unpack_from("<HHI", answer.data, 20) == (7, 1, 8000)


def test_a_slice_past_the_end_is_clipped(client, tmp_path):
    answer = client.get("/audio/music/waiting/3-60.wav")

    samples = samples_of(answer.data, tmp_path)
    assert len(samples) == 8000 and samples[FADE:] == bytes([3]) * (8000 - FADE)


@pytest.mark.parametrize(
    "span", ["4-5", "2-2", "3-1", "-1-2", "1-", "a-b", "1.5-2", "0-9999999", "9" * 5000 + "-1", "١-٢"]
)
def test_a_span_without_music_is_not_found(client, span):
    assert client.get(f"/audio/music/waiting/{span}.wav").status_code == 404


def test_a_slice_too_large_to_hold_is_not_found(client, folder, tmp_path):
    with (folder / "music/waiting.wav").open("wb") as file:
        file.write(wav(b"")[:-4] + struct.pack("<I", LARGEST_SLICE * 2))
        file.truncate(LARGEST_SLICE * 2 + 100)

    assert client.get("/audio/music/waiting/0-999999.wav").status_code == 404
    assert client.get("/audio/music/waiting/0-10.wav").status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "../secret.wav", "%2e%2e/secret.wav", "..%2fsecret.wav", "music/../../secret.wav", "..%5csecret.wav",
        "/etc/passwd", "notes.txt", "music", "music/", "", ".hidden.wav", "beep.mp3/x.wav", "music%00.wav",
        "missing.wav", "x" * 3000 + ".wav",
    ],
)  # fmt: skip
def test_nothing_else_can_be_fetched(client, name):
    # A doubled slash is redirected by Werkzeug to the single one: follow it, as Twilio would.
    assert client.get(f"/audio/{name}", follow_redirects=True).status_code == 404


def test_a_link_out_of_the_folder_is_not_followed(client, folder):
    os.symlink(folder.parent / "secret.wav", folder / "link.wav")
    os.symlink(folder.parent, folder / "music" / "up")

    assert client.get("/audio/link.wav").status_code == 404
    assert client.get("/audio/music/up/secret.wav").status_code == 404


@pytest.mark.parametrize("url", [MUSIC, "/audio/music/waiting/0-2.wav"])
def test_known_content_is_not_sent_again(client, url):
    etag = client.get(url).headers["ETag"]
    answer = client.get(url, headers={"If-None-Match": etag})

    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == etag
    assert "max-age" in answer.headers["Cache-Control"]


def test_changed_music_has_another_etag(client, folder):
    before = client.get("/audio/music/waiting/0-2.wav").headers["ETag"]
    (folder / "music/waiting.wav").write_bytes(wav(bytes(32000)))

    assert client.get("/audio/music/waiting/0-2.wav", headers={"If-None-Match": before}).status_code == 200


@pytest.mark.parametrize("url", [MUSIC, "/audio/music/waiting/0-2.wav"])
def test_head_announces_the_size_and_sends_nothing(client, url):
    answer = client.head(url)

    assert (answer.status_code, answer.data) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(client.get(url).data)


@pytest.mark.parametrize("url", [MUSIC, "/audio/music/waiting/0-2.wav"])
def test_part_of_a_file_may_be_asked_for(client, url):
    answer = client.get(url, headers={"Range": "bytes=4-9"})

    assert answer.status_code == 206
    assert answer.data == client.get(url).data[4:10]


def test_audio_takes_no_post(client):
    assert client.post(MUSIC).status_code == 405


def test_unknown_chunks_before_the_samples_are_stepped_over(client, folder, tmp_path):
    odd = struct.pack("<4sI", b"LIST", 3) + b"abc\0"
    (folder / "music/waiting.wav").write_bytes(wav(bytes([9]) * 16000, extra=odd))

    assert samples_of(client.get("/audio/music/waiting/0-2.wav").data, tmp_path) == bytes([9]) * 16000


def test_samples_wider_than_a_byte_are_not_split(client, folder, tmp_path):
    (folder / "music/waiting.wav").write_bytes(wav(bytes(40000), bytes_per_second=22050, block=4, coding=1))

    assert len(samples_of(client.get("/audio/music/waiting/0-1.wav").data, tmp_path)) == 22048


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"RIFF\0\0\0\0WAVE", wav(b""), b"x" * 100, wav(b"abc")[:30]]
)
def test_a_file_that_is_no_wav_is_not_cut(client, folder, content):
    (folder / "music/waiting.wav").write_bytes(content)

    with pytest.raises(NotWav):
        read_wav(folder / "music/waiting.wav")
    assert client.get("/audio/music/waiting/0-1.wav").status_code == 404


def test_the_length_of_the_music_is_in_whole_seconds(folder):
    (folder / "music/short.wav").write_bytes(wav(bytes(8000 * 2 + 7999)))

    assert read_wav(folder / "music/waiting.wav").seconds == 4
    assert read_wav(folder / "music/short.wav").seconds == 2


def linear(samples: bytes, coding: int, width: int) -> list[int]:
    """What is heard. The A-law table is the standard's: 0xD5 and 0x55 are the two values next to silence."""
    if coding == 7:
        return [expand(byte) for byte in samples]
    if coding == 6:
        return [_a_law(byte) for byte in samples]
    if width == 1:
        return [byte - 128 for byte in samples]
    return [
        int.from_bytes(samples[at : at + width], "little", signed=True)
        for at in range(0, len(samples), width)
    ]


def _a_law(byte: int) -> int:
    byte ^= 0x55
    exponent, mantissa = byte >> 4 & 7, byte & 0x0F
    size = (mantissa * 2 + 33 << exponent - 1 if exponent else mantissa * 2 + 1) * 8
    return size if byte & 0x80 else -size


LOUD = {(7, 1): b"\x80\x00", (6, 1): b"\xaa\x2a", (1, 1): b"\xff\x01", (1, 2): b"\xff\x7f\x01\x80"}


@pytest.mark.parametrize(("coding", "width"), LOUD)
@pytest.mark.parametrize("channels", [1, 2])
def test_a_cut_fades_and_a_pieces_own_beginning_and_end_do_not(
    client, folder, tmp_path, coding, width, channels
):
    """A square wave as loud as can be, so that every sample shows its gain."""
    wave = b"".join(LOUD[coding, width][i : i + width] * channels for i in (0, width)) * 4000 * 4
    block = width * channels
    (folder / "music/waiting.wav").write_bytes(wav(wave, 8000 * block, block, coding, b"", channels))

    def heard(span: str) -> list[int]:
        samples = samples_of(client.get(f"/audio/music/waiting/{span}.wav").data, tmp_path)
        return [abs(value) for value in linear(samples, coding, width)]

    loud, middle = min(abs(value) for value in linear(wave, coding, width)), heard("1-3")
    assert len(middle) == 2 * 8000 * channels
    assert max(middle[0], middle[-1]) <= loud / 1000 + 8, "next to silence at both cuts"
    for edge in (middle[: FADE * channels], middle[: -FADE * channels - 1 : -1]):
        assert edge[FADE * channels // 2] == pytest.approx(loud / 2, rel=0.05)
        assert all(later >= earlier - loud / 25 for earlier, later in itertools.pairwise(edge))
    assert min(middle[FADE * channels : -FADE * channels]) >= loud
    whole, first, last = heard("0-4"), heard("0-2"), heard("2-4")
    assert min(whole) >= loud, "played again and again it has no seam"
    assert first[0] >= loud and first[-1] <= loud / 1000 + 8
    assert last[-1] >= loud and last[0] <= loud / 1000 + 8


def test_a_slice_shorter_than_two_fades_is_loud_in_its_middle(client, folder, tmp_path):
    (folder / "music/short.wav").write_bytes(wav(b"\x80" * 400 * 3, bytes_per_second=400))
    samples = samples_of(client.get("/audio/music/short/1-2.wav").data, tmp_path)
    assert len(samples) == 400 and samples[200] == 0x80 and expand(samples[0]) == expand(samples[-1]) == 0


# The shipped music --------------------------------------------------------------------------------


def shipped_samples() -> list[int]:
    found = read_wav(SHIPPED / "music/waiting.wav")
    data = found.path.read_bytes()[found.data_at : found.data_at + found.data_size]
    return [MU_LAW[byte] for byte in data]


def expand(byte: int) -> int:
    byte = ~byte & 0xFF
    size = (((byte & 0x0F) << 3) + 132 << (byte >> 4 & 7)) - 132
    return -size if byte & 0x80 else size


MU_LAW = [expand(byte) for byte in range(256)]


def decibels(samples: list[int]) -> float:
    return 20 * math.log10(max(1.0, math.sqrt(sum(s * s for s in samples) / len(samples))) / 32768)


def test_the_shipped_music_is_what_twilio_plays_as_it_is():
    found = read_wav(SHIPPED / "music/waiting.wav")

    assert struct.unpack_from("<HHIIHH", found.form) == (7, 1, 8000, 8000, 1, 8)
    assert found.data_size == 144 * 8000
    assert found.seconds == 144


def test_the_shipped_music_is_as_loud_as_a_voice_never_silent_never_clipped():
    samples = shipped_samples()
    windows = [decibels(samples[at : at + 2000]) for at in range(0, len(samples), 2000)]

    assert -22 < decibels(samples) < -18
    assert min(windows) > -45
    assert max(windows) - min(windows) < 30
    assert max(map(abs, samples)) < 0.8 * 32768


def test_the_shipped_music_has_no_seam():
    samples = shipped_samples()
    steps = [abs(b - a) for a, b in itertools.pairwise(samples)]

    assert abs(samples[0] - samples[-1]) <= max(steps) / 2


def test_the_first_folder_counts_and_the_second_fills_in(tmp_path, folder):
    (tmp_path / "music").mkdir()
    own = tmp_path / "music" / "own.wav"
    own.write_bytes((folder / "music" / "waiting.wav").read_bytes())
    app = Flask("two")
    app.register_blueprint(audio_blueprint(tmp_path, folder))
    browser = app.test_client()
    assert browser.get("/audio/music/own.wav").status_code == 200
    assert browser.get("/audio/music/waiting.wav").status_code == 200
    assert browser.get("/audio/music/nowhere.wav").status_code == 404
