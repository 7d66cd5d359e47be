"""Figures for Prometheus; no label holds a digest, a member or a URL."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from schoon.api._timing import RouteTimes
from schoon.check import Verdict

METRICS_MEDIA_TYPE = CONTENT_TYPE_LATEST.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand, taken every few seconds.

    Attributes:
        list_version: 0 when none is loaded.
        list_age_seconds: Since the publisher's last signed word; None when there is none.
        index_fault: The newest publication could not be used.
        open_hits: Hits with a running clock.
        overdue_hits: Hits whose clock has run out.
        alarms: Members that came near one entry too often, in the last day.
        outbox: Messages that wait to be delivered.
        dead_letters: Messages given up.
    """

    list_version: int = 0
    list_age_seconds: float | None = None
    index_fault: bool = False
    open_hits: int = 0
    overdue_hits: int = 0
    alarms: int = 0
    outbox: int = 0
    dead_letters: int = 0


class VerdictCounts(Protocol):
    """Where the check room counts what it answered."""

    def answers(self) -> dict[Verdict, int]:
        """Answers given since the start, by verdict."""
        ...


class _VerdictCollector(Collector):
    """Reads the check room's own counts when it is scraped."""

    def __init__(self, counts: VerdictCounts) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        verdicts = CounterMetricFamily("schoon_verdicts", "Verdicts given.", labels=["verdict"])
        for verdict, count in self._counts.answers().items():
            verdicts.add_metric([verdict.value], count)
        yield verdicts


class Metrics:
    """Counts what this process does, in a registry of its own."""

    def __init__(self, counts: VerdictCounts) -> None:
        """Every figure starts at zero, so that none is missing from the first scrape."""
        self._registry = registry = CollectorRegistry(auto_describe=False)
        registry.register(_VerdictCollector(counts))
        self._digests = Counter("schoon_digests", "Digests checked.", registry=registry)
        self._times = RouteTimes()
        registry.register(self._times)
        self._batches = Counter("schoon_batches", "Index batches that single checks shared.", registry=registry)
        self._gauges = {
            name: Gauge(f"schoon_{name}", text, registry=registry)
            for name, text in {
                "list_version": "Version of the list that is served; 0 when none.",
                "list_age_seconds": "Seconds since the publisher's last signed word; NaN when none.",
                "index_fault": "1 when the newest publication could not be used.",
                "open_hits": "Hits that wait for an action.",
                "overdue_hits": "Open hits whose term has passed.",
                "alarms": "Alarms of the last day: one member near one entry too often.",
                "outbox": "Messages that wait to be delivered.",
                "dead_letters": "Messages given up after every attempt.",
            }.items()
        }
        self.show(Standing())

    def count_bulk(self, digests: int) -> None:
        """Add one bulk check of that many digests."""
        self._digests.inc(digests)

    def count_batch(self, digests: int) -> None:
        """Add one index batch that single checks of that many digests shared."""
        self._batches.inc()
        self._digests.inc(digests)

    def count_answer(self, route: str, status: int, seconds: float) -> None:
        """Add one answer of a route (its template, never the path that was asked). On the event loop only."""
        self._times.add(route, status, seconds)

    def show(self, standing: Standing) -> None:
        """Replace the figures that are looked up rather than counted."""
        age = standing.list_age_seconds
        self._gauges["list_version"].set(standing.list_version)
        self._gauges["list_age_seconds"].set(float("nan") if age is None else age)
        self._gauges["index_fault"].set(standing.index_fault)
        self._gauges["open_hits"].set(standing.open_hits)
        self._gauges["overdue_hits"].set(standing.overdue_hits)
        self._gauges["alarms"].set(standing.alarms)
        self._gauges["outbox"].set(standing.outbox)
        self._gauges["dead_letters"].set(standing.dead_letters)

    def text(self) -> bytes:
        """Every figure in Prometheus' text format."""
        return generate_latest(self._registry)
