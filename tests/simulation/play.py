"""Turns the clock: reports come in, people work, and the worker does what is due, tick by tick."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from schoon.main._fuse import Fuse, FusedDatabase
from schoon.reports import Receipt, Submission
from schoon.store import Database, migrate
from schoon.worker import Turns
from tests.simulation.calendar import Arrival, arrivals
from tests.simulation.chance import Chance
from tests.simulation.diary import Diary
from tests.simulation.house import House, furnish, open_house
from tests.simulation.intake import submissions_of
from tests.simulation.mail import Received
from tests.simulation.people import Analysts, Desk, Hosters, Police
from tests.simulation.world import World

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
YEAR = timedelta(days=365)
YEAR_REPORTS = 308_430
"""Of 2019; a run with fewer has as many a day, and is shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is played.

    Attributes:
        reports: That come in.
        tick: How far the clock jumps: the worker looks at the agenda so often.
        after: How long the hotline works on once the last report is in.
        largest: The share of the largest hoster; a small run shows more of the others with less.
        keyed: See `World.keyed`.
    """

    reports: int = YEAR_REPORTS
    tick: timedelta = timedelta(minutes=20)
    after: timedelta = timedelta(0)
    largest: float = 0.94
    keyed: bool = False

    @property
    def coming_in(self) -> timedelta:
        """For how long reports come in."""
        return max(YEAR * (self.reports / YEAR_REPORTS), timedelta(days=1))


@dataclass(slots=True)
class Played:
    """What a run knows of itself.

    Attributes:
        now: The tick that was begun last.
        arrivals: Those to come, the last first.
        kills: How many processes played this run before, and were killed.
        receipts: By the number of the report.
        seconds: Spent, by part of the work.
    """

    scale: Scale
    world: World
    house: House
    turns: Turns
    end: datetime
    diary: Diary
    now: datetime = BEGIN
    kills: int = 0
    arrivals: list[Arrival] = field(init=False)
    receipts: dict[int, Receipt] = field(default_factory=dict)
    repeated: int = 0
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    hosters: Hosters = field(init=False)
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        world, length = self.world, self.scale.coming_in
        self.hosters, self.desk = Hosters(self.house, world), Desk(self.house, world)
        self.arrivals = arrivals(self.scale.reports, begin=BEGIN, length=length, chance=world.chance)[::-1]


def play(seed: int, scale: Scale, folder: Path, *, tell: Callable[[str], None] = lambda _: None) -> Played:
    """The run, played to its end, in a new SQLite database in the folder."""
    prepare(seed, scale, folder)
    played = take_up(seed, scale, folder, f"sqlite:///{folder / 'schoon.db'}")
    go_on(played, tell=tell)
    return played


def prepare(seed: int, scale: Scale, folder: Path, url: str = "") -> None:
    """Make the database, with everything that is there before the first report comes."""
    url = url or f"sqlite:///{folder / 'schoon.db'}"
    migrate(url)
    world = _world(seed, scale)
    house = open_house(Database(url), world, fuse=Fuse(), life=0)
    furnish(house, world, folder)
    house.database.close()


def take_up(seed: int, scale: Scale, folder: Path, url: str, fuse: Fuse | None = None) -> Played:
    """The run where the diary in the folder ends; its beginning, without one."""
    diary = Diary(folder / "diary")
    fuse = fuse or Fuse()
    world = _world(seed, scale)
    life = 1 + sum(word == "life" for word, _ in diary.read())
    house = open_house(FusedDatabase(url, fuse), world, fuse=fuse, life=life)
    played = Played(scale, world, house, Turns(house.place), world.span[1], diary, kills=life - 1)
    _remember(played)
    diary.write("life", life)

    def happened(word: str, what: object) -> None:
        diary.write(word, what)
        fuse.passes(f"world/{word}")

    house.post.tell = house.police_post.tell = played.hosters.tell = happened
    return played


def go_on(played: Played, *, tell: Callable[[str], None] = lambda _: None) -> None:
    """Play the run to its end."""
    _Run(played, tell).to_the_end()


def _world(seed: int, scale: Scale) -> World:
    end = BEGIN + scale.coming_in + scale.after
    return World(Chance(seed), (BEGIN, end), largest=scale.largest, keyed=scale.keyed)


def _remember(played: Played) -> None:
    """Bring the world to where the diary ends."""
    lines = list(played.diary.read())
    played.now = max((datetime.fromisoformat(str(what)) for word, what in lines if word == "tick"), default=BEGIN)
    came_until = played.now - played.scale.tick
    while played.arrivals and played.arrivals[-1].at <= came_until:
        list(played.world.reports_of(played.arrivals.pop()))
    for word, what in lines:
        if word in _RECALLED:
            _RECALLED[word](played, what)


def _recall_mail(played: Played, entry: Any) -> None:
    entry |= {"at": datetime.fromisoformat(entry["at"]), "lines": tuple(map(tuple, entry["lines"]))}
    played.house.post.take_in(Received(**entry))


def _recall_bounce(played: Played, entry: Any) -> None:
    played.house.post.bounces.append((datetime.fromisoformat(entry[0]), entry[1]))


def _recall_came_back(played: Played, entry: Any) -> None:
    played.house.post.bounces = [one for one in played.house.post.bounces if one[1] != entry]


def _recall_referral(played: Played, entry: Any) -> None:
    played.house.police_post.came[entry] += 1


def _recall_answered(played: Played, entry: Any) -> None:
    played.hosters.over.add((entry[0], entry[1]))


def _recall_receipt(played: Played, entry: Any) -> None:
    number, report_id, code, item_ids = entry
    played.receipts[number] = Receipt(report_id=report_id, status_code=code, item_ids=tuple(item_ids), known=False)


_RECALLED: dict[str, Callable[[Played, Any], None]] = {
    "mail": _recall_mail,
    "bounce": _recall_bounce,
    "came back": _recall_came_back,
    "referral": _recall_referral,
    "answered": _recall_answered,
    "receipt": _recall_receipt,
}


class _Run:
    """One run."""

    def __init__(self, played: Played, tell: Callable[[str], None]) -> None:
        self._played, self._tell = played, tell
        world = played.world
        analysts, police = Analysts(played.house, world), Police(played.house, world)
        self._people = {
            "analysts": analysts.work, "police": police.work, "hosters": played.hosters.work, "desk": played.desk.work,
        }  # fmt: skip

    def to_the_end(self) -> None:
        """Tick by tick; one that was begun before is played again."""
        played, scale = self._played, self._played.scale
        began, month = time.monotonic(), played.now.month
        now = played.now if played.now > BEGIN else BEGIN + scale.tick
        while now <= played.end:
            played.world.now = now
            played.diary.write("tick", now)
            self._take_in(now)
            for name, work in self._people.items():
                self._timed(name, partial(work, now))
            if not played.world.troubles.worker.holds(now):
                self._timed("worker", self._work)
            if now.month != month:
                month = now.month
                self._tell(f"{now:%Y-%m-%d}  {len(played.receipts):,} reports  {time.monotonic() - began:.0f} s")
            now += scale.tick

    def _take_in(self, now: datetime) -> None:
        played, came = self._played, []
        while played.arrivals and played.arrivals[-1].at <= now:
            for told in played.world.reports_of(played.arrivals.pop()):
                came += [(told.number, one) for one in submissions_of(told, played.world.chance)]
        if came:
            self._timed("intake", partial(self._take, came, now))

    def _take(self, came: list[tuple[int, Submission]], now: datetime) -> None:
        played = self._played
        receipts = played.house.reports.take([one for _, one in came], now=now)
        for (number, _), receipt in zip(came, receipts, strict=True):
            if number in played.receipts:
                played.repeated += 1
                assert receipt == replace(played.receipts[number], known=True), "a repetition got another receipt"
            else:
                played.receipts[number] = replace(receipt, known=False)
                played.diary.write("receipt", [number, receipt.report_id, receipt.status_code, receipt.item_ids])

    def _work(self) -> None:
        now = self._played.world.now
        while (moment := self._played.turns.turn()) is not None and moment <= now:
            pass

    def _timed(self, name: str, work: Callable[[], object]) -> None:
        began = time.perf_counter()
        work()
        self._played.seconds[name] += time.perf_counter() - began
