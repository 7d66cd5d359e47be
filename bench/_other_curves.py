"""Curves that bench/http.py, publish.py, hashing.py and scan.py offer by their `points`, as far as they do.

`points` gives places of Schoon's own line; `points_beside`, where there is one, names the line before each place.
"""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from bench._findings import OWN, Point

BATCHES = (1_000, 10_000, 100_000, 1_000_000)
ENTRIES, FILES, PHOTOS = (10_000, 100_000), (500, 2_000, 8_000), (1, 3, 12)


def other_curves() -> Iterator[tuple[str, Point]]:
    """Each point with the name of its chart."""
    for entries, seconds, peak in map(_published, ENTRIES):
        yield "publish-seconds", {"series": OWN, "x": entries, "y": seconds}
        yield "publish-memory", {"series": OWN, "x": entries, "y": peak}
    for batch, rate in _places("http", "points", 1_000_000, BATCHES):
        yield "http-batch", {"series": OWN, "x": batch, "y": rate}
    for name, sizes in (("hashing", PHOTOS), ("scan", FILES)):
        for series, x, y in _places(name, "points_beside", sizes):
            yield name, {"series": series, "x": x, "y": y}


def _published(entries: int) -> tuple[int, float, float]:
    """Entries, seconds and GiB, in a process of its own: the peak of this one has been elsewhere."""
    code = f"import json; from bench.publish import points; print(json.dumps(next(iter(points(({entries},))))))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    count, seconds, peak = json.loads(shown.stdout.splitlines()[-1])
    return count, seconds, peak


def _places(name: str, function: str, *sizes: Any) -> Any:
    offered = getattr(importlib.import_module(f"bench.{name}"), function, None)
    return () if offered is None else offered(*sizes)
