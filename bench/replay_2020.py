"""The year 2020 again: 18.2 billion checks through the real batch path, for as long as asked.

    python -m bench.replay_2020 --seconds 60 --entries 1e7 --batch 1e6

Every batch goes the way of a request's body: quota, keyed tags, look-up, policy, counters, and each hit stored in a
SQLite database. The digests are an AES-CTR key stream; in 7.4 million of 18.2 billion places a listed one is planted,
and exactly the planted ones must be found, or the exit code is 1. What making the stream costs is told apart.
"""

import argparse
import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

from bench._figures import Figure, figure
from bench._lists import columns_of
from schoon.check.types import Member, Verdict
from schoon.index import tags_of, write_snapshot
from schoon.kinds import Kind
from schoon.rooms import Rooms
from tests.integration.api.house import KEYS, SIGNING_KEY, Publication, add_member, clock, open_rooms

CHECKS = 18_200_000_000
HITS = 7_400_000
MEMBERS = 20
KERNEL_EVERY = 4
"""In every so manieth batch the keyed tags and the look-up are done once more, alone, to time them."""
WARMING = 3
"""Batches before the clock starts: the database's cache fills, the pages of the arrays are there."""


@dataclass(kw_only=True)
class Replay:
    """What one run saw.

    Attributes:
        entries, batch: As asked.
        checks, planted, found: In the batches that counted.
        missed, wrong: Planted and not listed; listed and not planted. Both must be 0.
        spent: Seconds of each part of each batch: "stream", "quota", "check", "kernel".
        memory: Bytes of the process at the start, half-way and at the end: the database's cache has filled by half.
        stored: Bytes of the database at the end.
    """

    entries: int
    batch: int
    checks: int = 0
    planted: int = 0
    found: int = 0
    missed: int = 0
    wrong: int = 0
    spent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    memory: tuple[int, int, int] = (0, 0, 0)
    stored: int = 0

    def for_all(self, *parts: str) -> float:
        """Seconds that these parts would take for the whole year: the median batch, as often as needed."""
        return sum(median(self.spent[part]) for part in parts) / self.batch * CHECKS

    def for_all_by_sum(self, *parts: str) -> float:
        """The same by the mean batch, in which every stall counts."""
        return sum(sum(self.spent[part]) for part in parts) / self.checks * CHECKS

    def as_json(self) -> dict[str, Any]:
        """Numbers alone."""
        return {
            "entries": self.entries,
            "batch": self.batch,
            "checks": self.checks,
            "planted": self.planted,
            "found": self.found,
            "missed": self.missed,
            "wrong": self.wrong,
            "whole_seconds_for_all": self.for_all_by_sum("quota", "check"),
            "kernel_seconds_for_all": self.for_all("kernel"),
            "stream_seconds_for_all": self.for_all("stream"),
            "memory_at_start": self.memory[0],
            "memory_half_way": self.memory[1],
            "memory_at_end": self.memory[2],
            "database_bytes": self.stored,
        }


