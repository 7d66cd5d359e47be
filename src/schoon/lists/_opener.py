"""A second process that opens half of a large batch while the first one reads it and opens the other half.

It gets the key of the tables and then chunks of rows on its standard input, and answers on its standard output, each
in a frame: eight bytes of length, then MessagePack. Nothing is unpickled on either side.
"""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import IO

import msgspec

from schoon.index import ListKeys
from schoon.kinds.merkle import leaf_hash, root_of
from schoon.lists._sealing import Sealer
from schoon.lists.errors import TamperedError
from schoon.lists.types import EntryRow

WORTH_IT_ROWS = 100_000
"""From this size of batch on the second process saves more than its start costs (about half a second)."""

_LENGTH_BYTES = 8
_AHEAD = 2
_KEPT = 8


class Opened(msgspec.Struct, array_like=True):
    """What a chunk of rows came to.

    Attributes:
        root: Of the hash tree over the chunk's leaves.
        packed: The packed digests of each row; empty when nobody wants them.
        failure: Why the rows are not what was imported, or "".
    """

    root: bytes
    packed: list[bytes]
    failure: str = ""


class _Ask(msgspec.Struct, array_like=True):
    rows: list[EntryRow]
    keep: bool


def open_chunk(sealer: Sealer, rows: Sequence[EntryRow], *, keep: bool = True) -> Opened:
    """The packed digests of a chunk and the root over its leaves.

    Raises:
        TamperedError: A row is not what was imported under its id.
    """
    packed = sealer.open_rows(rows)
    root = root_of([leaf_hash(row[11]) for row in rows])
    return Opened(root=root, packed=packed if keep else [])


def opened_chunks(
    sealer: Sealer, table_key: bytes, chunks: Iterable[Sequence[EntryRow]], *, keep: bool, count: int
) -> Generator[tuple[Sequence[EntryRow], Opened]]:
    """Every chunk with what it came to, in order; of a large batch about half is opened in a second process.

    Args:
        sealer: Opens.
        table_key: The key that the sealer was made with.
        chunks: Rows.
        keep: Whether the packed digests are wanted.
        count: About how many rows there are.

    Raises:
        TamperedError: A row is not what was imported under its id.
    """
    if count < WORTH_IT_ROWS or os.cpu_count() == 1:
        for rows in chunks:
            yield rows, open_chunk(sealer, rows, keep=keep)
        return
    waiting: deque[tuple[Sequence[EntryRow], Future[Opened | None] | Opened]] = deque()
    with _Beside(table_key) as beside:
        for rows in chunks:
            waiting.append((rows, beside.opening(rows, keep=keep) or open_chunk(sealer, rows, keep=keep)))
            while waiting and (_is_done(waiting[0][1]) or len(waiting) > _KEPT):
                yield _settled(*waiting.popleft(), sealer, keep=keep)
        while waiting:
            yield _settled(*waiting.popleft(), sealer, keep=keep)


def _is_done(opened: Future[Opened | None] | Opened) -> bool:
    return isinstance(opened, Opened) or opened.done()


def _settled(
    rows: Sequence[EntryRow], opened: Future[Opened | None] | Opened, sealer: Sealer, *, keep: bool
) -> tuple[Sequence[EntryRow], Opened]:
    """A chunk once it is opened; here and now when the second process is gone."""
    made = opened if isinstance(opened, Opened) else opened.result()
    if made is None:
        made = open_chunk(sealer, rows, keep=keep)
    if made.failure:
        raise TamperedError(made.failure)
    return rows, made


class _Beside:
    """The second process, and a thread that talks to it."""

    def __init__(self, table_key: bytes) -> None:
        self._process = subprocess.Popen(  # noqa: S603 (ourselves)
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._encoder, self._decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Opened)
        self._asked: deque[Future[Opened | None]] = deque()
        self._thread.submit(self._tell, table_key)

    def __enter__(self) -> "_Beside":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._thread.shutdown(cancel_futures=True)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _close(pipe)
        self._process.wait()

    def opening(self, rows: Sequence[EntryRow], *, keep: bool) -> Future[Opened | None] | None:
        """The chunk, on its way; None when the second process has enough to do."""
        while self._asked and self._asked[0].done():
            self._asked.popleft()
        if len(self._asked) >= _AHEAD:
            return None
        future = self._thread.submit(self._exchange, rows, keep)
        self._asked.append(future)
        return future

    def _exchange(self, rows: Sequence[EntryRow], keep: bool) -> Opened | None:  # noqa: FBT001 (through submit)
        if not self._tell(_Ask(rows=list(rows), keep=keep)) or self._process.stdout is None:
            return None
        frame = _receive(self._process.stdout)
        return None if frame is None else self._decoder.decode(frame)

    def _tell(self, said: bytes | _Ask) -> bool:
        if self._process.stdin is None:
            return False
        try:
            _send(self._process.stdin, said if isinstance(said, bytes) else self._encoder.encode(said))
        except (BrokenPipeError, ValueError):
            return False
        return True


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return


def _send(out: IO[bytes], frame: bytes) -> None:
    out.write(len(frame).to_bytes(_LENGTH_BYTES))
    out.write(frame)
    out.flush()


def _receive(source: IO[bytes]) -> bytes | None:
    """One frame, or None at the end."""
    head = source.read(_LENGTH_BYTES)
    if len(head) < _LENGTH_BYTES:
        return None
    frame = source.read(int.from_bytes(head))
    return frame if len(frame) == int.from_bytes(head) else None


def _main() -> None:
    source, out = sys.stdin.buffer, sys.stdout.buffer
    sealer = Sealer(ListKeys(tag_keys={}, vector_key=b"", table_key=_receive(source) or b""))
    encoder, decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(_Ask)
    while (frame := _receive(source)) is not None:
        try:
            asked = decoder.decode(frame)
            made = open_chunk(sealer, asked.rows, keep=asked.keep)
        except TamperedError as error:
            made = Opened(root=b"", packed=[], failure=error.message)
        except msgspec.ValidationError:
            made = Opened(root=b"", packed=[], failure="a stored entry holds something that is never imported")
        _send(out, encoder.encode(made))


if __name__ == "__main__":
    _main()
