"""`schoon hash`: the digests of files, one JSON line each."""

from pathlib import Path
from typing import Annotated

import typer

from schoon.cli._commands import command, new_app
from schoon.cli._digests import UnreadableFileError, hash_file
from schoon.cli._output import emit, note
from schoon.hashing import FileDigests, Hasher

app = new_app("Print the digests of files, one JSON line each.")
APPS = {"hash": app}

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to hash.", show_default=False)]
Frames = Annotated[int, typer.Option("--frames", min=1, max=64, help="Frames of an animation to hash.")]


@command(app, "hash", "schoon hash photo.jpg", "schoon hash --frames 8 animation.gif | jq -r .sha256")
def hash_files(files: Files, *, frames: Frames = 1) -> None:
    """Print the digests of files, one JSON line each.

    A line holds file, size, md5, sha1, sha256, media, and either pdq with its quality (one of each per frame) or
    pdq_missing: the reason why there is none. A file that cannot be read has a line with "error"; the exit code is 3.
    """
    failed = 0
    with Hasher(frames=frames) as hasher:
        for path in files:
            try:
                emit({"file": str(path)} | line_of(hash_file(hasher, path)))
            except UnreadableFileError as problem:
                failed += 1
                emit({"file": str(path), "error": problem.message})
    if failed:
        note(f"{failed} of {len(files)} files could not be read")
        raise typer.Exit(3)


def line_of(found: FileDigests) -> dict[str, object]:
    """What hashing found, as JSON values."""
    line: dict[str, object] = {
        "size": found.size_bytes,
        "md5": found.md5.hex(),
        "sha1": found.sha1.hex(),
        "sha256": found.sha256.hex(),
        "media": found.media,
    }
    if found.pdq:
        return line | {"pdq": [one.value.hex() for one in found.pdq], "quality": [one.quality for one in found.pdq]}
    return line | {"pdq_missing": found.refusal, "detail": found.detail}
