"""Every format and mode of one picture gives the digest of its RGB form."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from schoon.hashing import Hasher, NotHashable, _decode
from schoon.hashing._pdq import ArrayRaster, pdq_of_raster
from tests.unit.hashing.pictures import (
    EXIF_ORIENTATION,
    UNDONE_BY,
    a_picture,
    an_animation,
    distance,
    distance_to,
    encoded,
    oracle,
)

PICTURE = a_picture()
GREY = PICTURE.convert("L")


def with_alpha(image, cover=255):
    image = image.convert("RGBA")
    image.putalpha(Image.new("L", image.size, cover))
    return image


def sixteen_bit():
    return Image.fromarray(np.asarray(GREY).astype(np.uint16) * 257)


def floating(scale):
    return Image.fromarray(np.asarray(GREY).astype(np.float32) * np.float32(scale))


def exif(orientation):
    block = Image.Exif()
    block[EXIF_ORIENTATION] = orientation
    return block.tobytes()


FORMS = {
    "jpeg": (encoded(PICTURE, "JPEG", quality=90), "jpeg", 4),
    "jpeg progressive": (encoded(PICTURE, "JPEG", quality=90, progressive=True), "jpeg", 4),
    "jpeg grey": (encoded(GREY, "JPEG", quality=90), "jpeg", 4),
    "jpeg stored as RGB": (encoded(PICTURE, "JPEG", quality=90, keep_rgb=True), "jpeg", 4),
    "jpeg CMYK": (encoded(PICTURE.convert("CMYK"), "JPEG", quality=90), "jpeg", 12),
    "png": (encoded(PICTURE, "PNG"), "png", 0),
    "png median cut palette": (encoded(PICTURE.quantize(256), "PNG"), "png", 12),
    "png adaptive palette": (encoded(PICTURE.convert("P", palette=Image.Palette.ADAPTIVE), "PNG"), "png", 12),
    "png web palette": (encoded(PICTURE.convert("P"), "PNG"), "png", 12),
    "png grey": (encoded(GREY, "PNG"), "png", 4),
    "png grey and alpha": (encoded(with_alpha(GREY).convert("LA"), "PNG"), "png", 4),
    "png RGBA": (encoded(with_alpha(PICTURE), "PNG"), "png", 2),
    "png 16 bit grey": (encoded(sixteen_bit(), "PNG"), "png", 4),
    "png one bit": (encoded(PICTURE.convert("1"), "PNG"), "png", 12),
    "gif": (encoded(PICTURE, "GIF"), "gif", 12),
    "webp": (encoded(PICTURE, "WEBP", quality=90), "webp", 4),
    "webp lossless": (encoded(PICTURE, "WEBP", lossless=True), "webp", 0),
    "webp RGBA": (encoded(with_alpha(PICTURE), "WEBP", quality=90), "webp", 4),
    "avif": (encoded(PICTURE, "AVIF", quality=80), "avif", 6),
    "avif RGBA": (encoded(with_alpha(PICTURE), "AVIF", quality=80), "avif", 6),
    "tiff": (encoded(PICTURE, "TIFF"), "tiff", 0),
    "tiff LZW": (encoded(PICTURE, "TIFF", compression="tiff_lzw"), "tiff", 0),
    "tiff deflate": (encoded(PICTURE, "TIFF", compression="tiff_deflate"), "tiff", 0),
    "tiff JPEG": (encoded(PICTURE, "TIFF", compression="jpeg"), "tiff", 8),
    "tiff CMYK": (encoded(PICTURE.convert("CMYK"), "TIFF"), "tiff", 12),
    "tiff LAB": (encoded(Image.merge("LAB", (GREY, GREY, GREY)), "TIFF"), "tiff", 12),
    "tiff 16 bit": (encoded(sixteen_bit(), "TIFF"), "tiff", 4),
    "tiff 32 bit": (encoded(Image.fromarray(np.asarray(GREY).astype(np.int32) * 256), "TIFF"), "tiff", 4),
    "tiff float 0 to 1": (encoded(floating(1 / 255), "TIFF"), "tiff", 4),
    "tiff float 0 to 255": (encoded(floating(1), "TIFF"), "tiff", 4),
    "tiff one bit group 4": (encoded(PICTURE.convert("1"), "TIFF", compression="group4"), "tiff", 12),
    "bmp": (encoded(PICTURE, "BMP"), "bmp", 0),
    "bmp palette": (encoded(PICTURE.quantize(256), "BMP"), "bmp", 12),
    "animated gif": (an_animation([PICTURE, a_picture(seed=1), a_picture(seed=2)], "GIF"), "gif", 12),
    "animated webp": (an_animation([PICTURE, a_picture(seed=1)], "WEBP", quality=90), "webp", 4),
    "animated png": (an_animation([PICTURE, a_picture(seed=1)], "PNG"), "png", 0),
    "animated avif": (an_animation([PICTURE, a_picture(seed=1)], "AVIF", quality=80), "avif", 6),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_the_picture_lies_near_its_rgb_form(hash_bytes, form):
    content, media, most = FORMS[form]
    found = hash_bytes(content)
    assert found.media == media
    assert found.refusal is None
    assert distance_to(found, PICTURE) <= most


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_exif_orientation_is_applied(hash_bytes, kind, orientation):
    undo = UNDONE_BY[orientation]
    stored = PICTURE if undo is None else PICTURE.transpose(undo)
    if kind == "TIFF":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[EXIF_ORIENTATION] = orientation
        content = encoded(stored, kind, tiffinfo=tags)
    else:
        content = encoded(stored, kind, exif=exif(orientation), quality=90)
    assert distance_to(hash_bytes(content), PICTURE) <= 6


def test_heic_is_read_upright_when_the_extra_is_there(hash_bytes):
    heif = pytest.importorskip("pillow_heif")
    image = heif.from_pillow(PICTURE)
    stream = io.BytesIO()
    image.save(stream, quality=90)
    found = hash_bytes(stream.getvalue())
    assert found.media == "heic"
    assert distance_to(found, PICTURE) <= 6


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_what_is_transparent_shows_white(hash_bytes, kind):
    shape = Image.new("L", PICTURE.size, 255)
    shape.paste(0, (0, 0, 150, 240))
    see_through = PICTURE.convert("RGBA")
    see_through.putalpha(shape)
    on_white = Image.alpha_composite(Image.new("RGBA", PICTURE.size, "white"), see_through)
    options = {"lossless": True} if kind == "WEBP" else {}
    assert distance_to(hash_bytes(encoded(see_through, kind, **options)), on_white) <= 12


def test_half_transparent_pixels_mix_with_white(hash_bytes):
    on_white = Image.alpha_composite(Image.new("RGBA", PICTURE.size, "white"), with_alpha(PICTURE, 128))
    assert distance_to(hash_bytes(encoded(with_alpha(PICTURE, 128), "PNG")), on_white) <= 4


def test_a_transparent_palette_entry_shows_white(hash_bytes):
    palette = PICTURE.quantize(16)
    content = encoded(palette, "PNG", transparency=3)
    shown = Image.open(io.BytesIO(content)).convert("RGBA")
    on_white = Image.alpha_composite(Image.new("RGBA", PICTURE.size, "white"), shown)
    assert distance_to(hash_bytes(content), on_white) <= 4


def test_adobe_jpegs_with_four_inks_are_read_as_pillow_reads_them(hash_bytes):
    plain = encoded(PICTURE.convert("CMYK"), "JPEG", quality=95)
    for transform in (0, 2):
        adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform])
        content = plain[:2] + adobe + plain[2:] if b"Adobe" not in plain else plain
        shown = Image.open(io.BytesIO(content)).convert("RGB")
        assert distance_to(hash_bytes(content), shown) <= 6


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_more_frames_are_spread_evenly_from_first_to_last(hash_bytes, kind):
    pictures = [a_picture(seed=seed) for seed in range(7)]
    options = {"lossless": True} if kind == "WEBP" else {}
    content = an_animation(pictures, kind, **options)
    with Hasher(1, frames=3, dihedral=True) as hasher:
        found = hash_bytes(content, hasher)
        still = hash_bytes(encoded(PICTURE, "PNG"), hasher)
    assert [distance(one.value, oracle(pictures[at])) <= 12 for one, at in zip(found.pdq, (0, 3, 6), strict=True)]
    assert all(len(one.dihedral) == 8 and one.dihedral[0] == one.value for one in found.pdq)
    assert len(still.pdq) == 1


def test_frames_without_structure_are_left_out(hash_bytes):
    flat = Image.new("RGB", PICTURE.size, "white")
    content = an_animation([flat, PICTURE, a_picture(seed=3)], "PNG")
    with Hasher(1, frames=3) as hasher:
        found = hash_bytes(content, hasher)
    assert len(found.pdq) == 2
    assert found.refusal is None
    assert hash_bytes(content).refusal is NotHashable.LOW_QUALITY


@pytest.mark.parametrize(("size", "refusal"), [((4, 90), "too_small"), ((90, 4), "too_small"), ((5, 90), None)])
def test_fewer_than_five_rows_or_columns_are_too_small(hash_bytes, size, refusal):
    found = hash_bytes(encoded(PICTURE.resize(size, Image.Resampling.NEAREST), "PNG"))
    assert found.refusal == refusal
    assert bool(found.pdq) == (refusal is None)


def test_a_flat_picture_has_too_little_structure(hash_bytes):
    found = hash_bytes(encoded(Image.new("RGB", (300, 200), (10, 90, 200)), "JPEG"))
    assert (found.refusal, found.pdq) == (NotHashable.LOW_QUALITY, ())
    assert "quality" in found.detail


def test_browsers_see_through_odd_jpegs_and_so_does_the_hasher(hash_bytes):
    plain = encoded(PICTURE, "JPEG", quality=90)
    scan = plain.index(b"\xff\xda")
    odd_revision = plain.replace(b"JFIF\x00\x01", b"JFIF\x00\x07", 1)
    late_end = plain[:-2] + b"\x00\x00\x00" + plain[-2:]
    for content in (
        plain + b"appended film" * 1000,
        plain[:-2],
        plain[:scan] + b"\x00\x11\x00" + plain[scan:],
        plain[:scan] + b"\xff" * 7 + plain[scan:],
        odd_revision,
        late_end,
    ):
        found = hash_bytes(content)
        assert found.pdq, found.detail
        assert found.pdq[0].value == hash_bytes(plain).pdq[0].value


def test_long_text_and_trailing_bytes_do_not_keep_a_png_from_being_read(hash_bytes):
    from PIL import PngImagePlugin  # noqa: PLC0415  # only here

    text = PngImagePlugin.PngInfo()
    text.add_text("comment", "x" * (3 << 20), zip=True)
    content = encoded(PICTURE, "PNG", pnginfo=text) + b"trailing"
    assert distance_to(hash_bytes(content), PICTURE) == 0


def test_broken_exif_leaves_the_picture_as_it_is_stored(hash_bytes):
    block = b"Exif\x00\x00II*\x00" + struct.pack("<I", 2**31)
    content = encoded(PICTURE, "JPEG", quality=90, exif=block)
    assert distance_to(hash_bytes(content), PICTURE) <= 4


@pytest.mark.parametrize(
    "mode", ["RGB", "RGBA", "L", "LA", "P", "PA", "1", "CMYK", "YCbCr", "HSV", "LAB", "I", "F", "I;16"]
)
@pytest.mark.parametrize("size", [(5, 5), (7, 64), (33, 100), (160, 120), (512, 512)])
def test_a_small_picture_as_a_whole_has_the_digest_that_it_has_band_by_band(mode, size):
    noise = np.random.default_rng(3).integers(0, 256, (size[1] // 8 + 2, size[0] // 8 + 2, 4), dtype=np.uint8)
    picture = Image.fromarray(noise).resize(size)
    if mode == "LAB":
        picture = Image.merge(mode, picture.convert("RGB").split())
    else:
        by_grey = mode in {"I", "F", "I;16"}
        picture = picture.convert("L" if by_grey else "RGBA").convert(mode)
    whole, bands = _decode._raster_of(picture), _decode._PillowRaster.of(picture)
    assert isinstance(whole, ArrayRaster)
    for orientation in (1, 3, 6):
        expected = pdq_of_raster(bands, orientation=orientation, dihedral=True)
        assert pdq_of_raster(whole, orientation=orientation, dihedral=True) == expected
