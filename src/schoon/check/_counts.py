"""How much this process has answered, for metrics; numbers only."""

from collections import Counter
from collections.abc import Collection
from threading import Lock

from schoon.check.types import Answer, Verdict


class CheckCounts:
    """Answers by verdict, and alarms, since the start of this process. Safe between threads."""

    __slots__ = ("_alarms", "_answers", "_lock")

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: Counter[Verdict] = Counter()
        self._alarms = 0

    def add_answers(self, asked: int, told: Collection[Answer], *, unavailable: bool = False) -> None:
        """Count `asked` items, of which all that are not in `told` were `not_listed` (or `unavailable`)."""
        verdicts = Counter(answer.verdict for answer in told)
        with self._lock:
            self._answers += verdicts
            self._answers[Verdict.UNAVAILABLE if unavailable else Verdict.NOT_LISTED] += asked - len(told)

    def add_alarms(self, alarms: int) -> None:
        """Count alarms raised."""
        with self._lock:
            self._alarms += alarms

    def answers(self) -> dict[Verdict, int]:
        """Answers given, by verdict; every verdict is there."""
        with self._lock:
            return {verdict: self._answers[verdict] for verdict in Verdict}

    def alarms(self) -> int:
        """Alarms raised."""
        with self._lock:
            return self._alarms
