"""The folder that keeps a scan's state: private, and used by one scan at a time."""

import fcntl
import os
import stat
from types import TracebackType
from typing import Self

from schoon.kinds import InputError, RefusedError
from schoon.scan.types import shown

_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600
_OTHERS = 0o077


class StateBusyError(RefusedError):
    """Another scan is using this state."""

    next_step = "wait for the other scan, stop it, or give this one its own --state folder"


class UnsafeFolderError(InputError):
    """Others on this machine could read or change what is kept in this folder."""

    next_step = "give a folder that belongs to the user who scans, with mode 0700"


class StateFolder:
    """A private folder, held by a lock that ends with the process however it ends."""

    def __init__(self, path: bytes) -> None:
        """Make the folder when it is not there.

        Raises:
            UnsafeFolderError: It belongs to somebody else or is open to others.
            StateBusyError: Another process holds it.
        """
        self.path = path
        require_private_folder(path, make=True)
        self._lock = os.open(os.path.join(path, b"lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE_FILE)
        try:
            # A POSIX lock: a decoder worker that outlives a killed scan does not inherit it, as it would a flock.
            fcntl.lockf(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as cause:
            holder = os.pread(self._lock, 32, 0).decode("ascii", "replace").strip()
            os.close(self._lock)
            raise StateBusyError(f"{shown(path)} is in use by process {holder or 'unknown'}") from cause
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._lock)

    def private_file(self, name: bytes) -> str:
        """The path of a file in it, which now exists with mode 0600."""
        path = os.path.join(self.path, name)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, _PRIVATE_FILE))
        os.chmod(path, _PRIVATE_FILE)
        return os.fsdecode(path)


def require_private_folder(path: bytes, *, make: bool) -> os.stat_result:
    """What the folder is, once it is certain that it is ours alone.

    Raises:
        UnsafeFolderError: It is not there (and not to be made), is a link, belongs to somebody else or is open to
            others.
    """
    try:
        if make:
            os.makedirs(path, mode=_PRIVATE_FOLDER, exist_ok=True)
        found = os.lstat(path)
    except OSError as cause:
        raise UnsafeFolderError(f"{shown(path)}: {(cause.strerror or 'cannot be made').lower()}") from cause
    if not stat.S_ISDIR(found.st_mode):
        raise UnsafeFolderError(f"{shown(path)} is not a folder")
    if found.st_uid != os.geteuid():
        raise UnsafeFolderError(f"{shown(path)} belongs to user {found.st_uid}, not to {os.geteuid()}")
    if stat.S_IMODE(found.st_mode) & _OTHERS:
        raise UnsafeFolderError(f"{shown(path)} has mode {stat.S_IMODE(found.st_mode):04o}", next_step="chmod 700 it")
    return found
