"""Drawings made here, in every format and mode, and the distance between digests."""

import io

import numpy as np
import pdqhash
from PIL import Image

from schoon.hashing import FileDigests

EXIF_ORIENTATION = 0x0112
UNDONE_BY = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""What turns the shown picture into the stored one, per EXIF orientation."""


def a_picture(cols=320, rows=240, *, seed=7) -> Image.Image:
    """An RGB drawing with structure at every scale, like a photo's."""
    rng = np.random.default_rng(seed)
    total = np.zeros((rows, cols, 3))
    for size, weight in ((3, 1.0), (6, 1.0), (12, 1.0), (24, 1.0), (48, 0.5)):
        noise = Image.fromarray(rng.integers(0, 256, (size, size, 3), dtype=np.uint8))
        total += weight * np.asarray(noise.resize((cols, rows), Image.Resampling.BICUBIC), dtype=float)
    low, high = total.min(), total.max()
    return Image.fromarray(((total - low) * 255 / (high - low)).astype(np.uint8))


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def an_animation(frames: list[Image.Image], kind: str, **options) -> bytes:
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)


def oracle(image: Image.Image) -> bytes:
    """What pdqhash says of the picture as RGB."""
    return np.packbits(pdqhash.compute(np.asarray(image.convert("RGB")))[0]).tobytes()


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def distance_to(found: FileDigests, image: Image.Image) -> int:
    assert found.pdq, (found.refusal, found.detail)
    return distance(found.pdq[0].value, oracle(image))
