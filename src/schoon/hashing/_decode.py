"""Hostile bytes of a known format to pictures whose luma PDQ can read; runs in a decoder process only.

JPEG goes straight to luma; everything else goes through Pillow with that one format's plugin. Colours are made RGB,
transparency is laid over white, sixteen bits and floating point are brought to the scale 0 to 255, band by band, so
that a large picture is held once. EXIF orientation is handed on, not applied.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import AvifImagePlugin, Image, ImageFile, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from schoon.hashing import _jpeg
from schoon.hashing._pdq import ArrayRaster, Raster

try:
    import pillow_heif
except ImportError:
    pillow_heif = None  # type: ignore[assignment]  # tells whether the extra is there

HAS_HEIC = pillow_heif is not None
_PLUGINS = {
    "png": (PngImagePlugin.PngImageFile.format,),
    "gif": ("GIF",),
    "webp": (WebPImagePlugin.WebPImageFile.format,),
    "avif": (AvifImagePlugin.AvifImageFile.format,),
    "heic": ("HEIF",),
    "tiff": (TiffImagePlugin.TiffImageFile.format,),
    "bmp": ("BMP", "DIB"),
}
_MOST_TEXT_BYTES = 16 << 20
_ANIMATION_BUDGET = 4
"""An animation may take that many times the pixel limit, all frames up to the last one asked for together."""
_WHOLE_PIXELS = 1 << 18
"""Up to so many a picture is converted as a whole, which takes 16 bytes a pixel."""

_ALPHA_MODES = frozenset({"RGBA", "LA", "PA", "La", "RGBa"})
_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)


class TooManyPixelsError(ValueError):
    """The header announces more pixels than the limit."""


class MissingCodecError(ValueError):
    """The format needs an optional extra that is not installed."""


def prepare() -> None:
    """Load every plugin and set Pillow for hostile input; afterwards nothing more needs to be imported.

    Our own pixel limit replaces Pillow's, which counts otherwise and only warns up to twice its value. Decoders may
    start no thread. Long text chunks do not keep a PNG from being shown, so that they do not keep it from being read.
    """
    Image.preinit()
    Image.MAX_IMAGE_PIXELS = None
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    PngImagePlugin.MAX_TEXT_CHUNK = _MOST_TEXT_BYTES
    PngImagePlugin.MAX_TEXT_MEMORY = 2 * _MOST_TEXT_BYTES
    if HAS_HEIC:
        pillow_heif.register_heif_opener()
        pillow_heif.options.DECODE_THREADS = 1
    for encoding in ("ascii", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"):
        b"".decode(encoding)


def pictures_of(stream: IO[bytes], media: str, *, frames: int, max_pixels: int) -> Iterator[tuple[Raster, int]]:
    """The pictures in a file as stored, each with its EXIF orientation: the first frame, then more where asked.

    Args:
        stream: The file, at its start.
        media: What `sniff` said of it.
        frames: At most that many, spread evenly over the animation from its first frame to its last; an animation
            of more pixels than the budget is taken up to the budget.
        max_pixels: Rows times columns of one frame, checked by the header before anything is decoded.

    Raises:
        TooManyPixelsError, MissingCodecError: As they say.
        Exception: Whatever a decoder raises at hostile bytes.
    """
    if media == "jpeg":
        yield _jpeg_picture(stream, max_pixels)
        return
    if media == "heic" and not HAS_HEIC:
        raise MissingCodecError
    if media == "webp":
        _check(_webp_size(_peek(stream, 32)), max_pixels)
    with Image.open(stream, formats=_PLUGINS[media]) as image:
        _check(image.size, max_pixels)
        for at in _chosen(image, frames, max_pixels):
            _advance(image, at, max_pixels)
            image.load()
            yield _raster_of(image), _orientation(image)


def _jpeg_picture(stream: IO[bytes], max_pixels: int) -> tuple[Raster, int]:
    length = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    data = stream.read(min(length, _jpeg.MAX_BYTES))
    _check(_jpeg.size_of(data), max_pixels)
    return ArrayRaster(_jpeg.luma_of(data)), _jpeg.orientation_of(data)


def _peek(stream: IO[bytes], count: int) -> bytes:
    start = stream.read(count)
    stream.seek(0)
    return start


def _check(size: tuple[int, int], max_pixels: int) -> None:
    if size[0] * size[1] > max_pixels:
        raise TooManyPixelsError(f"{size[0]} x {size[1]} pixels")


def _chosen(image: Image.Image, frames: int, max_pixels: int) -> list[int]:
    """The frame numbers to read, ascending, the first of them 0."""
    if frames == 1:
        return [0]
    pixels = max(1, image.size[0] * image.size[1])
    reachable = max(1, min(int(getattr(image, "n_frames", 1)), _ANIMATION_BUDGET * max_pixels // pixels))
    if reachable <= frames:
        return list(range(reachable))
    return sorted({round(at * (reachable - 1) / (frames - 1)) for at in range(frames)})


def _advance(image: Image.Image, to: int, max_pixels: int) -> None:
    """Go to a frame one by one: each may enlarge the canvas, which is checked before it is drawn on."""
    for at in range(image.tell() + 1, to + 1):
        image.seek(at)
        _check(image.size, max_pixels)


def _orientation(image: Image.Image) -> int:
    exif = image.info.get("exif")
    if isinstance(exif, bytes):
        return _jpeg.orientation_in(exif)
    return 1


def _webp_size(start: bytes) -> tuple[int, int]:
    """Columns and rows by the header: Pillow takes memory for the whole canvas before it tells the size."""
    chunk = start[12:16]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(start[24:27], "little"), 1 + int.from_bytes(start[27:30], "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(start[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(start[26:28], "little") & 0x3FFF, int.from_bytes(start[28:30], "little") & 0x3FFF


def _raster_of(image: Image.Image) -> Raster:
    """Of a small picture all bands at once: to cut 64 out of an icon takes longer than to decode it."""
    raster = _PillowRaster.of(image)
    return ArrayRaster(raster.block(0, raster.rows)) if raster.rows * raster.cols <= _WHOLE_PIXELS else raster


@dataclass(frozen=True, slots=True)
class _PillowRaster:
    """A loaded Pillow image, converted band by band."""

    image: Image.Image
    scale: float

    @classmethod
    def of(cls, image: Image.Image) -> "_PillowRaster":
        """The raster of a loaded image; numbers beyond a byte are measured first."""
        if image.mode.startswith("I;16"):
            return cls(image, 255 / 65535)
        return cls(image, _scale_of(np.asarray(image.getextrema())) if image.mode in {"I", "F"} else 1.0)

    @property
    def rows(self) -> int:
        return self.image.height

    @property
    def cols(self) -> int:
        return self.image.width

    def block(self, low: int, high: int) -> NDArray[Any]:
        strip, mode = self.image.crop((0, low, self.image.width, high)), self.image.mode
        if mode in {"I", "F"} or mode.startswith("I;16"):
            numbers: NDArray[Any] = np.nan_to_num(np.asarray(strip, dtype=np.float32) * np.float32(self.scale))
            return numbers.clip(0, 255)
        if mode in _ALPHA_MODES or "transparency" in strip.info:
            return _over_white(np.asarray(strip.convert("RGBA"), dtype=np.float32))
        if mode == "LAB":
            strip = strip.getchannel(0)
        elif mode not in {"L", "RGB"}:
            strip = strip.convert("L" if mode == "1" else "RGB")
        pixels: NDArray[Any] = np.asarray(strip)
        return pixels


def _over_white(pixels: NDArray[np.float32]) -> NDArray[Any]:
    """The luma of (k, cols, 4) RGBA as it shows on a white page."""
    cover = pixels[..., 3] / 255
    luma = pixels[..., :3] @ _LUMA
    return luma * cover + 255 * (1 - cover)


def _scale_of(extremes: NDArray[Any]) -> float:
    """What brings a picture of wide numbers to 0 to 255; the digest hardly depends on it, the quality does."""
    most = float(np.nan_to_num(np.max(extremes)))
    for ceiling in (1.0, 255.0, 65535.0):
        if most <= ceiling:
            return 255.0 / ceiling
    return 255.0 / most
