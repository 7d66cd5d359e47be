"""A digest with its kind, kept out of logs by its `repr`."""

from dataclasses import dataclass
from enum import StrEnum

from schoon.kinds.errors import InputError


class Kind(StrEnum):
    """The kinds of digest that Schoon searches; others are kept with an entry and counted."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    PDQ = "pdq"


KIND_BYTES: dict[Kind, int] = {Kind.MD5: 16, Kind.SHA1: 20, Kind.SHA256: 32, Kind.PDQ: 32}
"""Length of each kind of digest in bytes."""

EXACT_KINDS: tuple[Kind, ...] = (Kind.MD5, Kind.SHA1, Kind.SHA256)
"""The cryptographic kinds: equal or not, nothing between."""


class MalformedDigestError(InputError):
    """A digest has the wrong length, is not hexadecimal, or is of a kind that is not searched."""

    next_step = "send md5 (32 hex digits), sha1 (40), sha256 (64) or pdq (64)"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Digest:
    """A hash value with its kind. It is personal data: never log it whole.

    Attributes:
        kind: Which hash function made it.
        value: The raw bytes, `KIND_BYTES[kind]` of them.
    """

    kind: Kind
    value: bytes

    def __post_init__(self) -> None:
        if len(self.value) != KIND_BYTES[self.kind]:
            raise MalformedDigestError(f"a {self.kind} digest has {KIND_BYTES[self.kind]} bytes, not {len(self.value)}")

    @classmethod
    def parse(cls, kind: str, text: str) -> "Digest":
        """A digest from hexadecimal text in either case.

        Raises:
            MalformedDigestError: The kind is unknown, or the text is not that many hexadecimal digits.
        """
        try:
            known = Kind(kind)
        except ValueError:
            raise MalformedDigestError(f"{kind[:40]!r} is not a kind of digest that is searched") from None
        if len(text) != 2 * KIND_BYTES[known] or not text.isascii() or not text.isalnum():
            raise MalformedDigestError(
                f"a {known} digest has {2 * KIND_BYTES[known]} hex digits, not {len(text)} characters"
            )
        try:
            return cls(kind=known, value=bytes.fromhex(text))
        except ValueError:
            raise MalformedDigestError(f"a {known} digest has hexadecimal digits only") from None

    @property
    def hex(self) -> str:
        """The value in lower-case hexadecimal."""
        return self.value.hex()

    def short(self) -> str:
        """Kind and the first four hex digits: enough to tell two apart in a log, too little to look up."""
        return f"{self.kind}:{self.value[:2].hex()}…"

    def __repr__(self) -> str:
        """The short form: a digest must not reach a log through `repr`."""
        return f"Digest({self.short()})"
