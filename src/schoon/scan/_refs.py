"""Opaque references: what the service sees in place of a path."""

import base64
import hmac

_LETTERS = 26
_BYTES = 20  # as many as 26 letters are made of, rounded up to a whole group of five


def ref_of(key: bytes, path: bytes) -> str:
    """A name for a path that only the holder of `key` can lead back to it: 26 letters and digits, 130 bits.

    The device is left out: its number changes with a reboot, and the same file would become another sighting.
    """
    return base64.b32encode(hmac.digest(key, path, "sha256")[:_BYTES])[:_LETTERS].decode().lower()
