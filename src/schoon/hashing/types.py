"""What hashing a file answers: exact digests always, perceptual ones or the reason there are none."""

from dataclasses import dataclass
from enum import StrEnum

MIN_QUALITY = 50
"""PDQ digests of a lower quality are never given out. Source: upstream's advice to drop quality 49 and below."""


class NotHashable(StrEnum):
    """Why a file has no PDQ digest. It still has its exact digests."""

    TOO_SMALL = "too_small"
    """Fewer than five rows or columns."""
    LOW_QUALITY = "low_quality"
    """PDQ quality below 50: too little structure to match on without false hits."""
    UNDECODABLE = "undecodable"
    """It starts like an image and cannot be decoded whole, in time and in memory."""
    TOO_MANY_PIXELS = "too_many_pixels"
    """Over the pixel limit, by its own header."""
    NOT_AN_IMAGE = "not_an_image"
    """Its first bytes are not those of a supported image format."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PdqHash:
    """The PDQ digest of one frame.

    Attributes:
        value: 32 bytes, most significant bit first, as the field writes PDQ in hexadecimal.
        quality: 0 to 100; a `FileDigests` never holds one below 50.
        dihedral: The eight variants (original, rot90, rot180, rot270, flipX, flipY, flipPlus1, flipMinus1),
            32 bytes each, or empty when they were not asked for.
    """

    value: bytes
    quality: int
    dihedral: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FileDigests:
    """Everything hashing has to say of one file.

    Attributes:
        size_bytes: Bytes read.
        md5, sha1, sha256: Raw digests of those bytes.
        media: The sniffed format ("jpeg", "png", "gif", "webp", "avif", "heic", "tiff", "bmp"), or None.
        pdq: One per frame asked for that was hashable; the first frame first. Empty when `refusal` is set.
        refusal: Why there is no PDQ digest; None when there is at least one.
        detail: One plain sentence on the refusal for a person, without any file name.
    """

    size_bytes: int
    md5: bytes
    sha1: bytes
    sha256: bytes
    media: str | None
    pdq: tuple[PdqHash, ...] = ()
    refusal: NotHashable | None = None
    detail: str = ""
