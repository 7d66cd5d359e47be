"""What a scan is told, what it meets on the way, and what it says at the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import NamedTuple

from typing_extensions import override

from schoon.kinds import InputError, RefusedError


class ScanAction(StrEnum):
    """What is done with a file that is `listed`; nothing is ever done with `review`."""

    REPORT = "report"
    QUARANTINE = "quarantine"
    DELETE = "delete"
    """Only on a strong match; a weaker one is quarantined when a quarantine folder was named, else reported."""


class FailMode(StrEnum):
    """What happens to files that the service did not answer on."""

    OPEN = "open"
    """They stay where they are, are counted, and are asked again in the next scan."""
    CLOSED = "closed"
    """They are held in the quarantine until the service has answered; what is not listed goes back by itself."""


class Problem(StrEnum):
    """Why something was not checked. Each makes the scan incomplete."""

    UNREADABLE = "unreadable"
    UNREADABLE_FOLDER = "unreadable_folder"
    VANISHED = "vanished"
    CHANGING = "changing"
    """It changed each time it was read."""
    MAIL_STORE = "mail_store"
    TOO_DEEP = "too_deep"
    NOT_ANSWERED = "not_answered"
    REFUSED_BY_SERVICE = "refused_by_service"
    NOT_ACTED = "not_acted"
    """It is listed, and the action did not succeed."""


class ScanSettingsError(InputError):
    """The options of the scan contradict each other or name something that is not there."""

    next_step = "see `schoon scan --help`"


class MailStoreError(RefusedError):
    """The folder to scan is a mail store, and messages between people need a legal basis."""

    next_step = "scan other folders, or give --mail-legal-basis with the basis your counsel wrote down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A daily window in local time; it may pass midnight. The end is outside it."""

    start: time
    end: time

    def holds(self, moment: time) -> bool:
        """Whether `moment` lies inside."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """An upper limit on reading; None is none."""

    files_per_second: float | None = None
    bytes_per_second: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    """Everything an operator decides about one scan.

    Attributes:
        paths: Absolute folders or files, as bytes of the file system.
        state: The folder that keeps what is known between scans; made with mode 0700.
        action: What is done with listed files.
        fail: What happens to files without an answer; must be chosen when `action` does something.
        confirmed: The operator said `--yes`; nothing is deleted without it.
        quarantine: The folder to quarantine into; None for `.schoon-quarantine` at the root of the file system.
        exclude: Globs; one with a slash is matched against the whole path, another against each name.
        one_file_system: Stay on the file system of each path.
        mail_legal_basis: Recorded; without it mail stores are not read.
        rate: Limits on reading.
        hours: The daily window in which files are read; None for always.
        patience_seconds: How long an absent service is waited for at the end.
        hold_limit: The most files that `fail=closed` will hold; more stay in place and are counted.
        watch: Go on after the first pass, and look at what changes.
        rewalk_seconds: How often a watching scan walks everything again, for what the kernel did not tell.
    """

    paths: tuple[bytes, ...]
    state: bytes
    action: ScanAction = ScanAction.REPORT
    fail: FailMode | None = None
    confirmed: bool = False
    quarantine: bytes | None = None
    exclude: tuple[str, ...] = ()
    one_file_system: bool = False
    mail_legal_basis: str = ""
    rate: Rate = field(default_factory=Rate)
    hours: Hours | None = None
    patience_seconds: float = 600.0
    hold_limit: int = 1_000
    watch: bool = False
    rewalk_seconds: float = 3600.0

    def __post_init__(self) -> None:
        if not self.paths:
            raise ScanSettingsError("no folder to scan was given")
        if self.action is not ScanAction.REPORT and self.fail is None:
            raise ScanSettingsError(
                f"--action {self.action} needs --fail open or --fail closed",
                next_step="open: unanswered files stay in place; closed: they are held until answered",
            )
        if self.action is ScanAction.DELETE and not self.confirmed:
            raise ScanSettingsError(
                "--action delete needs --yes", next_step="run --action report first; then add --yes"
            )


class Stamp(NamedTuple):
    """What tells whether a file is still the one that was hashed: size, times in nanoseconds, device and inode.

    A tuple, as is `FoundFile`: one is made for every file met, and a frozen dataclass takes three times as long.
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    dev: int
    ino: int


class FoundFile(NamedTuple):
    """One path of a regular file, as the walk met it."""

    folder: bytes
    name: bytes
    stamp: Stamp
    links: int

    @property
    def path(self) -> bytes:
        """The absolute path."""
        return join(self.folder, self.name)


class HashedFile(NamedTuple):
    """What hashing found for one path.

    Attributes:
        stamp: Of the bytes that were hashed.
        exact: MD5, SHA-1 and SHA-256 one after the other: 68 bytes.
        pdq: 32 bytes per frame, one after the other.
        media: The sniffed format; None when it is no image.
        refusal: Why there is no perceptual digest; None when there is one.
        racy: It changed so shortly before that a later change might leave no trace; it is hashed again next time.
    """

    folder: bytes
    name: bytes
    stamp: Stamp
    links: int
    exact: bytes
    pdq: bytes
    media: str | None
    refusal: str | None
    racy: bool

    @override
    def __repr__(self) -> str:
        """Nothing of it: neither path nor digests reach a log through `repr`."""
        return "HashedFile()"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something on the way that was not checked, and one plain sentence on why."""

    path: bytes
    problem: Problem
    detail: str = ""


@dataclass(slots=True)
class WalkCounts:
    """What the walk passed by. One walk writes it; others only read."""

    files: int = 0
    folders: int = 0
    bytes_seen: int = 0
    links: int = 0
    special: int = 0
    excluded: int = 0
    other_mounts: int = 0
    loops: int = 0
    odd_names: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSummary:
    """The end of a scan: every file is in exactly one of the counts of `not_listed`, `review`, `listed`, `problems`.

    Attributes:
        finished: The walk came to its end; False after a stop.
        files, folders, bytes_seen: What the walk met.
        hashed: Files read in this scan; the others were unchanged.
        not_listed, review, listed: Answered files by verdict.
        exact_only: Of those, images without a perceptual digest, by reason: they were asked by exact digests only.
        quarantined, deleted, held, released: What was done in this scan.
        problems: What was not checked, by reason.
        passed_by: Links, special files, exclusions, other mounts: met and left alone, by kind.
        list_name, list_version: The list of the last answer; version 0 when there was none.
        seconds: Duration.
        mail_legal_basis: As recorded; empty when mail stores were left alone.
    """

    finished: bool
    files: int
    folders: int
    bytes_seen: int
    hashed: int
    not_listed: int
    review: int
    listed: int
    exact_only: Mapping[str, int]
    quarantined: int
    deleted: int
    held: int
    released: int
    problems: Mapping[Problem, int]
    passed_by: Mapping[str, int]
    list_name: str
    list_version: int
    seconds: float
    mail_legal_basis: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether every file that was met has an answer."""
        return self.finished and not any(self.problems.values())


def join(folder: bytes, name: bytes) -> bytes:
    """The path of `name` in `folder`."""
    return folder + name if folder.endswith(b"/") else folder + b"/" + name


def shown(path: bytes) -> str:
    r"""The path for a person: bytes that are no UTF-8, and control characters, as escapes such as \xff."""
    text = path.decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
