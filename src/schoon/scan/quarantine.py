"""The quarantine: files set aside on their own file system, each with a record of why, and the way back."""

import errno
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from schoon.kinds import InputError, RefusedError
from schoon.scan._handles import (
    file_handle,
    folder_handle,
    rename_without_replacing,
    stamp_of,
    sync_folder,
)
from schoon.scan._mounts import mount_root
from schoon.scan._rehash import exact_digests
from schoon.scan._state_folder import UnsafeFolderError, require_private_folder
from schoon.scan.types import shown

STORE_NAME = b".schoon-quarantine"
"""The folder at the root of a file system that is used when none is named."""

_ITEM_LETTERS = 16
_RECORD = b".json"


class OtherFileSystemError(InputError):
    """The file lies on another file system than the quarantine, and is never copied."""

    next_step = "give --quarantine-dir a folder on the file system of these files, and scan each file system by itself"


class ChangedMeanwhileError(RefusedError):
    """What stands at this path is not the file that was hashed; it was left alone."""

    next_step = "scan again"


class RestoreRefusedError(RefusedError):
    """The file cannot go back to where it was."""

    next_step = "give --to FOLDER, on the same file system, or make room at the old place"


class NoSuchItemError(InputError):
    """No file in this quarantine has that id."""

    next_step = "see `schoon quarantine list`"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Target:
    """The very file that is to be touched: its path, and what it must be."""

    path: bytes
    dev: int
    ino: int
    exact: bytes


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Custody:
    """The record beside a quarantined file.

    Attributes:
        item: Its random id.
        path_hex: Where it was, in hexadecimal: file names are bytes.
        ref: The reference the service knows it by.
        why: "listed", or "held" while it waits for an answer.
        hit, strength, category, list_version: What the service answered.
        at: ISO 8601, UTC.
        size, mode, uid, gid, mtime_ns, atime_ns: As they were.
    """

    item: str
    path_hex: str
    ref: str
    why: str
    at: str
    hit: str | None = None
    strength: str | None = None
    category: str | None = None
    list_version: int | None = None
    size: int = 0
    mode: int = 0
    uid: int = 0
    gid: int = 0
    mtime_ns: int = 0
    atime_ns: int = 0

    @property
    def path(self) -> bytes:
        """Where it was."""
        return bytes.fromhex(self.path_hex)


