"""The key files of an installation: made once by `schoon init`, read at start."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from schoon.kinds import InputError, OutageError
from schoon.main._places import public_name
from schoon.settings import Settings

SECRET_BYTES = 32
_DKIM_BITS = 2_048
"""Every verifier takes keys of this size. Source: RFC 8301, section 3.2."""


class KeyFileError(InputError):
    """A key file does not hold the key it should hold."""

    next_step = "put the right file back; a key that is lost is not made again by itself"


class KeyFileMissingError(InputError):
    """A key file that this command needs is not there."""

    next_step = "run `schoon init` on a new installation, or set the SCHOON_…_FILE variable to where the key is"


class HomeError(OutageError):
    """The folder of this installation cannot be written or read."""

    next_step = "look at the folder's owner and free space, or name another one with SCHOON_HOME"


def make_missing_keys(settings: Settings) -> list[tuple[str, str]]:
    """What was made and what was there already, as (what, where) lines for the operator.

    Folders are open to the owner alone; an existing key is never replaced.

    Raises:
        HomeError: A folder or file cannot be made.
    """
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings.publication.mkdir(mode=0o755, parents=True, exist_ok=True)
        return [
            _secret_file("list key", settings.list_key_file),
            _key_pair("publishing key", settings.signing_key_file, settings.public_key_file),
            _key_pair("receipt key", settings.receipt_key_file, public_name(settings.receipt_key_file)),
            _secret_file("session key", settings.session_key_file),
            _secret_file("desk key", settings.desk_key_file),
            _secret_file("reporter key", settings.reporter_key_file),
            _rsa_key("DKIM key", settings.dkim_key_file),
        ]
    except OSError as problem:
        raise HomeError(f"{problem.filename or settings.home}: {problem.strerror}") from problem


def list_secret(settings: Settings) -> bytes:
    """The list key's 32 bytes, from the environment or the file."""
    return settings.list_key or secret_of(settings.list_key_file)


def secret_of(path: Path) -> bytes:
    """The 32 bytes of a secret file.

    Raises:
        KeyFileMissingError: It is not there.
        KeyFileError: It has another length.
    """
    secret = content_of(path)
    if len(secret) != SECRET_BYTES:
        raise KeyFileError(f"{path}: {len(secret)} bytes, and a key has {SECRET_BYTES}")
    return secret


def private_key_of(path: Path) -> Ed25519PrivateKey:
    """The Ed25519 private key in a PEM file.

    Raises:
        KeyFileMissingError: It is not there.
        KeyFileError: It holds something else.
    """
    try:
        key = load_pem_private_key(content_of(path), password=None)
    except (ValueError, TypeError) as problem:
        raise KeyFileError(f"{path}: not a PEM private key without a password") from problem
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path}: not an Ed25519 key")
    return key


def public_key_of(path: Path) -> Ed25519PublicKey:
    """The Ed25519 public key in a PEM file.

    Raises:
        KeyFileMissingError: It is not there.
        KeyFileError: It holds something else.
    """
    try:
        key = load_pem_public_key(content_of(path))
    except ValueError as problem:
        raise KeyFileError(f"{path}: not a PEM public key") from problem
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError(f"{path}: not an Ed25519 key")
    return key


def content_of(path: Path) -> bytes:
    """What is in a file of this installation.

    Raises:
        KeyFileMissingError: It is not there.
        HomeError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise KeyFileMissingError(f"{path}: no such file") from None
    except OSError as problem:
        raise HomeError(f"{path}: {problem.strerror}") from problem


def _secret_file(what: str, path: Path) -> tuple[str, str]:
    if path.exists():
        return what, f"{path} (was there)"
    _write_new(path, secrets.token_bytes(SECRET_BYTES), mode=0o600)
    return what, str(path)


def _key_pair(what: str, private: Path, public: Path) -> tuple[str, str]:
    if public.exists() and not private.exists():
        return what, f"{public} (was there; the private half is elsewhere)"
    if private.exists():
        key, found = private_key_of(private), " (was there)"
    else:
        key, found = Ed25519PrivateKey.generate(), ""
        _write_new(private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), mode=0o600)
    if not public.exists():
        _write_new(public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), mode=0o644)
    return what, f"{private}{found}"


def _rsa_key(what: str, path: Path) -> tuple[str, str]:
    if path.exists():
        return what, f"{path} (was there)"
    key = rsa.generate_private_key(public_exponent=65_537, key_size=_DKIM_BITS)
    _write_new(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), mode=0o600)
    return what, str(path)


def _write_new(path: Path, content: bytes, *, mode: int) -> None:
    """Write a file that was not there, with its mode from its first moment, safely on disk."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
