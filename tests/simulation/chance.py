"""Chance that depends on names alone: the same whatever was asked before, or in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chance:
    """Draws that belong to a seed and the names of what is drawn."""

    seed: int

    def part(self, *names: object) -> float:
        """At least 0 and less than 1."""
        text = "|".join((str(self.seed), *map(str, names)))
        return int.from_bytes(blake2b(text.encode(), digest_size=7).digest()) / 2**56

    def happens(self, probability: float, *names: object) -> bool:
        """True so often."""
        return self.part(*names) < probability

    def between(self, low: float, high: float, *names: object) -> float:
        """Anywhere between the two, alike."""
        return low + (high - low) * self.part(*names)

    def hours(self, low: float, high: float, *names: object) -> timedelta:
        """So many hours, anywhere between the two, in whole seconds."""
        return timedelta(seconds=round(3600 * self.between(low, high, *names)))

    def pick(self, choices: Sequence[tuple[T, float]], *names: object) -> T:
        """One of the choices, each as likely as its weight says."""
        left = self.part(*names) * sum(weight for _, weight in choices)
        for choice, weight in choices:
            left -= weight
            if left < 0:
                return choice
        return choices[-1][0]

    def heavy(self, median: float, most: int, *names: object) -> int:
        """A size of at least 1, mostly near the median, now and then far above it."""
        part = min(max(self.part(*names), 1e-9), 1 - 1e-9)
        return max(1, min(most, round(median * (part / (1 - part)))))
