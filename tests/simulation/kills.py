"""Kills the process that plays a small world at named points, or its database, and judges what its successor makes.

`python -m tests.simulation.kills` kills once at each point; `--times 20` twenty times at each, at passings spread over
a run and, where a run passes a point less often, over as many worlds as that takes. `--jobs` processes share the kills
and fork a child for each life that will be killed, so that a kill costs little more than the days that are played.

`--database` plays on a PostgreSQL for each job, and kills that with all its processes instead: who played loses it, and
stops; the server recovers from its own log, and the successor goes on. `--every 8` takes each eighth point.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from schoon.main._fuse import Fuse
from schoon.store import Database
from schoon.store.errors import DatabaseAwayError
from tests.simulation.cluster import Cluster, programs
from tests.simulation.invariants import broken
from tests.simulation.judge import judge
from tests.simulation.play import Scale, go_on, prepare, take_up

SEED = 5
MOST_SEEDS = 40
SCALE = Scale(reports=70, tick=timedelta(minutes=90), after=timedelta(days=3, hours=12), largest=0.1, keyed=True)
MEMORY = Path("/dev/shm")
WRONG = 3
TELL = 20
"""After so many kills a job says how far it is."""
LOST_DATABASE = 7
"""How a life ends whose database was killed."""


@dataclass(frozen=True, slots=True)
class Kill:
    """At which passing of which point of which world."""

    seed: int
    point: str
    time: int


@dataclass(slots=True)
class Stage:
    """Where lives are played.

    Attributes:
        folder: With a folder for each world as it begins, and one for each copy that is played.
        cluster: That is killed; None where processes are.
        worlds: Seeds of those that are prepared.
    """

    folder: Path
    cluster: Cluster | None
    worlds: set[int] = field(default_factory=set)

    def prepare(self, seed: int) -> None:
        """Make the world, once."""
        if seed not in self.worlds:
            self.worlds.add(seed)
            begin = self.folder / f"begin{seed}"
            begin.mkdir()
            if self.cluster is not None:
                self.cluster.run(f"CREATE DATABASE begin{seed}")
            prepare(seed, SCALE, begin, self._url(begin))

    @contextmanager
    def copy(self, seed: int, name: str) -> Iterator[tuple[Path, str]]:
        """A world as it begins: its folder and its database."""
        place = self.folder / name
        shutil.copytree(self.folder / f"begin{seed}", place)
        if self.cluster is not None:
            self.cluster.run(f"CREATE DATABASE {name} TEMPLATE begin{seed}")
            # Without it a crash would turn the copy's sequences back: PostgreSQL takes their next numbers, which it has
            # promised to its log in the original, for promised in the copy too.
            self.cluster.run("CHECKPOINT")
        try:
            yield place, self._url(place)
        finally:
            shutil.rmtree(place)
            if self.cluster is not None:
                self.cluster.run(f"DROP DATABASE {name} WITH (FORCE)")

    def _url(self, place: Path) -> str:
        return f"sqlite:///{place / 'schoon.db'}" if self.cluster is None else self.cluster.url(place.name)


def main() -> int:
    """1 when anything is wrong after any kill."""
    options = _options()
    with _stage(database=options.database) as stage:
        passed = _points(stage, SEED)
        if options.points:
            print("\n".join(f"{count:6} {point}" for point, count in sorted(passed.items())))
            return 0
        points = sorted(passed)[:: options.every]
        kills = _kills(stage, points, options.times)
    shares = [kills[number :: options.jobs] for number in range(options.jobs)]
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("fork")) as pool:
        wrong = sum(pool.map(partial(_one_by_one, database=options.database), shares))
    fewest = min(Counter(one.point for one in kills).values())
    print(f"{len(points)} points, {len(kills)} kills, at least {fewest} a point, {wrong} with something wrong after it")
    return 1 if wrong or fewest < options.times else 0


@contextmanager
def _stage(*, database: bool) -> Iterator[Stage]:
    """In memory where that can be: no kill of a process takes what is there, and to sync it costs nothing."""
    with ExitStack() as stack:
        memory = MEMORY if MEMORY.is_dir() else None
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="schoon-kills-", dir=memory)))
        found = programs() if database else None
        if database and found is None:
            raise SystemExit("no PostgreSQL found: apt-get install postgresql")
        yield Stage(folder, None if found is None else stack.enter_context(Cluster(found, memory)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.kills", description=__doc__)
    parser.add_argument("--times", type=int, default=1, help="kills at each point")
    parser.add_argument("--every", type=int, default=1, help="take each so many points")
    parser.add_argument("--jobs", type=int, default=2, help="kills at once, each with a database of its own")
    parser.add_argument("--points", action="store_true", help="only say which points there are")
    parser.add_argument("--database", action="store_true", help="kill the database, not the process")
    return parser.parse_args()


def _kills(stage: Stage, points: list[str], times: int) -> list[Kill]:
    """So many at each point, in as few worlds as have enough passings of it."""
    found: defaultdict[str, list[Kill]] = defaultdict(list)
    for seed in range(SEED, SEED + MOST_SEEDS):
        missing = [point for point in points if len(found[point]) < times]
        if not missing:
            break
        passed = _points(stage, seed)
        for point in missing:
            found[point] += [Kill(seed, point, time) for time in _times(passed[point], times - len(found[point]))]
    return [kill for point in points for kill in found[point]]


def _times(passings: int, wanted: int) -> list[int]:
    """At which passings to kill: spread over all of them."""
    if wanted == 1:
        return [(passings + 1) // 2] if passings else []
    return sorted({1 + place * (passings - 1) // (wanted - 1) for place in range(wanted)}) if passings else []


def _points(stage: Stage, seed: int) -> Counter[str]:
    """Every point that an undisturbed run passes, and how often."""
    stage.prepare(seed)
    name = f"points{seed}"
    listed = stage.folder / f"{name}.txt"
    if not listed.exists():
        with stage.copy(seed, name) as (place, url):
            code = _wait(_fork(lambda: _list_points(seed, place, url, listed), place))
            if code != 0:
                raise SystemExit(f"the undisturbed run failed:\n{(place / 'said').read_text()}")
    rows = (line.split(" ", 1) for line in listed.read_text().splitlines())
    return Counter({point: int(count) for count, point in rows})


def _list_points(seed: int, place: Path, url: str, listed: Path) -> None:
    passed: Counter[str] = Counter()
    played = take_up(seed, SCALE, place, url, Fuse(passed=lambda point: passed.update([point])))
    go_on(played)
    listed.write_text("".join(f"{count} {point}\n" for point, count in passed.items()))  # the judge passes some too
    _require(judge(played).wrong)


def _one_by_one(kills: list[Kill], *, database: bool) -> int:
    """How many of these kills left something wrong."""
    wrong = 0
    with _stage(database=database) as stage:
        for number, kill in enumerate(kills, start=1):
            stage.prepare(kill.seed)
            try:
                _one(stage, f"kill{number}", kill)
            except Exception:  # noqa: BLE001 - whatever went wrong after this one is told, and the others are played
                wrong += 1
                print(f"WRONG after {kill}:\n{traceback.format_exc()}", flush=True)
            if number % TELL == 0:
                print(f"{number} of {len(kills)} kills, {wrong} with something wrong after it", flush=True)
    return wrong


def _one(stage: Stage, name: str, kill: Kill) -> None:
    """One kill: a life that ends there, what must hold at once, and a life to the end."""
    with stage.copy(kill.seed, name) as (place, url):
        code = _wait(_fork(lambda: _until_killed(stage, kill, place, url), place))
        if stage.cluster is not None:
            stage.cluster.start()
        if code != (-signal.SIGKILL if stage.cluster is None else LOST_DATABASE):
            said = place / "said"
            _require([f"the first life ended with {code}, not by the kill", said.read_text() if said.exists() else ""])
        database = Database(url)
        with database.read() as tx:
            _require(list(broken(tx)))
        database.close()
        played = take_up(kill.seed, SCALE, place, url)
        go_on(played)
        _require(judge(played).wrong)
        played.house.database.close()


def _until_killed(stage: Stage, kill: Kill, place: Path, url: str) -> None:
    if stage.cluster is None:
        go_on(take_up(kill.seed, SCALE, place, url, Fuse(kill.point, time=kill.time)))
        return
    passed: Counter[bool] = Counter()
    cluster, killed = stage.cluster, False

    def blow() -> None:
        nonlocal killed
        cluster.kill()
        killed = True

    fuse = Fuse(kill.point, time=kill.time, blow=blow, passed=lambda _: passed.update([killed]))
    lost: DatabaseAwayError | None = None
    try:
        go_on(take_up(kill.seed, SCALE, place, url, fuse))
    except DatabaseAwayError as away:
        lost = away
    if not killed or cluster.runs:
        raise AssertionError(f"nothing was killed; {lost}")
    if lost is None and passed[True]:
        raise AssertionError(f"the loss was swallowed: {passed[True]} points were passed after it")
    os._exit(LOST_DATABASE)  # without an error when it was killed behind its very last answer: nobody asked again


def _require(wrong: "list[str] | tuple[str, ...]") -> None:
    if wrong:
        raise AssertionError("\n".join(wrong[:WRONG]))


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
