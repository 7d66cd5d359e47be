"""Checks over HTTP: digests back to back, single JSON checks, and the framework's empty POST in the same run.

One service process on the first core, client or load generator on the second. Hits are stored in SQLite: 4 in 10,000
digests are listed, and in each bulk request they are entries that were not hit before.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import urllib3

from schoon.client import SchoonClient
from schoon.index import ENTRY_DTYPE, Columns, tags_of, write_snapshot
from schoon.kinds import KIND_BITS, Kind, Standing
from tests.integration.api.conftest import free_port, is_ready, wait_until
from tests.integration.api.house import KEYS, RECEIPT_KEY, SIGNING_KEY, Publication, add_member, open_rooms

ENTRIES = 10_000_000
BULK = 1_000_000
BULK_REQUESTS = 10
HIT_RATE = 0.0004
CONNECTIONS = 64
SECONDS = 5.0
SEED = 20261122
SERVER_CORE, CLIENT_CORE = 0, 1

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
    cores = os.sched_getaffinity(0)
    home = Path(tempfile.mkdtemp(prefix="schoon-bench-"))
    try:
        listed = published(home, entries)
        token = add_member(open_rooms(home), "bench", quota=10**12)
        with served(house_code(), home) as port:
            os.sched_setaffinity(0, {CLIENT_CORE})
            yield bulk_figure(port, token, listed)
            yield from single_figures(port, token, listed, home)
        with served(empty_code(home), home) as port:
            yield empty_figure(port, home)
    finally:
        os.sched_setaffinity(0, cores)
        shutil.rmtree(home)


def published(home: Path, entries: int) -> np.ndarray:
    """The listed MD5 digests, after a snapshot of them was published."""
    listed = np.random.default_rng(SEED).integers(0, 256, (entries, 16), dtype=np.uint8)
    rows = np.zeros(entries, dtype=ENTRY_DTYPE)
    rows["entry_id"] = np.arange(1, entries + 1)
    rows["supplier"] = rows["category"] = 1
    rows["kinds"] = KIND_BITS[Kind.MD5]
    rows["standing"] = Standing.ACTIVE
    columns = Columns(
        entries=rows,
        exact={Kind.MD5: (tags_of(KEYS, Kind.MD5, listed), np.arange(entries, dtype=np.uint32))},
        vectors=np.zeros((0, 32), dtype=np.uint8),
        vector_rows=np.zeros(0, dtype=np.uint32),
    )
    publication = Publication(home / "publication", version=1)
    publication.directory.mkdir()
    path = publication.directory / "snapshot-000000000001.schoon"
    publication.snapshot = write_snapshot(path, publication._header(), columns, keys=KEYS, signing_key=SIGNING_KEY)
    publication.sign()
    return listed


def bulk_figure(port: int, token: str, listed: np.ndarray) -> dict[str, Any]:
    rng = np.random.default_rng(SEED + 1)
    hits = int(BULK * HIT_RATE)
    requests = []
    for number in range(BULK_REQUESTS + 1):
        digests = rng.integers(0, 256, (BULK, 16), dtype=np.uint8)
        places = rng.choice(BULK, hits, replace=False)
        digests[places] = listed[number * hits : (number + 1) * hits]
        requests.append(digests.tobytes())
    key = RECEIPT_KEY.public_key().public_bytes_raw()
    with SchoonClient(f"http://127.0.0.1:{port}", token, receipt_key=key) as client:
        client.check_bulk(Kind.MD5, requests[0])
        times = []
        for request in requests[1:]:
            start = time.perf_counter()
            reply = client.check_bulk(Kind.MD5, request)
            times.append(time.perf_counter() - start)
            if len(reply.found) != hits:
                raise SystemExit(f"{len(reply.found)} found, {hits} are listed")
    return {
        "figure": "bulk exact over HTTP",
        "size": f"{len(listed):,} entries, 1 M a request",
        "value": BULK / (sum(times) / len(times)),
        "unit": "digests/s",
        "peers": {"best request": BULK / min(times), "new hits a request": hits},
        "limit": "5 M/s",
    }


def single_figures(port: int, token: str, listed: np.ndarray, home: Path) -> Iterator[dict[str, Any]]:
    rng = np.random.default_rng(SEED + 2)
    digests = rng.integers(0, 256, (20_000, 16), dtype=np.uint8)
    digests[:: int(1 / HIT_RATE)] = listed[-len(digests[:: int(1 / HIT_RATE)]) :]
    bodies = [json.dumps({"items": [{"id": str(n), "md5": one.tobytes().hex()}]}) for n, one in enumerate(digests)]
    path = home / "bodies"
    path.write_text("\n".join(bodies))
    full = load(port, "/v1/checks", token, path, rate=0)
    half = load(port, "/v1/checks", token, path, rate=full["per_second"] / 2)
    size = f"{len(listed):,} entries, {CONNECTIONS} connections"
    yield {
        "figure": "single JSON checks",
        "size": size,
        "value": full["per_second"],
        "unit": "checks/s",
        "peers": {"p50 ms": full["p50_ms"], "p99 ms": full["p99_ms"]},
        "limit": "3,000/s",
    }
    yield {
        "figure": "single JSON check, p99 at half load",
        "size": size,
        "value": half["p99_ms"],
        "unit": "ms",
        "peers": {"checks/s": half["per_second"], "p50 ms": half["p50_ms"], "worst ms": half["worst_ms"]},
        "limit": "under 20 ms",
    }


def empty_figure(port: int, home: Path) -> dict[str, Any]:
    path = home / "empty"
    path.write_text("")
    full = load(port, "/", "none", path, rate=0)
    return {
        "figure": "the framework's empty POST",
        "size": f"{CONNECTIONS} connections",
        "value": full["per_second"],
        "unit": "requests/s",
        "peers": {"p99 ms": full["p99_ms"]},
        "limit": "what single checks can reach at most",
    }


def load(port: int, path: str, token: str, bodies: Path, *, rate: float) -> dict[str, float]:
    given = [port, path, token, bodies, CONNECTIONS, SECONDS, rate, CLIENT_CORE]
    shown = subprocess.run(
        [sys.executable, "-m", "bench._load", *map(str, given)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(shown.stdout)
    if found["failed"]:
        raise SystemExit(f"{found['failed']} requests failed")
    return found


def house_code() -> str:
    return (
        "from schoon.api import ServeOptions, serve; serve('tests.integration.api.house:app', ServeOptions(port=PORT))"
    )


def empty_code(home: Path) -> str:
    (home / "empty_post.py").write_text(EMPTY_POST)
    return (
        f"import sys; sys.path.insert(0, {str(home)!r}); import uvicorn; "
        "uvicorn.run('empty_post:app', port=PORT, access_log=False, log_level='warning')"
    )


@contextmanager
def served(code: str, home: Path) -> Iterator[int]:
    port = free_port()
    pinned = f"import os; os.sched_setaffinity(0, {{{SERVER_CORE}}}); " + code.replace("PORT", str(port))
    process = subprocess.Popen([sys.executable, "-c", pinned], env={**os.environ, "SCHOON_TEST_HOME": str(home)})
    try:
        wait_until(lambda: is_ready(f"http://127.0.0.1:{port}") or answers(port))
        yield port
    finally:
        process.terminate()
        process.wait(30)


def answers(port: int) -> bool:
    """Whether the framework's own app, which knows no health, answers."""
    try:
        with urllib3.PoolManager() as pool:
            return pool.request("POST", f"http://127.0.0.1:{port}/", retries=False, timeout=2).status == 200
    except urllib3.exceptions.HTTPError:
        return False
