"""Checks over HTTP: digests back to back beside Redis, single JSON checks beside the framework's empty POST.

    python -m bench.http [ENTRIES]

One service process (`schoon serve`, with its database, quota, receipts and hits) on the first core, client or load
generator on the second. 4 in 10,000 digests are listed, and in each bulk request they are entries that were not hit
before; their hits are stored in SQLite before they are told. The client verifies every receipt of bulk checks.
"""

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from bench._redis import commands_of, redis_with
from bench._served import CLIENT_CORE, SEED, SERVER_CORE, Installation, on_core, says_200
from schoon.client import SchoonClient
from schoon.kinds import Kind
from tests.integration.api.conftest import free_port, wait_until

ENTRIES = 10_000_000
BULK = 1_000_000
ROUNDS = 4
REQUESTS_A_ROUND = 6
HIT_RATE = 0.0004
CONNECTIONS = 64
SECONDS = 4.0
DELTA_ENTRIES = 10_000
DELTAS = 9
DELTA_SECONDS = 1.5
POLL_SECONDS = 0.1
"""Whoever asks which list is live is no part of the load: it asks seldom."""

EMPTY_POST = """
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

async def empty(request):
    await request.body()
    return Response(b"")

app = Starlette(routes=[Route("/", empty, methods=["POST"])])
"""


def measure(entries: int = ENTRIES) -> Iterator[dict[str, Any]]:
    with installed(entries) as house, house.served() as port:
        yield from bulk_figures(port, house)
        with served_empty(house.home) as empty_port:
            rate = yield from single_figures(port, empty_port, house)
        yield from delta_figures(port, house, rate)


