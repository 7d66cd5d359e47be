"""Curves that bench/http.py, publish.py, hashing.py and scan.py offer by their `points`, as far as they do.

`points` gives places of Schoon's own line; `points_beside`, where there is one, names the line before each place.
"""

import importlib
from collections.abc import Iterator
from typing import Any

from bench._findings import OWN, Point

BATCHES = (1_000, 10_000, 100_000, 1_000_000)
ENTRIES, FILES, PHOTOS = (10_000, 100_000), (500, 2_000, 8_000), (1, 3, 12)


def other_curves() -> Iterator[tuple[str, Point]]:
    """Each point with the name of its chart."""
    for entries, seconds, peak in _places("publish", "points", ENTRIES):
        yield "publish-seconds", {"series": OWN, "x": entries, "y": seconds}
        yield "publish-memory", {"series": OWN, "x": entries, "y": peak}
    for batch, rate in _places("http", "points", 1_000_000, BATCHES):
        yield "http-batch", {"series": OWN, "x": batch, "y": rate}
    for name, sizes in (("hashing", PHOTOS), ("scan", FILES)):
        for series, x, y in _places(name, "points_beside", sizes):
            yield name, {"series": series, "x": x, "y": y}


def _places(name: str, function: str, *sizes: Any) -> Any:
    offered = getattr(importlib.import_module(f"bench.{name}"), function, None)
    return () if offered is None else offered(*sizes)
