"""Opaque references: what the service sees in place of a path."""

import hmac

_LETTERS = 26
_OF_BYTE = b"abcdefghijklmnopqrstuvwxyz234567" * 8


def ref_of(key: bytes, path: bytes) -> str:
    """A name for a path that only the holder of `key` can lead back to it: 26 letters and digits, 130 bits.

    The device is left out: its number changes with a reboot, and the same file would become another sighting.
    """
    return hmac.digest(key, path, "sha256")[:_LETTERS].translate(_OF_BYTE).decode("ascii")
