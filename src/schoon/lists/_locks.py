"""Locks between processes that publish: files in the publication directory, released when a process dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schoon.lists.errors import PublicationAwayError, PublishingElsewhereError

WAIT_SECONDS = 50.0
"""How long a withdrawal waits for its turn: under the 60 s in which it must work."""

_PAUSE = 0.02


@contextmanager
def head_lock(directory: Path) -> Iterator[None]:
    """The right to replace the head; held for a delta's writing, never for a snapshot's.

    Raises:
        PublishingElsewhereError: Somebody else has it for too long.
        PublicationAwayError: The directory is not there.
    """
    with _locked(directory / ".head.lock", WAIT_SECONDS):
        yield


@contextmanager
def publish_lock(directory: Path) -> Iterator[None]:
    """The right to prepare a publish; one at a time.

    Raises:
        PublishingElsewhereError: Somebody else is publishing.
        PublicationAwayError: The directory is not there.
    """
    with _locked(directory / ".publish.lock", 0.0):
        yield


def is_publishing(directory: Path) -> bool:
    """Whether somebody prepares a publish at this moment."""
    try:
        with publish_lock(directory):
            return False
    except PublishingElsewhereError:
        return True


@contextmanager
def _locked(path: Path, patience: float) -> Iterator[None]:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as cause:
        raise PublicationAwayError(f"{path.parent}: {cause.strerror}") from cause
    try:
        give_up = time.monotonic() + patience
        while not _try_lock(descriptor):
            if time.monotonic() >= give_up:
                raise PublishingElsewhereError(f"{path.parent}: another process is publishing")
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
