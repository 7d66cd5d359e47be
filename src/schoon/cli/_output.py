"""How commands speak: aligned tables and plain lines for people, JSON for machines."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

RULES = {"listed": "bold red", "review": "yellow", "not_listed": "green", "unavailable": "magenta"}
"""One colour a verdict; the word itself is always there too."""


def console(*, stderr: bool = False) -> Console:
    """A terminal that wraps nothing it was not asked to, without colour where there is none or NO_COLOR is set."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else 160
    return Console(
        stderr=stderr, highlight=False, soft_wrap=not stream.isatty(), width=width, emoji=False, markup=False
    )


def say(text: str, *, style: str = "") -> None:
    """One line on standard output."""
    console().print(Text(text, style=style))


def note(text: str) -> None:
    """One line on standard error: what a person wants to know and a pipe does not."""
    console(stderr=True).print(Text(text, style="dim"))


def emit(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """One JSON line on standard output, in ASCII so that any file name passes; times ISO 8601, durations in seconds."""
    sys.stdout.write(json.dumps(value, default=_plain) + "\n")
    sys.stdout.flush()


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: Sequence[str] = ()) -> None:
    """An aligned table without lines; the columns named in `numbers` are right-aligned. Without rows it says so."""
    if not rows:
        note("There are none.")
        return
    shown = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 3, 0, 0))
    for name in columns:
        shown.add_column(name, justify="right" if name in numbers else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(cell(value) for value in row))
    console().print(shown)


def facts(pairs: Sequence[tuple[str, object]]) -> None:
    """Names and values in two aligned columns."""
    width = max((len(name) for name, _ in pairs), default=0)
    out = console()
    for name, value in pairs:
        out.print(Text.assemble((f"{name:<{width}}", "dim"), "  ", cell(value)))


def cell(value: object) -> Text:
    """A value as people read it: numbers grouped, times to the minute in UTC, verdicts in their colour."""
    if isinstance(value, Text):
        return value
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, int):
        return Text(f"{value:,}")
    if isinstance(value, datetime):
        return Text(value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"))
    if isinstance(value, timedelta):
        return Text(duration(value))
    if value is None:
        return Text("-", style="dim")
    return Text(str(value), style=RULES.get(str(value), ""))


def counted(count: int, one: str, more: str) -> str:
    """The number with the word that fits it ("1 file", "2,000 files")."""
    return f"{count:,} {one if count == 1 else more}"


def duration(span: timedelta) -> str:
    """A span in its two largest units ("3 h 20 min", "4 days", "12 s")."""
    seconds = int(abs(span.total_seconds()))
    sign = "-" if span < timedelta(0) else ""
    if seconds < 60:
        return f"{sign}{seconds} s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 60:
        return f"{sign}{minutes} min"
    if hours < 48:
        rest = minutes % 60
        return f"{sign}{hours} h {rest} min" if rest else f"{sign}{hours} h"
    return f"{sign}{days} days"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)
