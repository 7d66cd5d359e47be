"""Walks folders of any size in constant memory, by handles, never following a link."""

import fnmatch
import os
import re
import resource
import stat
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schoon.scan._handles import folder_handle, stamp_of
from schoon.scan._mail import is_mail_folder
from schoon.scan._mounts import is_kernel_path
from schoon.scan.types import FoundFile, Problem, Trouble, WalkCounts, join

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_MOST_LEVELS = 1_000
_HANDLES_KEPT_FREE = 256
_HANDLES_PER_LEVEL = 2  # ours, and the copy that os.scandir holds

Identity = tuple[int, int]
"""Device and inode of a folder: tells it from every other, whatever its name."""


@dataclass(frozen=True, slots=True)
class FolderDone:
    """Every name of this folder has been given out."""

    path: bytes


class Globs:
    """The operator's exclusions; a glob with a slash looks at the whole path, another at each name."""

    def __init__(self, globs: Iterable[str]) -> None:
        """Compile them once."""
        names = [glob for glob in globs if "/" not in glob]
        paths = [glob.rstrip("/") for glob in globs if "/" in glob]
        self._names = _compiled(names)
        self._paths = _compiled(paths)

    def match(self, folder: bytes, name: str) -> bool:
        """Whether this name in this folder is left out."""
        if self._names is not None and self._names.match(name):
            return True
        return self._paths is not None and self._paths.match(os.fsdecode(join(folder, os.fsencode(name)))) is not None


@dataclass(slots=True)
class _Level:
    """One open folder on the way down."""

    path: bytes
    handle: int
    identity: Identity
    entries: "os._ScandirIterator[str]"
    is_whole: bool = False  # every name was read, without an error

    def close(self) -> None:
        self.entries.close()
        os.close(self.handle)


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkRules:
    """What is left alone on the way.

    Attributes:
        globs: The operator's exclusions.
        hidden: Folders that are our own (state, quarantine), by identity, so that no customer can borrow their names.
        kernel_devices: File systems that hold no files of anybody.
        one_file_system: Stay on the device where the walk began.
        mail_allowed: A legal basis for reading mail stores is recorded.
        deepest: Levels below the start that are entered; None for as many as the process may open.
    """

    globs: Globs
    hidden: frozenset[Identity] = frozenset()
    kernel_devices: frozenset[int] = frozenset()
    one_file_system: bool = False
    mail_allowed: bool = False
    deepest: int | None = None


