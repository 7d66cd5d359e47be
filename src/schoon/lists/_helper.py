"""A second process that reads, parses and seals a large file while the first one stores it.

It gets the file as its standard input, the keys and options over a pipe, and answers in frames on its standard output:
eight bytes of length, then one `Prepared` in MessagePack. Nothing is unpickled on either side.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import IO, BinaryIO

import msgspec

from schoon.index import ListKeys, warm
from schoon.kinds import Kind
from schoon.lists._chunks import Prepared, prepare
from schoon.lists._reports import ImportOptions
from schoon.lists.errors import ImportHelperError, UnreadableSourceError

WORTH_IT_BYTES = 64 << 20
"""From this size of file on the second process saves more than its start costs (about two seconds with kernels)."""

_LENGTH_BYTES = 8


class _Order(msgspec.Struct):
    """What the helper is told."""

    tag_keys: dict[Kind, bytes]
    vector_key: bytes
    table_key: bytes
    options: ImportOptions
    supplier_id: int


def prepare_beside(stream: BinaryIO, options: ImportOptions, keys: ListKeys, supplier_id: int) -> Iterator[Prepared]:
    """The chunks of a file, in order, made in a second process.

    Raises:
        UnreadableSourceError: It is not of the format.
        ImportHelperError: The second process ended early.
    """
    order = _Order(
        tag_keys=keys.tag_keys,
        vector_key=keys.vector_key,
        table_key=keys.table_key,
        options=options,
        supplier_id=supplier_id,
    )
    told, telling = os.pipe()
    command = [sys.executable, "-m", __name__, str(told)]
    with subprocess.Popen(command, stdin=stream, stdout=subprocess.PIPE, pass_fds=(told,)) as helper:  # noqa: S603 ourselves
        os.close(told)
        with os.fdopen(telling, "wb") as pipe:
            pipe.write(msgspec.msgpack.encode(order))
        try:
            yield from _frames(helper.stdout)
        finally:
            helper.kill()


def _frames(source: IO[bytes] | None) -> Iterator[Prepared]:
    decoder = msgspec.msgpack.Decoder(Prepared)
    while source is not None:
        head = source.read(_LENGTH_BYTES)
        if len(head) < _LENGTH_BYTES:
            break
        made = decoder.decode(source.read(int.from_bytes(head)))
        if made.failure:
            raise UnreadableSourceError(made.failure)
        if made.last:
            return
        yield made
    raise ImportHelperError("the process that reads the file ended early")


def _main(told: int) -> None:
    with os.fdopen(told, "rb") as pipe:
        order = msgspec.msgpack.decode(pipe.read(), type=_Order)
    keys = ListKeys(tag_keys=order.tag_keys, vector_key=order.vector_key, table_key=order.table_key)
    encoder = msgspec.msgpack.Encoder()
    end = Prepared(last=True)
    out = sys.stdout.buffer
    warm()
    try:
        for made in prepare(sys.stdin.buffer, order.options, keys, order.supplier_id):
            _send(out, encoder.encode(made))
    except UnreadableSourceError as error:
        end = Prepared(failure=error.message)
    _send(out, encoder.encode(end))


def _send(out: BinaryIO, frame: bytes) -> None:
    out.write(len(frame).to_bytes(_LENGTH_BYTES))
    out.write(frame)
    out.flush()


if __name__ == "__main__":
    _main(int(sys.argv[1]))
