"""Curves that bench/http.py, publish.py, hashing.py and scan.py offer by their `points`, as far as they do."""

import importlib
from collections.abc import Iterator
from typing import Any

from bench._findings import OWN, Point


def other_curves() -> Iterator[tuple[str, Point]]:
    """Each point with the name of its chart."""
    for entries, seconds, peak in _points("publish", (10_000, 100_000)):
        yield "publish-seconds", {"series": OWN, "x": entries, "y": seconds}
        yield "publish-memory", {"series": OWN, "x": entries, "y": peak}
    for batch, rate in _points("http", 1_000_000, (1_000, 10_000, 100_000, 1_000_000)):
        yield "http-batch", {"series": OWN, "x": batch, "y": rate}
    for name in ("hashing", "scan"):
        for x, y in _points(name):
            yield name, {"series": OWN, "x": x, "y": y}


def _points(name: str, *sizes: Any) -> Any:
    points = getattr(importlib.import_module(f"bench.{name}"), "points", None)
    return () if points is None else points(*sizes)