class QuarantineStore:
    """One private folder; `ID` holds a file and `ID.json` its record, written first."""

    def __init__(self, path: bytes, *, make: bool = False) -> None:
        """Open it.

        Raises:
            UnsafeFolderError: It is not there, is not ours, or is open to others.
        """
        found = require_private_folder(path, make=make)
        self.path = path
        self.identity = (found.st_dev, found.st_ino)

    def take(self, target: Target, custody: Custody) -> Custody:
        """Move a file in, once it is certain that it is the one that was hashed.

        1. open its folder step by step, and the file, following no link; 2. same device and inode; 3. same digests;
        4. record; 5. rename; 6. what arrived is what was opened, or it goes back.

        Raises:
            ChangedMeanwhileError: It is another file now; nothing was moved.
            OtherFileSystemError: It cannot be renamed into this folder.
            OSError: It cannot be opened or moved.
        """
        item = custody.item.encode()
        with folder_handle(os.path.dirname(target.path)) as source, folder_handle(self.path) as store:  # 1
            name = os.path.basename(target.path)
            with file_handle(source, name) as handle:
                found = _require_same(handle, target)  # 2, 3
                record = replace(
                    custody,
                    size=found.st_size,
                    mode=found.st_mode & 0o7777,
                    uid=found.st_uid,
                    gid=found.st_gid,
                    mtime_ns=found.st_mtime_ns,
                    atime_ns=found.st_atime_ns,
                )
                self._write(record)  # 4
                try:
                    rename_without_replacing(source, name, store, item)  # 5
                except OSError as cause:
                    self._drop_record(custody.item)
                    if cause.errno == errno.EXDEV:
                        raise OtherFileSystemError(f"{shown(target.path)} and {shown(self.path)}") from cause
                    raise
                self._require_arrived(handle, store, item, back=(source, name))  # 6
        sync_folder(self.path)
        sync_folder(os.path.dirname(target.path))
        return record

    def has(self, item: str) -> bool:
        """Whether a file with this id is in it."""
        return os.path.lexists(self._at(item))

    def item(self, item: str) -> Custody:
        """The record of one file.

        Raises:
            NoSuchItemError: There is none with this id.
        """
        if not item.isalnum() or not self.has(item):
            raise NoSuchItemError(f"{item[:40]!r} is not in {shown(self.path)}")
        return self._read(item.encode() + _RECORD)

    def items(self) -> Iterator[Custody]:
        """The record of every file in it, in no order."""
        with os.scandir(self.path) as entries:
            for entry in entries:
                if entry.name.endswith(_RECORD) and os.path.lexists(entry.path.removesuffix(_RECORD)):
                    yield self._read(entry.name)

    def keep(self, custody: Custody) -> None:
        """Replace the record of a file that is in it."""
        self._write(custody)

    def restore(self, custody: Custody, *, to: bytes | None = None) -> bytes:
        """Put a file back where it was (or into the folder `to`), with owner, mode and times as they were.

        Returns:
            Its path now.

        Raises:
            RestoreRefusedError: The place is taken, gone, or on another file system; nothing was moved.
        """
        folder = os.path.dirname(custody.path) if to is None else to
        name = os.path.basename(custody.path)
        try:
            with folder_handle(self.path) as store, folder_handle(folder) as target:
                rename_without_replacing(store, custody.item.encode(), target, name)
                _set_back(target, name, custody)
            sync_folder(folder)
        except OSError as cause:
            raise RestoreRefusedError(
                f"{custody.item} to {shown(os.path.join(folder, name))}: {(cause.strerror or 'failed').lower()}"
            ) from cause
        self._drop_record(custody.item)
        sync_folder(self.path)
        return os.path.join(folder, name)

    def purge(self, custody: Custody) -> None:
        """Remove a file for good."""
        os.unlink(self._at(custody.item))
        self._drop_record(custody.item)
        sync_folder(self.path)

    def tidy(self, item: str) -> None:
        """Drop the record of a move that never happened."""
        if not self.has(item):
            self._drop_record(item)

    def _at(self, item: str) -> bytes:
        return os.path.join(self.path, item.encode())

    def _write(self, custody: Custody) -> None:
        """Written beside, made durable, then given its name: a record is whole or not there."""
        final = self._at(custody.item) + _RECORD
        draft = final + b".new"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(asdict(custody)).encode())
            file.flush()
            os.fsync(handle)
        os.replace(draft, final)
        sync_folder(self.path)

    def _read(self, name: bytes) -> Custody:
        with open(os.path.join(self.path, name), "rb") as file:
            try:
                return Custody(**json.loads(file.read()))
            except (ValueError, TypeError) as cause:
                raise NoSuchItemError(f"the record {shown(name)} in {shown(self.path)} cannot be read") from cause

    def _drop_record(self, item: str) -> None:
        try:
            os.unlink(self._at(item) + _RECORD)
        except FileNotFoundError:
            return

    def _require_arrived(self, handle: int, store: int, item: bytes, *, back: tuple[int, bytes]) -> None:
        if _is_same(os.stat(item, dir_fd=store, follow_symlinks=False), os.fstat(handle)):
            return
        try:
            rename_without_replacing(store, item, *back)
        except FileExistsError as cause:
            raise ChangedMeanwhileError(
                f"other files took its name at the last moment; one is in {shown(self.path)} as {item.decode()}",
                next_step=f"look at it, then `schoon quarantine restore {item.decode()} --to FOLDER`",
            ) from cause
        self._drop_record(item.decode())
        raise ChangedMeanwhileError("another file took its name at the last moment and was put back")


