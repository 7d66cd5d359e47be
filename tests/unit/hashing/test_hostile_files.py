"""Bombs, truncations and junk: an answer in time and in memory, and never a wrong digest."""

import io
import struct
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schoon.hashing import Hasher, NotHashable
from tests.unit.hashing.pictures import a_picture, an_animation, encoded

HUGE = 50_000
SMALL = a_picture(72, 60)
CUT = {
    "jpeg": encoded(SMALL, "JPEG", quality=70),
    "progressive jpeg": encoded(SMALL, "JPEG", quality=70, progressive=True),
    "jpeg with restart markers": encoded(SMALL, "JPEG", quality=70, restart_marker_rows=1),
    "png": encoded(SMALL, "PNG"),
    "gif": encoded(SMALL, "GIF"),
    "animated gif": an_animation([SMALL, a_picture(72, 60, seed=1)], "GIF"),
    "webp": encoded(SMALL, "WEBP", quality=70),
    "lossless webp": encoded(SMALL, "WEBP", lossless=True),
    "animated webp": an_animation([SMALL, a_picture(72, 60, seed=1)], "WEBP"),
    "avif": encoded(SMALL, "AVIF", quality=70),
    "tiff": encoded(SMALL, "TIFF"),
    "tiff LZW": encoded(SMALL, "TIFF", compression="tiff_lzw"),
    "tiff deflate": encoded(SMALL, "TIFF", compression="tiff_deflate"),
    "tiff JPEG": encoded(SMALL, "TIFF", compression="jpeg"),
    "bmp": encoded(SMALL, "BMP"),
    "palette bmp": encoded(SMALL.quantize(64), "BMP"),
}


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_bomb(bits=1, rows=HUGE):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", HUGE, HUGE, bits, 0, 0, 0, 0))
    packer = zlib.compressobj(1)
    band = b"\x00" * ((HUGE * bits // 8 + 1) * 100)
    body = b"".join(packer.compress(band) for _ in range(rows // 100)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def gif_bomb():
    screen = b"GIF89a" + struct.pack("<HHBBB", HUGE, HUGE, 0x80, 0, 0) + bytes(6)
    return screen + b"," + struct.pack("<HHHHB", 0, 0, HUGE, HUGE, 0) + b"\x02\x02\x4c\x01\x00;"


def growing_gif():
    """The screen is small; the second frame is not."""
    small = an_animation([SMALL, a_picture(72, 60, seed=1)], "GIF")
    second = small.rindex(b"\x2c\x00\x00\x00\x00")
    return small[: second + 5] + struct.pack("<HH", HUGE, HUGE) + small[second + 9 :]


def tiff_bomb(compression=1):
    tags = [(256, HUGE), (257, HUGE), (258, 8), (259, compression), (262, 1), (273, 200), (278, HUGE), (279, 20)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return (b"II*\x00" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4)).ljust(400, b"\x00")


def webp_bomb():
    canvas = (HUGE - 1).to_bytes(3, "little") * 2
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\x00\x00\x00" + canvas
    body += b"ANIM" + struct.pack("<I", 6) + bytes(6)
    still = encoded(SMALL, "WEBP")[12:]
    frame = bytes(6) + (71).to_bytes(3, "little") + (59).to_bytes(3, "little") + bytes(4) + still
    body += b"ANMF" + struct.pack("<I", len(frame)) + frame
    return b"RIFF" + struct.pack("<I", len(body)) + body


def bmp_bomb():
    header = struct.pack("<IiiHHIIiiII", 40, HUGE, HUGE, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 100, 0, 0, 54) + header + bytes(46)


def jpeg_bomb():
    plain = CUT["jpeg"]
    frame = plain.index(b"\xff\xc0")
    return plain[: frame + 5] + struct.pack(">HH", HUGE, HUGE) + plain[frame + 9 :]


BOMBS = {
    "png": png_bomb(),
    "grey png cut short": png_bomb(8, rows=500),
    "gif": gif_bomb(),
    "tiff": tiff_bomb(),
    "compressed tiff": tiff_bomb(5),
    "webp": webp_bomb(),
    "bmp": bmp_bomb(),
    "jpeg": jpeg_bomb(),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_by_its_header(hash_bytes, name):
    start = time.monotonic()
    found = hash_bytes(BOMBS[name])
    assert found.refusal is NotHashable.TOO_MANY_PIXELS
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_that_no_pixel_limit_stops_is_stopped_by_memory_or_time(hash_bytes, name):
    with Hasher(1, max_pixels=10**12) as hasher:
        hash_bytes(encoded(SMALL, "PNG"), hasher)
        start = time.monotonic()
        found = hash_bytes(BOMBS[name], hasher)
        assert time.monotonic() - start < 6.5
        assert found.refusal is NotHashable.UNDECODABLE
        assert hash_bytes(encoded(SMALL, "PNG"), hasher).pdq


def test_an_animation_whose_canvas_grows_keeps_its_first_frame_only(hash_bytes):
    first = hash_bytes(encoded(SMALL, "GIF")).pdq
    with Hasher(1, frames=2) as hasher:
        found = hash_bytes(growing_gif(), hasher)
    assert [one.value for one in found.pdq] == [one.value for one in first]


def test_an_animation_of_many_frames_is_read_within_its_budget(hash_bytes):
    big = [a_picture(600, 600, seed=seed).convert("L") for seed in range(6)]
    content = an_animation(big, "GIF")
    with Hasher(1, frames=6, max_pixels=360_000) as hasher:
        assert len(hash_bytes(content, hasher).pdq) == 4


@pytest.mark.parametrize("name", CUT)
def test_a_file_cut_short_is_refused_or_gives_the_same_digest(hash_bytes, name):
    content = CUT[name]
    whole = hash_bytes(content).pdq[0].value
    cuts = {*range(0, len(content), 13), *range(max(0, len(content) - 40), len(content))}
    for cut in sorted(cuts):
        found = hash_bytes(content[:cut])
        assert found.size_bytes == cut
        if found.pdq:
            assert found.pdq[0].value == whole, (name, cut, len(content))
        else:
            assert found.refusal in {NotHashable.UNDECODABLE, NotHashable.NOT_AN_IMAGE}


@pytest.mark.slow
@pytest.mark.parametrize("name", CUT)
def test_a_file_cut_at_any_byte_is_refused_or_gives_the_same_digest(hash_bytes, name):
    content = CUT[name]
    whole = hash_bytes(content).pdq[0].value
    wrong = [cut for cut in range(len(content)) if (pdq := hash_bytes(content[:cut]).pdq) and pdq[0].value != whole]
    assert wrong == []


def test_a_jpeg_whose_tail_was_never_written_is_refused(hash_bytes):
    content = encoded(a_picture(), "JPEG", quality=85)
    for kept in (len(content) // 4, len(content) // 2, len(content) * 3 // 4):
        for filler in (b"\x00", b"\xff", b"\xa5"):
            for end in (b"", b"\xff\xd9"):
                broken = content[:kept] + filler * (len(content) - kept) + end
                assert hash_bytes(broken).refusal is NotHashable.UNDECODABLE, (kept, filler, end)


@pytest.mark.parametrize(
    "start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\x00", b"RIFF\xff\xff\xff\xffWEBP"]
)
def test_junk_behind_a_signature_is_undecodable(hash_bytes, start):
    found = hash_bytes(start + bytes(range(256)) * 50)
    assert found.refusal in {NotHashable.UNDECODABLE, NotHashable.TOO_MANY_PIXELS}
    assert found.pdq == ()
    assert found.detail


@pytest.mark.parametrize("content", [b"", b"\xff", b"hello", b"%PDF-1.7\n", bytes(5000)])
def test_what_is_not_an_image_has_exact_digests_and_a_reason(hash_bytes, content):
    found = hash_bytes(content)
    assert (found.refusal, found.media, found.pdq) == (NotHashable.NOT_AN_IMAGE, None, ())
    assert found.size_bytes == len(content)


@settings(deadline=None, max_examples=150)
@given(name=st.sampled_from(sorted(CUT)), at=st.floats(0, 1), flip=st.binary(min_size=1, max_size=8))
def test_flipped_bytes_never_reach_the_caller_as_an_error(shared_path, hasher, name, at, flip):
    content = bytearray(CUT[name])
    place = int(at * (len(content) - 1))
    content[place : place + len(flip)] = flip
    shared_path.write_bytes(content)
    found = hasher.hash_path(shared_path)
    assert bool(found.pdq) == (found.refusal is None)


@pytest.fixture(scope="module")
def shared_path(tmp_path_factory):
    return tmp_path_factory.mktemp("flips") / "file"


def test_a_format_is_read_by_its_own_plugin_alone(hash_bytes):
    """A file that starts like one format and holds another is not handed to the other's decoder."""
    found = hash_bytes(b"GIF89a" + encoded(SMALL, "PNG"))
    assert found.refusal in {NotHashable.UNDECODABLE, NotHashable.TOO_MANY_PIXELS}


def test_heic_without_the_extra_says_what_to_install():
    from schoon.hashing import _decode  # noqa: PLC0415  # what the decoder process imports

    stream = io.BytesIO(b"\x00\x00\x00\x18ftypheic")
    held, _decode.HAS_HEIC = _decode.HAS_HEIC, False
    try:
        with pytest.raises(_decode.MissingCodecError):
            list(_decode.pictures_of(stream, "heic", frames=1, max_pixels=100))
    finally:
        _decode.HAS_HEIC = held
