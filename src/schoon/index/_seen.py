"""The highest version a serving host has seen, kept over restarts so that nobody can serve it an older list."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from schoon.index._files import replace_file
from schoon.index.errors import CorruptIndexError
from schoon.index.types import Head


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The newest head that was served here."""

    list_name: str
    version: Annotated[int, msgspec.Meta(ge=1)]
    last_file: str
    issued_at: Annotated[datetime, msgspec.Meta(tz=True)]


def seen_in(head: Head) -> Seen:
    """What is to be kept of a head; `last_file` is the SHA-256 of the last file it names."""
    last = (head.snapshot, *head.deltas)[-1].sha256.hex()
    return Seen(list_name=head.list_name, version=head.version, last_file=last, issued_at=head.issued_at)


def read_seen(path: Path) -> Seen | None:
    """What was written last, None when nothing ever was.

    Raises:
        CorruptIndexError: The file is damaged: without it a rollback would go unseen, so nothing newer is loaded.
        OSError: It cannot be read.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Seen)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, ValueError) as error:
        raise CorruptIndexError(
            f"{path}: the record of the highest version seen is damaged: {error}",
            next_step="find out the highest version served here, then remove the file",
        ) from error


def write_seen(path: Path, seen: Seen) -> None:
    """Keep it, synced to disk before this returns."""
    replace_file(path, [msgspec.json.encode(seen)])
