"""Digests from the command line, from text files and from folders of files."""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from schoon.hashing import FileDigests, Hasher, NotARegularFileError
from schoon.kinds import Digest, InputError, Kind, SchoonError

_BY_LENGTH = {32: Kind.MD5, 40: Kind.SHA1, 64: Kind.SHA256}


class UnreadableFileError(InputError):
    """A file that was named cannot be read."""

    next_step = "check the path and the rights on it"


class DigestLineError(InputError):
    """A line of the file of digests cannot be understood."""

    next_step = (
        "one digest a line: 'kind:hex' (pdq:…, sha256:…), bare hex for md5, sha1 and sha256, or a line of `schoon hash`"
    )


def parse_digest(text: str) -> Digest:
    """The digest in `kind:hex`, or bare hex whose length says which exact kind it is.

    Raises:
        MalformedDigestError: It is neither.
    """
    kind, colon, value = text.strip().partition(":")
    if colon:
        return Digest.parse(kind.lower(), value)
    known = _BY_LENGTH.get(len(kind))
    return Digest.parse(known or "md5", kind)


def digests_of(file: FileDigests) -> tuple[Digest, ...]:
    """Every digest of a hashed file, rotations and mirrors of its pictures included when they were asked for."""
    exact = (
        Digest(kind=Kind.MD5, value=file.md5),
        Digest(kind=Kind.SHA1, value=file.sha1),
        Digest(kind=Kind.SHA256, value=file.sha256),
    )
    seen = {vector for frame in file.pdq for vector in (frame.value, *frame.dihedral)}
    return exact + tuple(Digest(kind=Kind.PDQ, value=vector) for vector in sorted(seen))


def digests_in_file(path: Path) -> Iterator[Digest]:
    """The digests in a text file: one a line, or the JSON lines of `schoon hash`.

    Raises:
        UnreadableFileError: The file cannot be read.
        DigestLineError: A line is no digest; the message gives its number.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                yield from _digests_of_line(f"{path}:{number}", line.strip())
    except (OSError, UnicodeDecodeError) as problem:
        raise UnreadableFileError(f"{path}: {getattr(problem, 'strerror', None) or 'not text'}") from problem


def files_under(paths: Sequence[Path]) -> Iterator[Path]:
    """Every regular file named or in the folders named, without following links, in a stable order."""
    for path in paths:
        if path.is_dir():
            for folder, folders, names in os.walk(path):
                folders.sort()
                yield from (Path(folder, name) for name in sorted(names) if not Path(folder, name).is_symlink())
        else:
            yield path


def hash_file(hasher: Hasher, path: Path) -> FileDigests:
    """The digests of one file.

    Raises:
        UnreadableFileError: It cannot be read, or is a folder or another thing without content.
    """
    try:
        return hasher.hash_path(path)
    except OSError as problem:
        raise UnreadableFileError(f"{path}: {problem.strerror}") from problem
    except NotARegularFileError as problem:
        what = "a folder" if path.is_dir() else "a pipe, a socket or a device"
        raise UnreadableFileError(f"{path}: {what}", next_step="name files") from problem


def _digests_of_line(place: str, line: str) -> Iterator[Digest]:
    if not line or line.startswith("#"):
        return
    try:
        if line.startswith("{"):
            yield from _digests_of_record(json.loads(line))
        else:
            yield parse_digest(line)
    except (SchoonError, ValueError) as problem:
        raise DigestLineError(f"{place}: {problem}") from problem


def _digests_of_record(record: dict[str, object]) -> Iterator[Digest]:
    for kind in (Kind.MD5, Kind.SHA1, Kind.SHA256):
        if isinstance(value := record.get(kind), str):
            yield Digest.parse(kind, value)
    frames = record.get(Kind.PDQ)
    for value in frames if isinstance(frames, list) else []:
        yield Digest.parse(Kind.PDQ, str(value))