class Stores:
    """The quarantine for each path: the one that was named, or one at the root of each file system."""

    def __init__(self, named: bytes | None) -> None:
        """Nothing is made before it is needed."""
        self._named = named
        self._open: dict[bytes, QuarantineStore] = {}

    def place_for(self, folder: bytes) -> bytes:
        """Where files of this folder would go."""
        return self._named if self._named is not None else os.path.join(mount_root(folder), STORE_NAME)

    def store_for(self, folder: bytes) -> QuarantineStore:
        """The quarantine for files of this folder, made when it is not there.

        Raises:
            UnsafeFolderError: It cannot be made, or is open to others.
        """
        place = self.place_for(folder)
        if place not in self._open:
            try:
                self._open[place] = QuarantineStore(place, make=True)
            except UnsafeFolderError as cause:
                raise UnsafeFolderError(
                    cause.message,
                    next_step="give --quarantine-dir: a private folder on the same file system, not served",
                ) from cause
        return self._open[place]


def new_item() -> str:
    """A random id for a file in quarantine."""
    return secrets.token_hex(_ITEM_LETTERS // 2)


def delete(target: Target, temporary: bytes) -> None:
    """Remove a file, once it is certain that it is the one that was hashed.

    It is first renamed to `temporary` in its own folder, so that what is unlinked is what was looked at.

    Raises:
        ChangedMeanwhileError: It is another file now; nothing was removed.
        OSError: It cannot be opened or removed.
    """
    folder = os.path.dirname(target.path)
    name = os.path.basename(target.path)
    with folder_handle(folder) as source, file_handle(source, name) as handle:
        _require_same(handle, target)
        rename_without_replacing(source, name, source, temporary)
        if not _is_same(os.stat(temporary, dir_fd=source, follow_symlinks=False), os.fstat(handle)):
            rename_without_replacing(source, temporary, source, name)
            raise ChangedMeanwhileError("another file took its name at the last moment and was put back")
        os.unlink(temporary, dir_fd=source)
    sync_folder(folder)


def finish_deletion(target: Target, temporary: bytes) -> bool:
    """Whether a deletion that a crash cut off is complete now; False when it had not begun."""
    with folder_handle(os.path.dirname(target.path)) as source:
        try:
            found = os.stat(temporary, dir_fd=source, follow_symlinks=False)
        except FileNotFoundError:
            return not _is_there(source, os.path.basename(target.path))
        if (stamp_of(found).dev, stamp_of(found).ino) == (target.dev, target.ino):
            os.unlink(temporary, dir_fd=source)
            return True
        rename_without_replacing(source, temporary, source, os.path.basename(target.path))
        return False


def _is_there(folder: int, name: bytes) -> bool:
    return os.access(name, os.F_OK, dir_fd=folder, follow_symlinks=False)


def _require_same(handle: int, target: Target) -> os.stat_result:
    found = os.fstat(handle)
    stamp = stamp_of(found)
    if (stamp.dev, stamp.ino) != (target.dev, target.ino):
        raise ChangedMeanwhileError("another file has its name now")
    if exact_digests(handle) != target.exact:
        raise ChangedMeanwhileError("its content has changed since it was hashed")
    return found


def _is_same(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)


def _set_back(folder: int, name: bytes, custody: Custody) -> None:
    """A rename keeps owner, mode and times; somebody with root's powers may have changed them in the quarantine."""
    with file_handle(folder, name) as handle:
        found = os.fstat(handle)
        if (found.st_uid, found.st_gid) != (custody.uid, custody.gid):
            os.fchown(handle, custody.uid, custody.gid)
        if found.st_mode & 0o7777 != custody.mode:
            os.fchmod(handle, custody.mode)
        if (found.st_mtime_ns, found.st_atime_ns) != (custody.mtime_ns, custody.atime_ns):
            os.utime(handle, ns=(custody.atime_ns, custody.mtime_ns))
