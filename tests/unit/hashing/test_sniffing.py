"""What the first bytes of a file say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schoon.hashing import SNIFF_BYTES, sniff
from schoon.hashing._frames import MEDIA


@pytest.mark.parametrize(
    ("start", "media"),
    [
        (b"\xff\xd8\xff\xdb", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"GIF87a", "gif"),
        (b"GIF89a", "gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1miaf", "avif"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1avif", "avif"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "heic"),
        (b"\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00mif1", "heic"),
        (b"II*\x00", "tiff"),
        (b"MM\x00*", "tiff"),
        (b"II+\x00", "tiff"),
        (b"BM" + bytes(12) + b"\x28\x00\x00\x00", "bmp"),
        (b"BMW is a maker of cars", None),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2", None),
        (b"%PDF-1.7", None),
        (b"\xff\xd8", None),
        (b"", None),
    ],
)
def test_a_start_says_its_format(start, media):
    assert sniff(start) == media


@settings(deadline=None)
@given(
    st.binary(max_size=SNIFF_BYTES)
    | st.builds(lambda a, b: a + b"ftyp" + b, st.binary(min_size=4, max_size=4), st.binary())
)
def test_any_bytes_are_answered_with_a_known_format_or_none(start):
    assert sniff(start) in {None, *MEDIA}
