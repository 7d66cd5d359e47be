"""What happened in the world, kept outside the process that plays it, for who comes after it when it is killed."""

import json
import os
from collections.abc import Iterator
from pathlib import Path


class Diary:
    """One line for each thing that happened, on its way to the disk before the next thing does."""

    def __init__(self, path: Path) -> None:
        """Open it, or begin it."""
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, word: str, what: object) -> None:
        """Add a line; a process that is killed afterwards has written it."""
        os.write(self._file, json.dumps([word, what], default=str).encode() + b"\n")

    def read(self) -> Iterator[tuple[str, object]]:
        """Every line, in order."""
        for line in self._path.read_text(encoding="utf-8").splitlines():
            word, what = json.loads(line)
            yield word, what

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
