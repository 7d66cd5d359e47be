"""Which supported image format a file's first bytes announce; its name plays no part."""

SNIFF_BYTES = 256
"""That many first bytes are enough for `sniff`."""

_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_MAYBE_HEIC_BRANDS = frozenset({b"mif1", b"msf1"})
_FIRST_BYTES = frozenset({b"\xff", b"\x89", b"G", b"I", b"M", b"R", b"B"})
_TIFF_STARTS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_BMP_HEADER_SIZES = frozenset({12, 16, 40, 52, 56, 64, 108, 124})


def sniff(first_bytes: bytes) -> str | None:
    """The format ("jpeg", "png", "gif", "webp", "avif", "heic", "tiff" or "bmp") these bytes start, or None.

    Args:
        first_bytes: The file's first `SNIFF_BYTES` bytes, fewer only when the file is shorter.
    """
    if first_bytes[:1] not in _FIRST_BYTES and first_bytes[4:8] != b"ftyp":
        return None  # most files of a disk: said soon
    simple = _by_signature(first_bytes)
    if simple is not None:
        return simple
    if first_bytes[:4] == b"RIFF" and first_bytes[8:12] == b"WEBP":
        return "webp"
    if first_bytes[4:8] == b"ftyp":
        return _by_brand(first_bytes)
    # "BM" alone begins much text; the size of the header that follows tells a bitmap from it.
    if first_bytes[:2] == b"BM" and int.from_bytes(first_bytes[14:18], "little") in _BMP_HEADER_SIZES:
        return "bmp"
    return None


def _by_signature(first_bytes: bytes) -> str | None:
    if first_bytes.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if first_bytes.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if first_bytes.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if first_bytes.startswith(_TIFF_STARTS):
        return "tiff"
    return None


def _by_brand(first_bytes: bytes) -> str | None:
    """The format by the brands of an ISO media file: the major one, then the compatible ones in order."""
    end = min(int.from_bytes(first_bytes[:4], "big"), len(first_bytes))
    brands = [first_bytes[8:12], *(first_bytes[at : at + 4] for at in range(16, end - 3, 4))]
    if _AVIF_BRANDS.intersection(brands):
        return "avif"
    if _HEIC_BRANDS.intersection(brands) or brands[0] in _MAYBE_HEIC_BRANDS:
        return "heic"
    return None
