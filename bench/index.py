"""An index of 10 M exact and 10 M PDQ entries: memory, time to open, and time until a delta of 10,000 is live.

A process of its own opens it, so that its growth is the index and nothing else. Other sizes:
`python -m bench.index 1e6`.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from schoon.index import ENTRY_DTYPE, Columns, DeltaContents, open_index, tags_of, warm, write_delta, write_snapshot
from schoon.kinds import KIND_BITS, Kind, Standing
from tests.index_lists import KEYS, PUBLIC_KEY, SIGNING_KEY, a_header, a_list

CHANGES = 10_000


def measure(size: int = 10_000_000) -> list[dict[str, Any]]:
    """Memory, opening, and a delta; for `size` entries with an MD5 and as many with a PDQ digest."""
    with TemporaryDirectory() as directory:
        began = time.perf_counter()
        _write(Path(directory), size)
        written = time.perf_counter() - began
        command = [sys.executable, "-m", "bench.index", "open", directory]
        found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    label = f"{size:,} exact + {size:,} PDQ"
    threatexchange = "threatexchange PDQIndex (measured earlier, not in this run)"
    units = {"memory of an open index": "GB", "opening a snapshot": "s", f"delta of {CHANGES:,} live": "s"}
    figures = [
        {"figure": name, "size": label, "value": found[name], "unit": unit, "peers": {}, "limit": None}
        for name, unit in units.items()
    ]
    figures[0]["peers"] = {threatexchange: 5.2} if size == 10_000_000 else {}
    return [
        *figures,
        {"figure": "writing a snapshot", "size": label, "value": written, "unit": "s", "peers": {}, "limit": None},
    ]


def _write(directory: Path, size: int) -> None:
    random = np.random.default_rng(30)
    entries = np.zeros(2 * size, dtype=ENTRY_DTYPE)
    entries["entry_id"] = np.arange(1, 2 * size + 1)
    entries["supplier"], entries["category"], entries["standing"] = 1, 1, Standing.ACTIVE
    entries["kinds"][:size] = KIND_BITS[Kind.MD5]
    entries["kinds"][size:] = KIND_BITS[Kind.PDQ]
    tags = tags_of(KEYS, Kind.MD5, random.integers(0, 256, (size, 16), dtype=np.uint8))
    columns = Columns(
        entries=entries,
        exact={Kind.MD5: (tags, np.arange(size, dtype=np.uint32))},
        vectors=random.integers(0, 256, (size, 32), dtype=np.uint8),
        vector_rows=np.arange(size, 2 * size, dtype=np.uint32),
    )
    record = write_snapshot(directory / "snapshot.schoon", a_header(1), columns, keys=KEYS, signing_key=SIGNING_KEY)
    contents = DeltaContents(
        header=a_header(2),
        added=a_list(CHANGES // 2, first_id=2 * size + 1).columns(),
        changed_ids=np.arange(1, CHANGES // 2 + 1, dtype=np.uint32),
        changed_standings=np.full(CHANGES // 2, Standing.WITHDRAWN, dtype=np.uint8),
    )
    write_delta(
        directory / "delta.schoon", contents, previous_sha256=record.sha256, previous_version=1, keys=KEYS,
        signing_key=SIGNING_KEY,
    )  # fmt: skip


def _open(directory: Path) -> dict[str, float]:
    warm()
    before, began = _resident(), time.perf_counter()
    index = open_index(directory / "snapshot.schoon", keys=KEYS, public_key=PUBLIC_KEY)
    opened = time.perf_counter() - began
    grown = _resident() - before
    began = time.perf_counter()
    after = index.with_delta(directory / "delta.schoon", keys=KEYS, public_key=PUBLIC_KEY)
    live = time.perf_counter() - began
    if after.entry_count != index.entry_count:
        raise SystemExit("the delta withdraws as many as it adds")
    return {"memory of an open index": grown / 1e9, "opening a snapshot": opened, f"delta of {CHANGES:,} live": live}


def _resident() -> int:
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * 4096


if __name__ == "__main__":
    if sys.argv[1:2] == ["open"]:
        print(json.dumps(_open(Path(sys.argv[2]))))
    else:
        for figure in measure(*(int(float(size)) for size in sys.argv[1:])):
            print(figure)
