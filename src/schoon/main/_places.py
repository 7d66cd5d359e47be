"""Where things lie beside each other."""

from pathlib import Path


def public_name(private: Path) -> Path:
    """Where the public half of a key lies: `receipts.key.pem` → `receipts.pub.pem`."""
    stem = private.name.removesuffix(".pem").removesuffix(".key")
    return private.with_name(f"{stem}.pub.pem")
