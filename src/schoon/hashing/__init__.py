"""Bytes in, digests out: MD5, SHA-1 and SHA-256 of any file, PDQ of pictures, decoded in confined processes."""

from schoon.hashing._decoder import DecoderStartError
from schoon.hashing._digests import Reading
from schoon.hashing._hasher import MAX_PIXELS, Hasher, NotARegularFileError
from schoon.hashing._pdq import dihedral_of, pdq_of_image
from schoon.hashing._sniff import SNIFF_BYTES, sniff
from schoon.hashing.types import MIN_QUALITY, FileDigests, NotHashable, PdqHash

__all__ = [
    "MAX_PIXELS",
    "MIN_QUALITY",
    "SNIFF_BYTES",
    "DecoderStartError",
    "FileDigests",
    "Hasher",
    "NotARegularFileError",
    "NotHashable",
    "PdqHash",
    "Reading",
    "dihedral_of",
    "pdq_of_image",
    "sniff",
]
