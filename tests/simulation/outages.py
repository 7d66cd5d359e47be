"""When our own side, or somebody else's, is out."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta

from tests.simulation.chance import Chance


class Outages:
    """Spans of time, merged where they meet."""

    def __init__(self, spans: Iterable[tuple[datetime, datetime]]) -> None:
        self.spans: list[tuple[datetime, datetime]] = []
        for begin, end in sorted(spans):
            if self.spans and begin <= self.spans[-1][1]:
                self.spans[-1] = (self.spans[-1][0], max(end, self.spans[-1][1]))
            else:
                self.spans.append((begin, end))
        self._begins = [begin for begin, _ in self.spans]

    @classmethod
    def some(
        cls, name: str, *, a_month: float, hours: tuple[float, float], span: tuple[datetime, datetime], chance: Chance
    ) -> "Outages":
        """As many as there are months in the span, times `a_month`, each so many hours long."""
        begin, end = span
        count = max(1, round(a_month * ((end - begin) / timedelta(days=30))))
        starts = [begin + chance.part("outage", name, number) * (end - begin) for number in range(count)]
        return cls(
            (start, start + chance.hours(*hours, "outage lasts", name, number)) for number, start in enumerate(starts)
        )

    def holds(self, moment: datetime) -> bool:
        """Whether that moment lies in one."""
        place = bisect_right(self._begins, moment)
        return place > 0 and moment < self.spans[place - 1][1]

    def overlap(self, begin: datetime, end: datetime) -> timedelta:
        """How much of a span of time lies in them."""
        parts = (min(end, until) - max(begin, since) for since, until in self.spans if since < end and until > begin)
        return sum(parts, timedelta(0))

    def __add__(self, other: "Outages") -> "Outages":
        return Outages([*self.spans, *other.spans])