def points(entries: int, batches: Sequence[int]) -> Iterator[tuple[int, float]]:
    """(digests a request, digests a second) of bulk checks over HTTP; about a second for each."""
    with installed(entries) as house, house.served() as port, client_of(port, house) as client:
        for batch in batches:
            requests = requests_of(house, batch, max(6, min(500, 8 * BULK // batch)))
            list(client.check_bulk_stream(Kind.MD5, [buffer_of(one) for one in requests[:3]]))
            yield batch, batch * (len(requests) - 3) / streamed_seconds(client, requests[3:])


@contextmanager
def installed(entries: int) -> Iterator[Installation]:
    cores = os.sched_getaffinity(0)
    home = Path(tempfile.mkdtemp(prefix="schoon-bench-"))
    try:
        house = Installation(home / "house", entries)
        os.sched_setaffinity(0, {CLIENT_CORE})
        yield house
    finally:
        os.sched_setaffinity(0, cores)
        shutil.rmtree(home)


def bulk_figures(port: int, house: Installation) -> Iterator[dict[str, Any]]:
    """Redis, streamed, one at a time and the bare copy take turns, so that a noisy moment meets all of them."""
    batch = min(BULK, house.entries)
    rates: dict[str, list[float]] = {"stream": [], "alone": [], "redis": [], "copy": []}
    with redis_with(house.listed, house.home) as redis, client_of(port, house) as client:
        client.check_bulk(Kind.MD5, buffer_of(requests_of(house, batch, 1)[0]))
        for _ in range(ROUNDS):
            requests = requests_of(house, batch, REQUESTS_A_ROUND + 1)
            alone, streamed = requests[:1], requests[1:]
            if redis is not None:
                hits = hits_in(batch)
                rates["redis"].append(batch / redis.seconds(commands_of(alone[0]), batch, hits))
            rates["alone"].append(batch / streamed_seconds(client, alone))
            rates["stream"].append(batch * len(streamed) / streamed_seconds(client, streamed))
            rates["copy"].append(batch * len(streamed) / copied_seconds(streamed))
    middle = {name: statistics.median(values) for name, values in rates.items() if values}
    size = f"{house.entries:,} entries, {batch:,} a request, {hits_in(batch)} new hits in each"
    peers = {"Redis SMISMEMBER": middle["redis"]} if "redis" in middle else {}
    said = {"unit": "digests/s", "peers": peers, "limit": middle["copy"]}
    yield {"figure": "bulk check over HTTP, exact", "size": size, "value": middle["stream"], **said}
    yield {"figure": "bulk check over HTTP, one at a time", "size": size, "value": middle["alone"], **said}


def client_of(port: int, house: Installation) -> SchoonClient:
    return SchoonClient(f"http://127.0.0.1:{port}", house.token, receipt_key=house.receipt_key)


def hits_in(batch: int) -> int:
    return round(batch * HIT_RATE)


def requests_of(house: Installation, batch: int, count: int) -> list[np.ndarray]:
    rng = np.random.default_rng(SEED + house.used + 1)
    requests = [rng.integers(0, 256, (batch, 16), dtype=np.uint8) for _ in range(count)]
    hits = hits_in(batch)
    for one in requests:
        one[rng.choice(batch, hits, replace=False)] = house.not_hit_before(hits)
    return requests


def buffer_of(digests: np.ndarray) -> memoryview:
    return digests.data.cast("B")


def streamed_seconds(client: SchoonClient, requests: list[np.ndarray]) -> float:
    """How long all take, with every hit found and every receipt verified."""
    start = time.perf_counter()
    found = [len(reply.found) for reply in client.check_bulk_stream(Kind.MD5, map(buffer_of, requests))]
    taken = time.perf_counter() - start
    if set(found) != {hits_in(len(requests[0]))}:
        raise SystemExit(f"{found} found, {hits_in(len(requests[0]))} are listed in each")
    return taken


def copied_seconds(requests: list[np.ndarray]) -> float:
    """The same bytes over the loopback into a bytearray of another process on the other core, and nothing else."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        child = os.fork()
        if child == 0:
            os.sched_setaffinity(0, {SERVER_CORE})
            receive_all(door.accept()[0], [one.nbytes for one in requests])
            os._exit(0)
        with socket.create_connection(door.getsockname()) as connection:
            connection.recv(1)
            start = time.perf_counter()
            for one in requests:
                connection.sendall(buffer_of(one))
            connection.recv(1)
            taken = time.perf_counter() - start
    os.waitpid(child, 0)
    return taken


def receive_all(connection: socket.socket, sizes: list[int]) -> None:
    connection.sendall(b"r")
    for size in sizes:
        body, filled = bytearray(size), 0
        while filled < size:
            filled += connection.recv_into(memoryview(body)[filled:])
    connection.sendall(b"d")


def single_figures(port: int, empty_port: int, house: Installation) -> Generator[dict[str, Any], None, float]:
    """Full load beside the empty POST by turns, then half load; gives the rate of half load."""
    path, nothing = house.home / "bodies", house.home / "nothing"
    path.write_text("\n".join(bodies_of(house, 20_000)))
    nothing.write_text("")
    rounds = []
    for _ in range(3):
        empty = load(empty_port, "/", "none", nothing, rate=0, seconds=SECONDS / 3)
        rounds.append((load(port, "/v1/checks", house.token, path, rate=0, seconds=SECONDS / 3), empty))
    checks = statistics.median(full["per_second"] for full, _ in rounds)
    bare = statistics.median(empty["per_second"] for _, empty in rounds)
    times = statistics.median(empty["per_second"] / full["per_second"] for full, empty in rounds)
    size = f"{house.entries:,} entries, {CONNECTIONS} connections, 4 in 10,000 listed"
    yield {
        "figure": "single JSON checks",
        "size": size,
        "value": checks,
        "unit": "checks/s",
        "peers": {},
        "limit": bare,
    }
    yield {
        "figure": "cost of a single JSON check over the framework's empty POST",
        "size": size,
        "value": times,
        "unit": "times",
        "peers": {},
        "limit": None,
    }
    half = load(port, "/v1/checks", house.token, path, rate=checks / 2, seconds=SECONDS)
    yield p99_figure("single JSON check, p99 at half load", house, half)
    return checks / 2


def bodies_of(house: Installation, count: int) -> list[str]:
    rng = np.random.default_rng(SEED + 2)
    digests = rng.integers(0, 256, (count, 16), dtype=np.uint8)
    places = slice(0, count, int(1 / HIT_RATE))
    digests[places] = house.not_hit_before(len(digests[places]))
    return [json.dumps({"items": [{"id": str(n), "md5": one.tobytes().hex()}]}) for n, one in enumerate(digests)]


def p99_figure(name: str, house: Installation, half: dict[str, float], limit: float | None = None) -> dict[str, Any]:
    size = f"{house.entries:,} entries, half of the full load"
    return {"figure": name, "size": size, "value": half["p99_ms"], "unit": "ms", "peers": {}, "limit": limit}


def delta_figures(port: int, house: Installation, rate: float) -> Iterator[dict[str, Any]]:
    """A second of half load without and with a delta that goes live, by turns; and how long each takes to be served."""
    path = house.home / "bodies"
    calm, busy = [], []
    lasted: list[float] = []
    for prepared in [house.prepare_delta(DELTA_ENTRIES) for _ in range(DELTAS)]:
        calm.append(load(port, "/v1/checks", house.token, path, rate=rate, seconds=DELTA_SECONDS))
        publisher = threading.Thread(target=publish, args=(port, house, *prepared, lasted))
        publisher.start()
        busy.append(load(port, "/v1/checks", house.token, path, rate=rate, seconds=DELTA_SECONDS))
        publisher.join()
    shown = {name: statistics.median(one[name] for one in busy) for name in busy[0]}
    limit = statistics.median(one["p99_ms"] for one in calm)
    yield p99_figure("single JSON check, p99 while a delta goes live", house, shown, limit=limit)
    size = f"{house.entries:,} entries, {DELTA_ENTRIES:,} added, the slowest of {DELTAS} under load"
    yield {
        "figure": "delta live after its head was written",
        "size": f"{size}, to {POLL_SECONDS} s",
        "value": max(lasted),
        "unit": "s",
        "peers": {},
        "limit": None,
    }


def publish(port: int, house: Installation, path: Path, head: Any, lasted: list[float]) -> None:
    """Publish once the load has begun, and note how long it was until the service answered by it."""
    time.sleep(DELTA_SECONDS / 3)
    with client_of(port, house) as client:
        start = time.perf_counter()
        house.publish(path, head)
        while client.list_state().version != head.version:
            time.sleep(POLL_SECONDS)
        lasted.append(time.perf_counter() - start)


def load(port: int, path: str, token: str, bodies: Path, *, rate: float, seconds: float) -> dict[str, float]:
    given = [port, path, token, bodies, CONNECTIONS, seconds, rate, CLIENT_CORE]
    shown = subprocess.run(
        [sys.executable, "-m", "bench._load", *map(str, given)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(shown.stdout)
    if found["failed"] or found.get("lost"):
        raise SystemExit(f"{found['failed']} requests failed, {found.get('lost', 0)} connections were lost")
    return found


@contextmanager
def served_empty(home: Path) -> Iterator[int]:
    (home / "empty_post.py").write_text(EMPTY_POST)
    port = free_port()
    code = (
        f"import sys; sys.path.insert(0, {str(home)!r}); import uvicorn; "
        f"uvicorn.run('empty_post:app', port={port}, access_log=False, log_level='warning')"
    )
    with on_core(SERVER_CORE, [sys.executable, "-c", code]):
        wait_until(lambda: says_200("POST", f"http://127.0.0.1:{port}/"))
        yield port


if __name__ == "__main__":
    for figure in measure(*(int(float(one)) for one in sys.argv[1:2])):
        print(json.dumps(figure), flush=True)
