"""Kills the process that plays a small world at named points, and judges what its successor makes of it.

`python -m tests.simulation.kills` kills once at each point; `--times 20` at twenty passings of each. One process loads
everything and forks a child for each life, so that a kill costs little more than the days that are played.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from schoon.main._fuse import Fuse
from schoon.store import Database
from tests.simulation.invariants import broken
from tests.simulation.judge import judge
from tests.simulation.play import Scale, go_on, prepare, take_up

SEED = 5
SCALE = Scale(reports=70, tick=timedelta(minutes=90), after=timedelta(days=3, hours=12), largest=0.1, keyed=True)
MEMORY = Path("/dev/shm")
WRONG = 3


def main() -> int:
    """1 when anything is wrong after any kill."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.kills", description=__doc__)
    parser.add_argument("--times", type=int, default=1, help="passings of each point at which to kill")
    parser.add_argument("--jobs", type=int, default=2, help="lives at once")
    parser.add_argument("--points", action="store_true", help="only say which points there are")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="schoon-kills-", dir=MEMORY if MEMORY.is_dir() else None) as name:
        folder = Path(name)
        (folder / "begin").mkdir()
        prepare(SEED, SCALE, folder / "begin")
        passed = _points(folder)
        if options.points:
            print("\n".join(f"{count:6} {point}" for point, count in sorted(passed.items())))
            return 0
        kills = [(point, time) for point in sorted(passed) for time in _times(passed[point], options.times)]
        wrong = _all(folder, kills, options.jobs)
    print(f"{len(passed)} points, {len(kills)} kills, {wrong} with something wrong after it")
    return 1 if wrong else 0


def _times(passings: int, wanted: int) -> list[int]:
    """At which passings to kill: spread over all of them."""
    if wanted == 1:
        return [(passings + 1) // 2]
    return sorted({1 + place * (passings - 1) // (wanted - 1) for place in range(wanted)})


def _points(folder: Path) -> Counter[str]:
    """Every point that an undisturbed run passes, and how often."""
    place = _copy(folder, "points")
    listed = place / "points"

    def life() -> None:
        passed: Counter[str] = Counter()
        played = take_up(SEED, SCALE, place, _url(place), Fuse(passed=lambda point: passed.update([point])))
        go_on(played)
        listed.write_text("".join(f"{count} {point}\n" for point, count in passed.items()))
        _require(judge(played).wrong)

    code = _wait(_fork(life, place))
    if code != 0:
        raise SystemExit(f"the undisturbed run failed:\n{(place / 'said').read_text()}")
    rows = (line.split(" ", 1) for line in listed.read_text().splitlines())
    return Counter({point: int(count) for count, point in rows})


def _all(folder: Path, kills: list[tuple[str, int]], jobs: int) -> int:
    """How many kills left something wrong; so many are played at once."""
    waiting, wrong = list(enumerate(kills)), 0
    running: dict[int, tuple[Path, str, int]] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            number, (point, time) = waiting.pop(0)
            place = _copy(folder, f"kill-{number}")
            running[_fork(lambda: _one(place, point, time), place)] = (place, point, time)  # noqa: B023 - forked at once
        pid, status = os.wait()
        place, point, time = running.pop(pid)
        if status != 0:
            wrong += 1
            print(f"WRONG after a kill at passing {time} of {point}:\n{(place / 'said').read_text()}", flush=True)
        shutil.rmtree(place)
    return wrong


def _one(place: Path, point: str, time: int) -> None:
    """One kill: a life that ends there, what must hold at once, and a life to the end."""
    killed = _fork(lambda: go_on(take_up(SEED, SCALE, place, _url(place), Fuse(point, time=time))), place)
    code = _wait(killed)
    if code != -signal.SIGKILL:
        _require([f"the first life ended with {code}, not by the kill"])
    database = Database(_url(place))
    with database.read() as tx:
        _require(list(broken(tx)))
    database.close()
    played = take_up(SEED, SCALE, place, _url(place))
    go_on(played)
    _require(judge(played).wrong)


def _require(wrong: "list[str] | tuple[str, ...]") -> None:
    if wrong:
        raise AssertionError("\n".join(wrong[:WRONG]))


def _copy(folder: Path, name: str) -> Path:
    place = folder / name
    shutil.copytree(folder / "begin", place)
    return place


def _url(place: Path) -> str:
    return f"sqlite:///{place / 'schoon.db'}"


def _fork(life: Callable[[], None], place: Path) -> int:
    """The process that lives that life; what it says of a failure is in the file `said`."""
    pid = os.fork()
    if pid:
        return pid
    try:
        life()
    except BaseException:  # noqa: BLE001 - a child must never go on as its parent
        with (place / "said").open("a") as said:
            traceback.print_exc(file=said)
        os._exit(1)
    os._exit(0)


def _wait(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    sys.exit(main())
