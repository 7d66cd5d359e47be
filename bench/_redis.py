"""Redis as a peer: a set of the same members in its own process, asked by pipelined SMISMEMBER over one connection."""

import shutil
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from bench._served import SERVER_CORE, on_core
from tests.integration.api.conftest import free_port, wait_until

A_COMMAND = 10_000
"""Members in one SMISMEMBER; larger ones are not quicker."""


class Redis:
    """One connection to a loaded server."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.settimeout(120)

    def members_found(self, commands: bytes, count: int) -> int:
        """How many of `count` members are in the set; sends and receives at the same time."""
        sender = threading.Thread(target=self.socket.sendall, args=(commands,))
        sender.start()
        expected = reply_bytes(count)
        answer = bytearray(expected)
        view, filled = memoryview(answer), 0
        while filled < expected:
            filled += self.socket.recv_into(view[filled:])
        sender.join()
        return answer.count(b":1\r\n")

    def seconds(self, commands: bytes, count: int, hits: int) -> float:
        """How long one batch takes; the hits must be found."""
        start = time.perf_counter()
        found = self.members_found(commands, count)
        taken = time.perf_counter() - start
        if found != hits:
            raise SystemExit(f"Redis found {found}, {hits} are listed")
        return taken


def commands_of(digests: np.ndarray) -> bytes:
    """The batch as RESP, made before the clock runs: our client needs no such step, and Redis shall not pay for it."""
    parts = []
    for start in range(0, len(digests), A_COMMAND):
        some = digests[start : start + A_COMMAND]
        rows = np.empty((len(some), 23), dtype=np.uint8)
        rows[:, :5] = np.frombuffer(b"$16\r\n", dtype=np.uint8)
        rows[:, 5:21] = some
        rows[:, 21:] = np.frombuffer(b"\r\n", dtype=np.uint8)
        parts.append(b"*%d\r\n$10\r\nSMISMEMBER\r\n$1\r\ns\r\n" % (len(some) + 2) + rows.tobytes())
    return b"".join(parts)


def reply_bytes(count: int) -> int:
    full, rest = divmod(count, A_COMMAND)
    heads = full * len(b"*%d\r\n" % A_COMMAND) + (len(b"*%d\r\n" % rest) if rest else 0)
    return heads + 4 * count


@contextmanager
def redis_with(members: np.ndarray, home: Path) -> Iterator[Redis | None]:
    """A server on the first core that holds the members; None, said loudly, where Redis is not installed.

    Ten million SADDs take longer than everything else here, so the set comes as a dump file that the server loads at
    its start: what it then holds in memory is the same.
    """
    if shutil.which("redis-server") is None:
        print("NOT MEASURED: Redis is not installed (apt-get install redis-server)", file=sys.stderr)
        yield None
        return
    write_dump(home / "dump.rdb", members)
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(home), "--save", ""]
    command += ["--appendonly", "no", "--loglevel", "warning", "--logfile", str(home / "redis.log")]
    with on_core(SERVER_CORE, command):
        wait_until(lambda: is_loaded(port, len(members)), 120)
        redis = Redis(port)
        yield redis
        redis.socket.close()


def write_dump(path: Path, members: np.ndarray) -> None:
    """One set "s" in Redis' dump format: https://rdb.fnordig.de/file_format.html; a checksum of zero is not checked."""
    rows = np.empty((len(members), 17), dtype=np.uint8)
    rows[:, 0] = 16
    rows[:, 1:] = members
    with path.open("wb") as file:
        file.write(b"REDIS0009\xfe\x00\x02\x01s\x80" + struct.pack(">I", len(members)))
        file.write(rows.tobytes())
        file.write(b"\xff" + bytes(8))


def is_loaded(port: int, count: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as asking:
            asking.sendall(b"SCARD s\r\n")
            return asking.recv(64) == b":%d\r\n" % count
    except OSError:
        time.sleep(0.1)
        return False
