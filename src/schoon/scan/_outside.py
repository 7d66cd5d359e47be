"""What a scan needs from others: the service, the hasher, and somebody who listens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from schoon.client import CheckItem, CheckReply, HitAction, ListState, Results
from schoon.hashing import FileDigests, Reading


class Service(Protocol):
    """The check service; `schoon.client.SchoonClient` is one."""

    url: str

    def check(self, items: Sequence[CheckItem]) -> CheckReply:
        """The answers on up to 1,000 items, in their order; raises when there is none."""
        ...

    def list_state(self) -> ListState:
        """Which list it answers from."""
        ...

    def act(self, actions: Sequence[HitAction]) -> Results:
        """Tells what was done about hits."""
        ...


class Hashes(Protocol):
    """Hashes files that are read; `schoon.hashing.Hasher` is one."""

    def hash_reading(self, reading: Reading) -> FileDigests:
        """Every digest of a file, from its start; safe to call from several threads, each with its own reading."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a scan is.

    Attributes:
        files: Files dealt with: hashed or found unchanged.
        files_expected: How many there will be; None while that is not known.
        bytes_hashed: Bytes read.
        answered: Digests answered in this run.
        hits: Files that are listed.
        troubles: Things that could not be checked.
        is_away: The service does not answer at the moment.
        is_waiting: It is not the hour to read files.
    """

    files: int
    files_expected: int | None
    bytes_hashed: int
    answered: int
    hits: int
    troubles: int
    is_away: bool
    is_waiting: bool


class Listener(Protocol):
    """Where a scan tells what happens; called from several threads, one at a time."""

    def event(self, name: str, facts: Mapping[str, object]) -> None:
        """One event of the documented types (docs/members/scanner.md)."""
        ...

    def progress(self, progress: Progress) -> None:
        """A few times a second while scanning."""
        ...
