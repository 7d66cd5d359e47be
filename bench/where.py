"""Where processor time goes on one core: `python -m bench.where exact pdq opening replay`, kept in bench/where.json.

Not part of `make bench`; docs/performance.md shows what is kept. Other sizes: `--size 1e6`.
"""

import argparse
import cProfile
import json
import os
import pstats
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench import exact, index, pdq
from bench._clock import fetch_all, seconds
from bench._figures import machine
from bench._lines import lines_of
from bench.page import WHERE
from bench.replay_2020 import MEMBERS, Stream, published
from schoon.check.types import Member
from schoon.index import open_index, tags_of, warm
from schoon.index._bit_order import choose_bit_order
from schoon.index._pdq import PdqTable
from schoon.kinds import Kind
from tests.index_lists import KEYS, PUBLIC_KEY
from tests.integration.api.house import add_member, clock, open_rooms

SIZE, BATCH, ROUNDS = 10_000_000, 1_000_000, 5
SHOWN = 7
"""Functions of a profile that are named; the others are summed up."""

Part = tuple[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description="where the time goes")
    parser.add_argument("paths", nargs="*", help=f"of {', '.join(PATHS)}; all without any")
    parser.add_argument("--size", type=float, default=SIZE)
    given = parser.parse_args()
    here = machine()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    kept = json.loads(WHERE.read_text(encoding="utf-8")) if WHERE.exists() else {}
    for name in given.paths or PATHS:
        title, parts = PATHS[name]
        found = list(parts(int(given.size)))
        kept[name] = {"title": title.format(size=int(given.size)), "machine": here, "parts": found}
        for part, milliseconds in found:
            print(f"{name:<8} {milliseconds:>10.3f} ms  {part}")
    WHERE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def exact_parts(size: int) -> Iterator[Part]:
    """The way of a batch with one core."""
    listed, asked, _ = exact.digests(size, BATCH)
    opened = exact.opened(listed)
    tags, table = tags_of(KEYS, Kind.MD5, asked), opened.base.exact[Kind.MD5]
    look, whole = _best(lambda: table.find(tags, threads=1)), _best(lambda: opened.find_exact(Kind.MD5, tags))
    yield "keyed tags: one AES call", _best(lambda: tags_of(KEYS, Kind.MD5, asked))
    yield "filter, and comparison of the 2 % that pass it", look
    yield "withdrawn entries left out, matches put in order", max(0.0, whole - look)
    bare = fetch_all([(exact.filter_bytes(size), BATCH)])
    yield "(the limit: one line of the filter for each, and nothing else)", _best(bare)


def pdq_parts(size: int) -> Iterator[Part]:
    """A query, and what its lines alone would cost, region by region."""
    vectors = np.random.default_rng(21).integers(0, 256, (size, 32), dtype=np.uint8)
    table, queries = PdqTable(vectors, choose_bit_order(vectors)), pdq.asked(vectors)[0]
    count = len(queries)
    if table.bands is None:
        raise SystemExit("so short a list is scanned")
    before = table.bands.work.copy()
    pdq.find(table, queries)
    keys, sketches, candidates, _ = ((table.bands.work - before) / count).tolist()
    yield "a query, whole", _best(partial(pdq.find, table, queries)) / count
    names = (f"starts of {keys:,.0f} keys", f"{sketches:,.0f} sketches", f"numbers of {candidates:,.0f} candidates")
    regions = lines_of(table, vectors, queries, pdq.RADIUS)
    for name, (place, lines) in zip((*names, "their vectors"), regions, strict=True):
        spent = _best(fetch_all([(place, lines)])) / count
        yield f"(its lines alone: {name}, {lines / count:,.0f} lines in {place / 1e6:,.0f} MB)", spent


def opening_parts(size: int) -> Iterator[Part]:
    """A snapshot with both kinds, by the functions that take the time."""
    warm()
    with TemporaryDirectory(prefix="schoon-bench-") as directory:
        path = Path(directory) / "both.schoon"
        index.write(path, exact=size, vectors=size)
        profile = cProfile.Profile(time.process_time)
        profile.enable()
        open_index(path, keys=KEYS, public_key=PUBLIC_KEY)
        profile.disable()
    yield from _by_function(profile)


def replay_parts(size: int) -> Iterator[Part]:
    """A batch of the year 2020 with its hits, and the same without any."""
    with TemporaryDirectory(prefix="schoon-replay-") as directory:
        home, stream = Path(directory), Stream(size, BATCH)
        published(home, stream, size)
        rooms = open_rooms(home)
        rooms.holder.refresh()
        tokens = [add_member(rooms, f"member{number}", quota=10**13) for number in range(MEMBERS)]
        rooms.members.refresh(clock())
        member = rooms.members.authenticate(tokens[0], clock())
        found = rooms.holder.current
        if found is None:
            raise SystemExit("no list is served")

        def checked(who: Member, number: int, *, hits: bool) -> float:
            digests, places = stream.digests(number)
            if not hits:
                digests[places] = 0
            check = partial(rooms.check.check_bulk, who, Kind.MD5, digests, clock())
            return 1e3 * seconds(check, time.process_time)

        asked = stream.digests(0)[0]
        kernel = _best(lambda: found.find_exact(Kind.MD5, tags_of(KEYS, Kind.MD5, asked)))
        empty = min(checked(member, number, hits=False) for number in range(ROUNDS))
        whole = float(np.median([checked(member, number, hits=True) for number in range(2 * ROUNDS)]))
    yield "keyed tags and look-up", kernel
    yield "the rest of a batch without hits", max(0.0, empty - kernel)
    yield "407 hits: weighed, written in one transaction, told", whole - empty


PATHS: dict[str, tuple[str, Callable[[int], Iterator[Part]]]] = {
    "exact": ("Exact look-ups: a batch of 1,000,000 in a list of {size:,}", exact_parts),
    "pdq": ("PDQ: a query in a list of {size:,}", pdq_parts),
    "opening": ("Opening a snapshot of {size:,} exact and {size:,} PDQ entries", opening_parts),
    "replay": ("The year 2020: a batch of 1,000,000 in a list of {size:,}", replay_parts),
}


def _best(work: Callable[[], object]) -> float:
    """Processor milliseconds of the quickest of some rounds: what others on the machine cost is not ours."""
    return 1e3 * min(seconds(work, time.process_time) for _ in range(ROUNDS))


def _by_function(profile: cProfile.Profile) -> Iterator[Part]:
    rows = sorted(pstats.Stats(profile).stats.items(), key=lambda row: -row[1][2])  # type: ignore[attr-defined] # is there
    for (path, _, name), (_, _, own, _, _) in rows[:SHOWN]:
        yield f"`{Path(path).stem}.{name}`" if path != "~" else f"`{name}`", 1e3 * own
    yield "everything else", 1e3 * sum(row[1][2] for row in rows[SHOWN:])


if __name__ == "__main__":
    main()
