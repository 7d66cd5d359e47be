"""How often and how long routes answered, counted without locks: the event loop alone counts, and alone is scraped."""

from bisect import bisect_left
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_BOUNDS = (*(str(bound) for bound in _SECONDS), "+Inf")


class RouteTimes(Collector):
    """Answers by route and status, and their seconds by route; prometheus_client's own takes four locks an answer."""

    def __init__(self) -> None:
        """Nothing was answered."""
        self._buckets: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}
        self._answers: dict[tuple[str, int], int] = {}

    def add(self, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        buckets = self._buckets.get(route)
        if buckets is None:
            buckets = self._buckets[route] = [0] * len(_BOUNDS)
            self._sums[route] = 0.0
        buckets[bisect_left(_SECONDS, seconds)] += 1
        self._sums[route] += seconds
        self._answers[route, status] = self._answers.get((route, status), 0) + 1

    @override
    def collect(self) -> Iterator[Metric]:
        """Both figures."""
        times = HistogramMetricFamily("schoon_request_seconds", "Time per request, by route.", labels=["route"])
        for route, buckets in self._buckets.items():
            upto = 0
            told = []
            for bound, count in zip(_BOUNDS, buckets, strict=True):
                upto += count
                told.append((bound, upto))
            times.add_metric([route], told, self._sums[route])
        yield times
        answers = CounterMetricFamily("schoon_answers", "Answers by route and status.", labels=["route", "status"])
        for (route, status), count in self._answers.items():
            answers.add_metric([route, str(status)], count)
        yield answers
