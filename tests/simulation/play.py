"""Turns the clock: reports come in, people work, and the worker does what is due, tick by tick."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from schoon.reports import Receipt, Submission
from schoon.store import Database, migrate
from schoon.worker import Turns
from tests.simulation.calendar import arrivals
from tests.simulation.chance import Chance
from tests.simulation.house import House, open_house
from tests.simulation.intake import submissions_of
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
    """

    reports: int = YEAR_REPORTS
    tick: timedelta = timedelta(minutes=20)
    after: timedelta = timedelta(0)
    largest: float = 0.94

    @property
    def coming_in(self) -> timedelta:
        """For how long reports come in."""
        return max(YEAR * (self.reports / YEAR_REPORTS), timedelta(days=1))


@dataclass(slots=True)
class Played:
    """What a run knows of itself.

    Attributes:
        receipts: By the number of the report.
        seconds: Spent, by part of the work.
    """

    scale: Scale
    world: World
    house: House
    turns: Turns
    end: datetime
    receipts: dict[int, Receipt] = field(default_factory=dict)
    repeated: int = 0
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    hosters: Hosters = field(init=False)
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.hosters, self.desk = Hosters(self.house, self.world), Desk(self.house, self.world)


def play(seed: int, scale: Scale, folder: Path, *, tell: Callable[[str], None] = lambda _: None) -> Played:
    """The run, played to its end, in a new SQLite database in the folder."""
    url = f"sqlite:///{folder / 'schoon.db'}"
    migrate(url)
    end = BEGIN + scale.coming_in + scale.after
    world = World(Chance(seed), (BEGIN, end), largest=scale.largest)
    house = open_house(Database(url), world, folder)
    played = Played(scale, world, house, Turns(house.place, lease=10 * scale.tick), end)
    _Run(played, tell).to_the_end()
    return played


class _Run:
    """One run."""

    def __init__(self, played: Played, tell: Callable[[str], None]) -> None:
        self._played, self._tell = played, tell
        world, scale = played.world, played.scale
        self._arrivals = arrivals(scale.reports, begin=BEGIN, length=scale.coming_in, chance=world.chance)[::-1]
        analysts, police = Analysts(played.house, world), Police(played.house, world)
        self._people = {
            "analysts": analysts.work, "police": police.work, "hosters": played.hosters.work, "desk": played.desk.work,
        }  # fmt: skip

    def to_the_end(self) -> None:
        played, scale = self._played, self._played.scale
        began, now, month = time.monotonic(), BEGIN, BEGIN.month
        while now < played.end:
            now += scale.tick
            played.world.now = now
            self._take_in(now)
            for name, work in self._people.items():
                self._timed(name, partial(work, now))
            if not played.world.troubles.worker.holds(now):
                self._timed("worker", self._work)
            if now.month != month:
                month = now.month
                self._tell(f"{now:%Y-%m-%d}  {len(played.receipts):,} reports  {time.monotonic() - began:.0f} s")

    def _take_in(self, now: datetime) -> None:
        played, came = self._played, []
        while self._arrivals and self._arrivals[-1].at <= now:
            for told in played.world.reports_of(self._arrivals.pop()):
                came += [(told.number, one) for one in submissions_of(told, played.world.chance)]
        if came:
            self._timed("intake", lambda: self._take(came, now))

    def _take(self, came: list[tuple[int, Submission]], now: datetime) -> None:
        played = self._played
        receipts = played.house.reports.take([one for _, one in came], now=now)
        for (number, _), receipt in zip(came, receipts, strict=True):
            if number in played.receipts:
                played.repeated += 1
                assert receipt == _known(played.receipts[number]), "a repetition got another receipt"
            else:
                played.receipts[number] = receipt

    def _work(self) -> None:
        played = self._played
        now = played.world.now
        while (moment := played.turns.turn()) is not None and moment <= now:
            pass

    def _timed(self, name: str, work: Callable[[], object]) -> None:
        began = time.perf_counter()
        work()
        self._played.seconds[name] += time.perf_counter() - began


def _known(receipt: Receipt) -> Receipt:
    return Receipt(
        report_id=receipt.report_id,
        status_code=receipt.status_code,
        item_ids=receipt.item_ids,
        known=True,
        refused=receipt.refused,
    )
