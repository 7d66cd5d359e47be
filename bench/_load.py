"""A load generator for one HTTP POST route: raw keep-alive connections, closed loop or at a fixed rate.

    python -m bench._load PORT PATH TOKEN BODIES CONNECTIONS SECONDS RATE CORE

BODIES is a file with one body a line (empty: an empty body). RATE 0 means as fast as the answers come; otherwise
requests are due at fixed instants, and the time of each counts from when it was due, so that a stall is not forgotten.
Prints one JSON object.
"""

import asyncio
import json
import os
import sys
import time
from collections import deque
from pathlib import Path

import uvloop


class Connection(asyncio.Protocol):
    """One connection with one request at a time."""

    def __init__(self, run: "Run") -> None:
        self.run = run
        self.buffer = b""
        self.due = 0.0

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.run.idle.append(self)
        self.run.feed()

    def ask(self, request: bytes, due: float) -> None:
        self.due = due
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer = self.buffer + data if self.buffer else data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        if len(self.buffer) < end + 4 + length:
            return
        self.run.answered(self, fine=self.buffer[9:12] == b"200")
        self.buffer = b""
        self.run.idle.append(self)
        self.run.feed()

    def connection_lost(self, _exc) -> None:
        self.run.lost += 1


class Run:
    """The state of one measurement."""

    def __init__(self, requests: list[bytes], seconds: float, rate: float) -> None:
        self.requests = requests
        self.rate = rate
        self.idle: deque[Connection] = deque()
        self.waiting: deque[float] = deque()
        self.times: list[float] = []
        self.failed = self.lost = self.sent = 0
        self.start = time.perf_counter()
        self.end = self.start + seconds

    def feed(self) -> None:
        now = time.perf_counter()
        if now >= self.end:
            return
        while self.idle:
            if self.rate:
                if not self.waiting:
                    return
                due = self.waiting.popleft()
            else:
                due = now
            self.idle.popleft().ask(self.requests[self.sent % len(self.requests)], due)
            self.sent += 1

    def answered(self, connection: Connection, *, fine: bool) -> None:
        self.times.append(time.perf_counter() - connection.due)
        self.failed += not fine

    async def tick(self) -> None:
        """Make requests due at their instants."""
        made = 0
        while (now := time.perf_counter()) < self.end:
            should = int((now - self.start) * self.rate)
            for number in range(made, should):
                self.waiting.append(self.start + number / self.rate)
            made = max(made, should)
            self.feed()
            await asyncio.sleep(0.0005)


async def measure(port: int, requests: list[bytes], connections: int, seconds: float, rate: float) -> dict[str, float]:
    run = Run(requests, seconds, rate)
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda: Connection(run), "127.0.0.1", port) for _ in range(connections)]
    run.start = time.perf_counter()
    run.end = run.start + seconds
    if rate:
        await run.tick()
    else:
        run.feed()
        await asyncio.sleep(seconds)
    elapsed = time.perf_counter() - run.start
    for transport, _ in made:
        transport.close()
    times = sorted(run.times)
    if not times:
        return {"per_second": 0.0, "failed": run.failed, "lost": run.lost}
    return {
        "per_second": len(times) / elapsed,
        "p50_ms": times[len(times) // 2] * 1e3,
        "p99_ms": times[int(len(times) * 0.99)] * 1e3,
        "worst_ms": times[-1] * 1e3,
        "failed": run.failed,
        "lost": run.lost,
        "waiting": len(run.waiting),
    }


def requests_of(path: str, token: str, bodies: list[bytes], port: int) -> list[bytes]:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    )
    return [head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body for body in bodies]


def main() -> None:
    port, path, token, bodies, connections, seconds, rate, core = sys.argv[1:]
    os.sched_setaffinity(0, {int(core)})
    lines = Path(bodies).read_bytes().split(b"\n")
    requests = requests_of(path, token, lines, int(port))
    uvloop.install() if sys.version_info < (3, 12) else None
    print(json.dumps(asyncio.run(measure(int(port), requests, int(connections), float(seconds), float(rate)))))


if __name__ == "__main__":
    main()
