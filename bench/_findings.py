"""Which cost curves there are, and the finding of each in words, taken from its points."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

OWN, DECODING = "Schoon", "decode and digests alone"

Point = dict[str, Any]
Words = Callable[[list[Point]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What stays the same of a chart when it is measured anew.

    Attributes:
        x, y: Titles of the axes, with unit.
        finding: The title in words, from the points.
        how: What was measured and how often, below the title.
    """

    x: str
    y: str
    finding: Words
    how: str


def plain(value: float) -> str:
    """1, 10, 1 k, 10 M: as an axis has it."""
    for size, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def ends_of(points: list[Point], series: str) -> tuple[Point, Point]:
    """The first and the last point of a line."""
    line = sorted((one for one in points if one["series"] == series), key=lambda one: float(one["x"]))
    return line[0], line[-1]


def best_peer_at(points: list[Point], x: float, *, more_is_better: bool) -> Point | None:
    """The best of the others at that place."""
    peers = [one for one in points if one["x"] == x and one["series"] != OWN]
    if not peers:
        return None
    return (max if more_is_better else min)(peers, key=lambda one: float(one["y"]))


def rough(value: float) -> str:
    """Two digits that mean something, as titles have it: 12, 0.034, 4,300, 310 million."""
    if value >= 1e6 and value % 1e6 == 0:
        return f"{value / 1e6:,.0f} million"
    digits = 1 - math.floor(math.log10(value)) if value > 0 else 0
    rounded = round(value, digits)
    if rounded >= 1e6:
        return f"{rough(rounded / 1e6)} million"
    return f"{rounded:,.{max(0, digits)}f}"


def _exact_list(points: list[Point]) -> str:
    _, last = ends_of(points, OWN)
    words = f"Among {rough(last['x'])} entries one core looks up {rough(last['y'])} digests a second"
    peer = best_peer_at(points, last["x"], more_is_better=True)
    return words + (f", {rough(last['y'] / peer['y'])} times as many as {peer['series']}" if peer else "")


def _batch(points: list[Point]) -> str:
    first, last = ends_of(points, OWN)
    gain = f"In a batch of {rough(last['x'])} a query costs {rough(first['y'] / last['y'])} times less than alone"
    peer = best_peer_at(points, first["x"], more_is_better=False)
    if peer is None:
        return gain
    times = peer["y"] / first["y"]
    than = f"{rough(times)} times less than" if times > 1 else f"{rough(1 / times)} times as much as"
    return f"{gain}; alone it costs {than} with {peer['series']}"


def _growth(points: list[Point]) -> str:
    first, last = ends_of(points, OWN)
    words = (
        f"{rough(last['x'] / first['x'])} times more vectors make a query {rough(last['y'] / first['y'])} times dearer"
    )
    if all(one["series"] != "FAISS flat" for one in points):
        return words
    began, ended = ends_of(points, "FAISS flat")
    return f"{words}, with FAISS flat {rough(ended['y'] / began['y'])} times"


def _memory(points: list[Point]) -> str:
    return _beside(points, "entries take", "MB")


def _build(points: list[Point]) -> str:
    return _beside(points, "vectors are made ready to be searched in", "s")


def _beside(points: list[Point], what: str, unit: str) -> str:
    """The last point, and both at the largest size that a peer has which does not compare everything."""
    _, last = ends_of(points, OWN)
    words = f"{rough(last['x'])} {what} {rough(last['y'])} {unit}"
    peers = [one for one in points if one["series"] not in {OWN, "FAISS flat"}]
    x = max((one["x"] for one in peers), default=None)
    own = next((one for one in points if one["series"] == OWN and one["x"] == x), None)
    if own is None:
        return words
    peer = min((one for one in peers if one["x"] == x), key=lambda one: float(one["y"]))
    theirs = f"and {rough(peer['y'])} {unit} with {peer['series']}"
    if own is last:
        return f"{words}, {theirs}"
    return f"{words}; at {rough(own['x'])} it is {rough(own['y'])} {unit}, {theirs}"


def _at(points: list[Point], series: str, x: float) -> float | None:
    """Where a line is at that place."""
    return next((float(one["y"]) for one in points if one["series"] == series and one["x"] == x), None)


