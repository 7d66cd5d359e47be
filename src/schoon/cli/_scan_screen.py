"""What a running scan shows: one line of progress and the findings on a terminal, or JSON lines for machines."""

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from schoon.cli._output import RULES, console, duration, emit
from schoon.kinds import Clock
from schoon.scan import Progress as Stand

_SHOWN_OF_EACH_PROBLEM = 20
_SMOOTHING = 0.15  # weight of the newest measurement in the speeds shown


class JsonLines:
    """Every event as one JSON line on standard output."""

    def __init__(self, clock: Clock) -> None:
        """`clock` stamps each line."""
        self._clock = clock

    def event(self, name: str, facts: Mapping[str, object]) -> None:
        """One line."""
        emit({"event": name, "at": self._clock(), **facts})

    def progress(self, progress: Stand) -> None:
        """Nothing: machines count events."""


class Screen:
    """Findings on standard output as they come; notes and the progress line on standard error."""

    def __init__(self, clock: Clock) -> None:
        """The line is drawn only where standard error is a terminal."""
        self._clock = clock
        self._out = console()
        self._errors = console(stderr=True)
        self._shown: Counter[str] = Counter()
        self._line = _Line(self._errors) if self._errors.is_terminal else None
        self._guard = threading.Lock()

    def __enter__(self) -> "Screen":
        return self

    def __exit__(self, *_: object) -> None:
        if self._line is not None:
            self._line.close()

    def event(self, name: str, facts: Mapping[str, object]) -> None:
        """Shown when a person wants to know it at once; the rest is in the sum at the end."""
        shown = _SENTENCES.get(name)
        if shown is None:
            return
        if name == "file.trouble" and not self._is_worth_a_line(str(facts["problem"])):
            return
        text, to_output = shown(facts)
        (self._out if to_output else self._errors).print(text)

    def progress(self, progress: Stand) -> None:
        """Redraw the line."""
        with self._guard:
            if self._line is not None:
                self._line.show(progress, self._clock().timestamp())

    def _is_worth_a_line(self, problem: str) -> bool:
        self._shown[problem] += 1
        if self._shown[problem] == _SHOWN_OF_EACH_PROBLEM + 1:
            self._errors.print(Text(f"… more {_words(problem)}; --json has every one", style="dim"))
        return self._shown[problem] <= _SHOWN_OF_EACH_PROBLEM


class _Line:
    """files/s, MB/s, hits, time left."""

    def __init__(self, target: Console) -> None:
        self._bar = Progress(TextColumn("{task.description}"), BarColumn(bar_width=24), console=target, transient=True)
        self._task = self._bar.add_task("starting", total=None)
        self._bar.start()
        self._before: tuple[float, int, int] | None = None
        self._files_per_second = 0.0
        self._bytes_per_second = 0.0

    def show(self, stand: Stand, now: float) -> None:
        self._measure(stand, now)
        parts = [
            f"{stand.files:,} files",
            f"{self._files_per_second:,.0f} files/s",
            f"{self._bytes_per_second / 1e6:,.1f} MB/s",
            f"{stand.hits:,} hits",
        ]
        if stand.troubles:
            parts.append(f"{stand.troubles:,} not checked")
        parts.append(self._left(stand))
        self._bar.update(self._task, description=" · ".join(parts), completed=stand.files, total=stand.files_expected)

    def close(self) -> None:
        self._bar.stop()

    def _measure(self, stand: Stand, now: float) -> None:
        if self._before is not None and now > self._before[0]:
            span = now - self._before[0]
            self._files_per_second += _SMOOTHING * ((stand.files - self._before[1]) / span - self._files_per_second)
            self._bytes_per_second += _SMOOTHING * (
                (stand.bytes_hashed - self._before[2]) / span - self._bytes_per_second
            )
        self._before = (now, stand.files, stand.bytes_hashed)

    def _left(self, stand: Stand) -> str:
        if stand.is_waiting:
            return "waiting for the hours given"
        if stand.is_away:
            return "service away, digests are kept"
        if stand.files_expected is None or self._files_per_second < 1:
            return "time left not known yet"
        seconds = max(0, stand.files_expected - stand.files) / self._files_per_second
        return f"{duration(timedelta(seconds=seconds))} left"


def _finding(verdict: str, facts: Mapping[str, object]) -> tuple[Text, bool]:
    matches = cast("list[dict[str, object]]", facts["matches"])
    best = matches[0] if matches else {}
    band = f", band {best['band']}" if best.get("band") else ""
    why = f"{best.get('strength')} {best.get('kind')}{band}, {best.get('category')}, {best.get('supplier_class')}"
    reason = f"; {facts['reason']}" if facts.get("reason") else ""
    hit = f"  hit {facts['hit']}" if facts.get("hit") else ""
    return Text.assemble((verdict, RULES[verdict]), f"  {facts['path']}  ({why if best else '-'}{reason}){hit}"), True


def _listed(facts: Mapping[str, object]) -> tuple[Text, bool]:
    return _finding("listed", facts)


def _review(facts: Mapping[str, object]) -> tuple[Text, bool]:
    return _finding("review", facts)


def _trouble(facts: Mapping[str, object]) -> tuple[Text, bool]:
    detail = f" ({facts['detail']})" if facts["detail"] else ""
    return Text(f"not checked: {_words(str(facts['problem']))}: {facts['path']}{detail}"), False


def _done(facts: Mapping[str, object]) -> tuple[Text, bool]:
    words = {"quarantine": "quarantined", "delete": "deleted", "hold": "held", "release": "put back"}
    item = f"  as {facts['item']}" if facts["action"] in {"quarantine", "hold"} else ""
    return Text(f"{words[str(facts['action'])]}  {facts['path']}{item}"), True


def _failed(facts: Mapping[str, object]) -> tuple[Text, bool]:
    advice = f"; next: {facts['next_step']}" if facts["next_step"] else ""
    return Text(f"not done: {facts['action']} {facts['path']}: {facts['detail']}{advice}", style="bold red"), False


def _away(facts: Mapping[str, object]) -> tuple[Text, bool]:
    return Text(f"service away: {facts['detail']}; digests are kept and asked later"), False


def _back(_: Mapping[str, object]) -> tuple[Text, bool]:
    return Text("service is back"), False


def _quota(facts: Mapping[str, object]) -> tuple[Text, bool]:
    return Text(f"quota used up: asking again in {facts['retry_after_seconds']} s; files are hashed meanwhile"), False


def _unreported(facts: Mapping[str, object]) -> tuple[Text, bool]:
    return Text(f"{facts['hits']} hits were dealt with; the service hears of it in the next scan"), False


def _too_many(facts: Mapping[str, object]) -> tuple[Text, bool]:
    return Text(
        f"more than {facts['limit']} files have no answer: none of them is held (--hold-limit)", style="bold red"
    ), False


_SENTENCES = {
    "file.listed": _listed,
    "file.review": _review,
    "file.trouble": _trouble,
    "act.done": _done,
    "act.failed": _failed,
    "service.away": _away,
    "service.back": _back,
    "service.quota": _quota,
    "hits.unreported": _unreported,
    "hold.refused": _too_many,
}


def _words(problem: str) -> str:
    return problem.replace("_", " ")
