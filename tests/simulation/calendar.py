"""When reports come: the days of the week, the hours, the seasons, and days on which everything comes at once."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate

from tests.simulation.chance import Chance

HOUR = timedelta(hours=1)


class Stream(StrEnum):
    """Who tells."""

    PUBLIC = "public"
    """People at home, by the form: in the evening, on Sundays."""

    HOTLINE = "hotline"
    """Hotlines abroad and the police: in office hours, a few at a time."""

    CRAWLER = "crawler"
    """A partner's machine: at any hour, mostly a few, now and then thousands."""


SHARES = {Stream.PUBLIC: 0.06, Stream.HOTLINE: 0.24, Stream.CRAWLER: 0.70}
"""Of a year's reports. In the first half of 2022 the public told of 6 in a hundred."""

_HOURS = {
    Stream.PUBLIC: (3, 2, 1, 1, 1, 1, 1, 2, 3, 4, 4, 4, 5, 5, 5, 5, 5, 6, 6, 8, 9, 9, 8, 5),
    Stream.HOTLINE: (0, 0, 0, 0, 0, 0, 0, 1, 6, 9, 9, 8, 5, 8, 9, 8, 6, 2, 1, 0, 0, 0, 0, 0),
    Stream.CRAWLER: (5, 6, 7, 7, 6, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5),
}
_WEEKDAYS = {
    Stream.PUBLIC: (10, 10, 10, 9, 9, 11, 13),
    Stream.HOTLINE: (10, 11, 11, 10, 8, 0, 0),
    Stream.CRAWLER: (10, 10, 10, 10, 10, 7, 6),
}
_MONTHS = (10, 10, 11, 10, 9, 9, 7, 7, 10, 11, 12, 9)
_MEDIAN_BATCH = {Stream.PUBLIC: 1, Stream.HOTLINE: 6, Stream.CRAWLER: 25}
_LARGEST_BATCH = {Stream.PUBLIC: 1, Stream.HOTLINE: 60, Stream.CRAWLER: 3_000}
_BURSTS = 6
_BURST_TIMES = 5
_BURST_LASTS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Arrival:
    """So many reports at one moment, from one sender."""

    at: datetime
    stream: Stream
    count: int


def arrivals(total: int, *, begin: datetime, length: timedelta, chance: Chance) -> list[Arrival]:
    """Exactly so many reports in order of time."""
    hours = int(length / HOUR)
    found: list[Arrival] = []
    for stream, share in SHARES.items():
        count = round(total * share) if stream is not Stream.CRAWLER else total - sum(one.count for one in found)
        moments = _Moments(stream, begin=begin, hours=hours, chance=chance)
        for batch, size in enumerate(_sizes(stream, count, chance)):
            found.append(Arrival(moments.at(chance.part("arrives", stream, batch)), stream, size))
    return sorted(found, key=lambda one: (one.at, one.stream, one.count))


def _sizes(stream: Stream, count: int, chance: Chance) -> Iterator[int]:
    batch = 0
    while count > 0:
        most = min(_LARGEST_BATCH[stream], count)
        size = chance.heavy(_MEDIAN_BATCH[stream], most, "size", stream, batch) if most > 1 else 1
        yield size
        count -= size
        batch += 1


class _Moments:
    """Turns a part of all reports into the moment until which so many have come."""

    def __init__(self, stream: Stream, *, begin: datetime, hours: int, chance: Chance) -> None:
        self._begin = begin
        bursts = [begin + chance.hours(0, hours, "burst", number) for number in range(_BURSTS)]
        weights = [_weight(stream, begin + hour * HOUR, bursts) for hour in range(hours)]
        self._until: Sequence[float] = list(accumulate(weights))

    def at(self, part: float) -> datetime:
        wanted = part * self._until[-1]
        hour = min(bisect(self._until, wanted), len(self._until) - 1)
        before = self._until[hour - 1] if hour else 0.0
        within = (wanted - before) / (self._until[hour] - before)
        return self._begin + hour * HOUR + timedelta(seconds=int(3599 * within))


def _weight(stream: Stream, moment: datetime, bursts: Sequence[datetime]) -> float:
    weight = _HOURS[stream][moment.hour] * _WEEKDAYS[stream][moment.weekday()] * _MONTHS[moment.month - 1]
    if stream is Stream.PUBLIC and any(start <= moment < start + _BURST_LASTS for start in bursts):
        return float(weight * _BURST_TIMES)
    return float(weight)