def _hashing(points: list[Point]) -> str:
    _, last = ends_of(points, OWN)
    words = f"A JPEG of {rough(last['x'])} megapixels takes {rough(last['y'])} ms"
    alone = _at(points, DECODING, last["x"])
    if alone is not None:
        words += f", {last['y'] / alone:.2f} times what decoding and the digests alone take"
    peer = best_peer_at([one for one in points if one["series"] != DECODING], last["x"], more_is_better=False)
    return words + (f"; with {peer['series']} {rough(peer['y'])} ms" if peer else "")


def _scan(points: list[Point]) -> str:
    _, last = ends_of(points, OWN)
    words = f"{rough(last['x'])} files are scanned in {rough(last['y'])} s"
    alone, again = _at(points, "hashing alone", last["x"]), _at(points, "second scan", last["x"])
    if alone is not None:
        words += f", {last['y'] / alone:.2f} times their hashing alone"
    return words + (f"; a second scan takes {rough(again)} s" if again else "")


def _rises(what: str, unit: str) -> Words:
    """From its first to its last point, in a line's own words."""

    def words(points: list[Point]) -> str:
        first, last = ends_of(points, OWN)
        grown = f"{rough(last['x'] / first['x'])} times the size gives {rough(last['y'] / first['y'])} times that"
        return f"{what}: {rough(last['y'])} {unit} at {rough(last['x'])}; {grown}"

    return words


_ROUNDS = "Processor time of one core: median of up to 5 rounds, bars from the quickest to the slowest."
_ONCE = "Measured once, in a process of its own for each library: its growth when the index is there."
CHARTS = {
    "exact-list": Chart(
        x="entries on the list",
        y="look-ups per second",
        finding=_exact_list,
        how=f"Exact look-ups, keyed tags included, in batches of 100,000. {_ROUNDS}",
    ),
    "exact-batch": Chart(
        x="digests in a batch",
        y="microseconds per look-up",
        finding=_batch,
        how=f"Exact look-ups, keyed tags included, in the longest list. {_ROUNDS}",
    ),
    "exact-memory": Chart(
        x="entries on the list", y="megabytes", finding=_memory, how=f"An open list of MD5 digests. {_ONCE}"
    ),
    "pdq-list": Chart(
        x="vectors on the list",
        y="milliseconds per query",
        finding=_growth,
        how=f"PDQ queries at distance 31 among random vectors, in batches of up to 1,000. {_ROUNDS}",
    ),
    "pdq-batch": Chart(
        x="queries in a batch",
        y="milliseconds per query",
        finding=_batch,
        how=f"PDQ queries at distance 31 in the longest list. {_ROUNDS}",
    ),
    "pdq-memory": Chart(
        x="vectors on the list", y="megabytes", finding=_memory, how=f"PDQ vectors and what searches them. {_ONCE}"
    ),
    "pdq-build": Chart(
        x="vectors on the list",
        y="seconds of processor",
        finding=_build,
        how="Processor time from an array of vectors to an index. Measured once, in a process of its own each.",
    ),
    "http-batch": Chart(
        x="digests in a request",
        y="digests per second",
        finding=_rises("Bulk exact checks over HTTP", "a second"),
        how="One service process, one client process, hits stored.",
    ),
    "publish-seconds": Chart(
        x="entries in the file",
        y="seconds",
        finding=_rises("From a file to a published list", "s"),
        how="Import, two attestations, the known-good test, publish; SQLite. Measured once.",
    ),
    "publish-memory": Chart(
        x="entries in the file",
        y="gibibytes at the most",
        finding=_rises("Memory of the publisher", "GiB"),
        how="Peak of the process and its helper. Measured once.",
    ),
    "hashing": Chart(
        x="megapixels",
        y="milliseconds per file",
        finding=_hashing,
        how="MD5, SHA-1, SHA-256 and PDQ of one JPEG at a time, on one core.",
    ),
    "scan": Chart(
        x="files",
        y="seconds",
        finding=_scan,
        how="Mixed files, warm cache, two jobs. Measured once.",
    ),
}