class Walk:
    """Gives every regular file below a path, and every trouble on the way, as a stream."""

    def __init__(self, rules: WalkRules, counts: WalkCounts, stop: threading.Event) -> None:
        """Counts into `counts`, ends early when `stop` is set."""
        self._rules = rules
        self._counts = counts
        self._stop = stop
        self._deepest = rules.deepest if rules.deepest is not None else _levels_possible()

    def run(self, start: bytes) -> Iterator[FoundFile | Trouble | FolderDone]:
        """Everything below `start`, an absolute path without links; memory grows with depth alone."""
        name = os.path.basename(start)
        if not name:
            yield from self._descend(start, b"/", None)
            return
        try:
            with folder_handle(os.path.dirname(start)) as above:
                found = os.stat(name, dir_fd=above, follow_symlinks=False)
                if stat.S_ISDIR(found.st_mode):
                    yield from self._descend(start, name, above)
                elif stat.S_ISREG(found.st_mode):
                    yield self._file(os.path.dirname(start), name, found)
                else:
                    self._count_odd(found.st_mode)
        except OSError as cause:
            yield Trouble(start, _problem_of(cause, Problem.UNREADABLE_FOLDER), _plain(cause))

    def _descend(self, path: bytes, name: bytes, above: int | None) -> Iterator[FoundFile | Trouble | FolderDone]:
        levels: list[_Level] = []
        entered = self._enter(path, name, above, levels)
        if isinstance(entered, Trouble):
            yield entered
            return
        device = entered.identity[0] if entered is not None else 0
        try:
            while levels and not self._stop.is_set():
                level = levels[-1]
                yield from self._step(level, levels, device)
                if levels and levels[-1] is level:
                    levels.pop().close()
                    if level.is_whole:
                        yield FolderDone(level.path)
        finally:
            for level in levels:
                level.close()

    def _step(self, level: _Level, levels: list[_Level], device: int) -> Iterator[FoundFile | Trouble]:
        """The files of one folder until it ends, or until a folder in it was entered (then `levels` has grown)."""
        while not self._stop.is_set():
            try:
                entry = next(level.entries, None)
            except OSError as cause:
                yield Trouble(level.path, Problem.UNREADABLE_FOLDER, _plain(cause))
                return
            if entry is None:
                level.is_whole = True
                return
            if self._rules.globs.match(level.path, entry.name):
                self._counts.excluded += 1
                continue
            outcome = self._meet(entry, level, levels, device)
            if outcome is not None:
                yield outcome
            elif levels[-1] is not level:
                return

    def _meet(
        self, entry: "os.DirEntry[str]", level: _Level, levels: list[_Level], device: int
    ) -> FoundFile | Trouble | None:
        name = os.fsencode(entry.name)
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError as cause:
            return Trouble(join(level.path, name), _problem_of(cause, Problem.UNREADABLE), _plain(cause))
        if stat.S_ISREG(found.st_mode):
            return self._file(level.path, name, found)
        if not stat.S_ISDIR(found.st_mode):
            self._count_odd(found.st_mode)
            return None
        return self._meet_folder(name, found, levels, device)

    def _meet_folder(self, name: bytes, found: os.stat_result, levels: list[_Level], device: int) -> Trouble | None:
        path = join(levels[-1].path, name)
        identity = (found.st_dev, found.st_ino)
        if identity in self._rules.hidden:
            return None
        if is_kernel_path(path) or self._is_foreign(found.st_dev, device):
            self._counts.other_mounts += 1
            return None
        if any(level.identity == identity for level in levels):
            self._counts.loops += 1
            return None
        if len(levels) > self._deepest:
            return Trouble(path, Problem.TOO_DEEP, f"more than {self._deepest} folders deep")
        entered = self._enter(path, name, levels[-1].handle, levels)
        return entered if isinstance(entered, Trouble) else None

    def _enter(self, path: bytes, name: bytes, above: int | None, levels: list[_Level]) -> _Level | Trouble | None:
        """Put one more folder on `levels`, or say why not; None when it is one of our own."""
        try:
            handle = os.open(name, _FOLDER, dir_fd=above)
        except OSError as cause:
            return Trouble(path, _problem_of(cause, Problem.UNREADABLE_FOLDER), _plain(cause))
        found = os.fstat(handle)
        identity = (found.st_dev, found.st_ino)
        refusal = self._refusal(path, handle, identity)
        if refusal is not None or identity in self._rules.hidden:
            os.close(handle)
            return refusal
        try:
            level = _Level(path, handle, identity, os.scandir(handle))
        except OSError as cause:
            os.close(handle)
            return Trouble(path, Problem.UNREADABLE_FOLDER, _plain(cause))
        self._counts.folders += 1
        levels.append(level)
        return level

    def _refusal(self, path: bytes, handle: int, identity: Identity) -> Trouble | None:
        if not self._rules.mail_allowed and identity not in self._rules.hidden and is_mail_folder(handle):
            return Trouble(path, Problem.MAIL_STORE, "a mail store; no legal basis for reading it is recorded")
        return None

    def _is_foreign(self, found: int, start: int) -> bool:
        if found in self._rules.kernel_devices:
            return True
        return self._rules.one_file_system and found != start

    def _file(self, folder: bytes, name: bytes, found: os.stat_result) -> FoundFile:
        counts = self._counts
        counts.files += 1
        counts.bytes_seen += found.st_size
        if not name.isascii() and not _is_utf8(name):
            counts.odd_names += 1
        return FoundFile(folder, name, stamp_of(found), found.st_nlink)

    def _count_odd(self, mode: int) -> None:
        if stat.S_ISLNK(mode):
            self._counts.links += 1
        else:
            self._counts.special += 1


def _levels_possible() -> int:
    """How many folders one walk may hold open; asks the kernel for as many handles as this process may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_LEVELS * _HANDLES_PER_LEVEL + _HANDLES_KEPT_FREE
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    if soft == resource.RLIM_INFINITY:
        return _MOST_LEVELS
    return max(1, min(_MOST_LEVELS, (soft - _HANDLES_KEPT_FREE) // _HANDLES_PER_LEVEL))


def _compiled(globs: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(fnmatch.translate(glob) for glob in globs)) if globs else None


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _problem_of(cause: OSError, otherwise: Problem) -> Problem:
    return Problem.VANISHED if isinstance(cause, FileNotFoundError) else otherwise


def _plain(cause: OSError) -> str:
    return (cause.strerror or "cannot be read").lower()