class Stream:
    """Digests that nobody listed, with listed ones planted among them; the same for the same numbers."""

    def __init__(self, entries: int, batch: int) -> None:
        self._entries, self._batch = entries, batch
        self._zeros = bytes(16 * batch)

    def entry_digests(self, numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The listed digest of each entry: its number, enciphered."""
        blocks = np.zeros((len(numbers), 2), dtype=np.int64)
        blocks[:, 0] = numbers
        cipher: Cipher[Any] = Cipher(algorithms.AES128(b"listed digests.."), modes.ECB())
        return np.frombuffer(cipher.encryptor().update(blocks.tobytes()), dtype=np.uint8).reshape(-1, 16)

    def digests(self, number: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """One batch, and the places of what was planted in it."""
        counter = number.to_bytes(8, "big") + bytes(8)
        cipher = Cipher(algorithms.AES128(b"asked digests..."), modes.CTR(counter))
        out = np.empty(16 * self._batch + 15, dtype=np.uint8)
        cipher.encryptor().update_into(self._zeros, out.data)
        digests = out[: 16 * self._batch].reshape(-1, 16)
        random = np.random.default_rng((2020, number))
        places = np.unique(random.integers(0, self._batch, round(self._batch * HITS / CHECKS)))
        digests[places] = self.entry_digests(random.integers(0, self._entries, len(places)))
        return digests, places


def replay(seconds: float, entries: int, batch: int, *, told: bool = True) -> Replay:
    """Batches for so many seconds, after some that do not count."""
    with TemporaryDirectory(prefix="schoon-replay-") as directory:
        home = Path(directory)
        stream = Stream(entries, batch)
        publication = published(home, stream, entries)
        rooms = open_rooms(home)
        rooms.holder.refresh()
        tokens = [add_member(rooms, f"member{number}", quota=10**13) for number in range(MEMBERS)]
        rooms.members.refresh(clock())
        members = [rooms.members.authenticate(token, clock()) for token in tokens]
        for number in range(WARMING):
            one_batch(Replay(entries=entries, batch=batch), rooms, members[number], stream, number)
        seen = Replay(entries=entries, batch=batch)
        start, ends, signed = _resident(), time.monotonic() + seconds, time.monotonic()
        half, number = 0, WARMING
        while time.monotonic() < ends or number == WARMING:
            one_batch(seen, rooms, members[number % MEMBERS], stream, number)
            number += 1
            half = half or (_resident() if time.monotonic() > ends - seconds / 2 else 0)
            if time.monotonic() - signed > 600:  # a publisher says that its list is still the one
                publication.sign()
                rooms.holder.refresh()
                signed = time.monotonic()
            if told:
                _progress(seen, ends - time.monotonic())
        seen.memory = start, half, _resident()
        seen.stored = sum(path.stat().st_size for path in home.glob("schoon.db*"))
        _require_counted(rooms, seen, number)
    return seen


def published(home: Path, stream: Stream, entries: int) -> Publication:
    """A list of so many entries, in `home`."""
    publication = Publication(home / "publication", version=1)
    publication.directory.mkdir()
    path = publication.directory / "snapshot-000000000001.schoon"
    columns = columns_of(stream.entry_digests(np.arange(entries)), keys=KEYS)
    publication.snapshot = write_snapshot(path, publication._header(), columns, keys=KEYS, signing_key=SIGNING_KEY)
    publication.sign()
    return publication


def one_batch(seen: Replay, rooms: Rooms, member: Member, stream: Stream, number: int) -> None:
    """Make it, send it through, and compare what was found with what was planted."""
    ticks = [time.perf_counter()]
    digests, planted = stream.digests(number)
    ticks.append(time.perf_counter())
    now = clock()
    rooms.check.reserve(member, len(digests), now)
    ticks.append(time.perf_counter())
    reply = rooms.check.check_bulk(member, Kind.MD5, digests, now)
    ticks.append(time.perf_counter())
    for part, began, ended in zip(("stream", "quota", "check"), ticks, ticks[1:], strict=False):
        seen.spent[part].append(ended - began)
    listed = {int(answer.item_id) for answer in reply.answers if answer.verdict is Verdict.LISTED}
    seen.checks += len(digests)
    seen.planted += len(planted)
    seen.found += len(listed)
    seen.missed += len(set(planted.tolist()) - listed)
    seen.wrong += len(listed - set(planted.tolist()))
    if number % KERNEL_EVERY == 0 or not seen.spent["kernel"]:
        seen.spent["kernel"].append(_kernel(rooms, digests))


def _kernel(rooms: Rooms, digests: NDArray[np.uint8]) -> float:
    index = rooms.holder.current
    if index is None:
        raise SystemExit("no list is served")
    began = time.perf_counter()
    index.find_exact(Kind.MD5, tags_of(KEYS, Kind.MD5, digests))
    return time.perf_counter() - began


def _require_counted(rooms: Rooms, seen: Replay, batches: int) -> None:
    """The counters of the service must say what was sent, or the batches did not go its way."""
    counted = rooms.check.counts.answers()
    if sum(counted.values()) != batches * seen.batch:
        raise SystemExit(f"{batches * seen.batch} were checked, and the service counted {counted}")


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


def _progress(seen: Replay, left: float) -> None:
    if sys.stderr.isatty():
        rate = seen.checks / sum(seen.spent["check"]) / 1e6
        text = f"{seen.checks / 1e6:,.0f} million checks, {rate:.1f} million/s, {seen.found:,} hits, {left:.0f} s left"
        sys.stderr.write(f"\r\x1b[K{text}" if left > 0 else "\r\x1b[K")


def summary(seen: Replay) -> str:
    """The run in aligned lines."""
    memory = [size / 2**20 for size in seen.memory]
    lines = [
        ("checks", f"{seen.checks:,} among {seen.entries:,} entries, {seen.batch:,} at a time"),
        ("hits planted", f"{seen.planted:,}"),
        ("hits found", f"{seen.found:,} (missed {seen.missed:,}, wrong {seen.wrong:,})"),
        ("hits of the year", f"{HITS:,} in {CHECKS:,} checks"),
        ("all, whole path", f"{seen.for_all_by_sum('quota', 'check') / 60:.1f} minutes, hits stored"),
        ("all, kernels alone", f"{seen.for_all('kernel') / 60:.1f} minutes, keyed tags included"),
        ("all, making digests", f"{seen.for_all('stream') / 60:.1f} minutes, not part of the above"),
        ("memory", f"{memory[0]:,.0f} MiB at the start, {memory[1]:,.1f} half-way, {memory[2]:,.1f} at the end"),
        ("database", f"{seen.stored / 2**20:,.1f} MiB of hits and usage"),
    ]
    return "\n".join(f"{name:<20}  {text}" for name, text in lines)


def measure(seconds: float = 20.0, entries: int = 10_000_000, batch: int = 1_000_000) -> Iterator[Figure]:
    """Twenty seconds of it."""
    seen = replay(seconds, entries, batch, told=False)
    if seen.missed or seen.wrong:
        raise SystemExit(summary(seen))
    size = f"{CHECKS:,} checks among {entries:,} entries"
    yield figure("replay of 2020, kernels alone", size, seen.for_all("kernel"), "s")
    yield figure("replay of 2020, whole path, hits stored", size, seen.for_all_by_sum("quota", "check"), "s")
    grown = (seen.memory[2] - seen.memory[1]) / 2**20
    yield figure("replay of 2020, memory grown in the second half", size, grown, "MiB")


def main() -> int:
    """1 when not exactly the planted ones were found."""
    parser = argparse.ArgumentParser(description="18.2 billion checks through the real batch path")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--entries", type=float, default=1e7)
    parser.add_argument("--batch", type=float, default=1e6)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    seen = replay(given.seconds, int(given.entries), int(given.batch), told=not given.json)
    print(json.dumps(seen.as_json()) if given.json else summary(seen))
    return 1 if seen.missed or seen.wrong or seen.found != seen.planted else 0


if __name__ == "__main__":
    sys.exit(main())
