"""Opening folders and files by handles, one step at a time, so that no link is ever followed."""

import ctypes
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from schoon.scan.types import FoundFile, Stamp

_RENAME_NOREPLACE = 1
_TOO_MUCH = 1 << 63
_FOLDER_STEP = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_libc = ctypes.CDLL(None, use_errno=True)


class OpenedFile(NamedTuple):
    """A found file with a handle on it, which whoever has it closes.

    Attributes:
        found: What the handle was when it was opened.
        now_ns: The instant at or before that.
    """

    file: FoundFile
    handle: int
    found: os.stat_result
    now_ns: int


class NotRegularError(OSError):
    """What the name stands for is no regular file now."""


def open_folder(path: bytes) -> int:
    """A handle on an absolute folder, for use as `dir_fd`; every step refuses links.

    Raises:
        OSError: A step is missing, is a link or no folder, or may not be passed.
    """
    here = os.open(b"/", _FOLDER_STEP)
    for step in path.split(b"/"):
        if not step:
            continue
        try:
            following = os.open(step, _FOLDER_STEP, dir_fd=here)
        finally:
            os.close(here)
        here = following
    return here


@contextmanager
def folder_handle(path: bytes) -> Iterator[int]:
    """The same for a `with` block."""
    handle = open_folder(path)
    try:
        yield handle
    finally:
        os.close(handle)


def open_file(folder: int, name: bytes) -> tuple[int, os.stat_result]:
    """A handle for reading a regular file, and what it is; never blocks on a fifo and never takes a terminal.

    The access time is left alone where the kernel allows it.

    Raises:
        NotRegularError: It is a link, a folder or a special file.
        OSError: It is gone or may not be read.
    """
    try:
        handle = os.open(name, _FILE | os.O_NOATIME, dir_fd=folder)
    except PermissionError:
        handle = os.open(name, _FILE, dir_fd=folder)  # only the owner may ask for O_NOATIME
    except OSError as cause:
        if cause.errno in {errno.ELOOP, errno.ENXIO}:  # a link; a socket or a device without a driver
            raise NotRegularError(cause.errno, "not a regular file") from cause
        raise
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        os.close(handle)
        raise NotRegularError(errno.EINVAL, "not a regular file")
    return handle, found


@contextmanager
def file_handle(folder: int, name: bytes) -> Iterator[int]:
    """The same for a `with` block."""
    handle, _ = open_file(folder, name)
    try:
        yield handle
    finally:
        os.close(handle)


def stamp_of(found: os.stat_result) -> Stamp:
    """What tells this state of the file from another; each number fits in 64 signed bits."""
    numbers = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_dev, found.st_ino)
    if max(numbers) >= _TOO_MUCH or min(numbers) < -_TOO_MUCH:
        return Stamp(*map(_signed, numbers))
    return Stamp(*numbers)


def is_as_it_was(after: os.stat_result, before: os.stat_result) -> bool:
    """Whether an open file has the same stamp."""
    return (
        after.st_ctime_ns == before.st_ctime_ns
        and after.st_mtime_ns == before.st_mtime_ns
        and after.st_size == before.st_size
    )


def rename_without_replacing(source: int, name: bytes, target: int, new_name: bytes) -> None:
    """Move one name to another on the same file system; what already stands there is never touched.

    Raises:
        FileExistsError: The new name is taken.
        OSError: `EXDEV` across file systems, and whatever else the kernel says.
    """
    answer = _libc.renameat2(source, name, target, new_name, _RENAME_NOREPLACE)
    if answer == 0:
        return
    number = ctypes.get_errno()
    if number not in {errno.EINVAL, errno.ENOSYS}:
        raise OSError(number, os.strerror(number))
    # NFS and some FUSE file systems do not know the flag; a hard link refuses a taken name just as well.
    os.link(name, new_name, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
    os.unlink(name, dir_fd=source)


def sync_folder(path: bytes) -> None:
    """Make the names in a folder durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _signed(number: int) -> int:
    """Inode numbers and far-off times can pass 63 bits, which SQLite's integers cannot."""
    return number if -_TOO_MUCH <= number < _TOO_MUCH else ((number + _TOO_MUCH) & (2 * _TOO_MUCH - 1)) - _TOO_MUCH
