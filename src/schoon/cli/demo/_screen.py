"""How the demonstration tells what it does: one line a step, a table, the hits in words."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.text import Text

from schoon.cli._output import console, duration, table
from schoon.cli.demo._member import Found
from schoon.hits import Hit

_NAME_WIDTH = 9
_TEXT_WIDTH = 60
_GROUPS = {
    "exact copies": ("exact copy", "exact copy, not a picture", "listed by mistake"),
    "smaller, re-compressed": ("re-compressed", "progressive", "half size", "quarter size"),
    "colours changed": ("re-coloured", "grey", "CMYK", "palette", "16 bit", "transparent"),
    "other formats": ("GIF", "animated GIF", "WebP", "AVIF", "TIFF", "BMP", "HEIC"),
    "rotated by EXIF": tuple(f"EXIF orientation {number}" for number in range(1, 9)),
    "mirrored or turned": ("mirrored", *(f"turned by {angle} degrees" for angle in (90, 180, 270))),
    "lawful photos": ("lawful photo", "piece of a lawful photo"),
    "lawful drawings": ("drawing",),
}
"""Ways of planting that the table shows in one row; what is in none of them is an odd file."""
_ODD = "odd files"


@dataclass(slots=True)
class Line:
    """What is known of a step when it ends."""

    says: str = ""


class Screen:
    """Steps with their durations; nothing moves that has been printed."""

    def __init__(self) -> None:
        """Start the clock."""
        self._out = console()
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._started

    def title(self) -> None:
        """What this is."""
        self._out.print(Text("Schoon: the whole job on ordinary photos", style="bold"))
        self._out.print(Text("Lawful pictures stand in for listed ones. Nothing leaves this machine.", style="dim"))
        self._out.print()

    @contextmanager
    def step(self, name: str) -> Iterator[Line]:
        """One step: its name, what it says of itself at the end, how long it took."""
        line, began = Line(), time.monotonic()
        if self._out.is_terminal:
            self._out.print(Text(f"{name:<{_NAME_WIDTH}} …", style="dim"), end="\r")
        yield line
        took = f"{time.monotonic() - began:5.1f} s"
        text = f" {line.says:<{_TEXT_WIDTH}} "
        self._out.print(Text.assemble((f"{name:<{_NAME_WIDTH}}", "bold"), text, (took, "dim")))

    def heading(self, text: str) -> None:
        """A line over what follows."""
        self._out.print()
        self._out.print(Text(text, style="bold"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One way in which files were planted, and what the scan made of them.

    Attributes:
        how: In words.
        files, expected: How many were planted, and how many of them must be found.
        found: How many of those were.
        false: How many were found that must not be.
    """

    how: str
    files: int
    expected: int
    found: int
    false: int

    @property
    def missed(self) -> int:
        """How many were not found that must be."""
        return self.expected - self.found


def show_comparison(rows: Sequence[Compared]) -> None:
    """The manifest beside what was found, ways of planting that belong together in one row."""
    group_of = {how: group for group, ways in _GROUPS.items() for how in ways}
    grouped: dict[str, list[Compared]] = {group: [] for group in (*_GROUPS, _ODD)}
    for row in rows:
        grouped[group_of.get(row.how, _ODD)].append(row)
    shown = [_sum(group, members) for group, members in grouped.items() if members]
    columns = ["planted as", "files", "expected", "found", "missed", "false"]
    table(columns, [_cells(row) for row in (*shown, _sum("all", rows))], numbers=columns[1:])


def _sum(how: str, rows: Sequence[Compared]) -> Compared:
    return Compared(
        how=how,
        files=sum(row.files for row in rows),
        expected=sum(row.expected for row in rows),
        found=sum(row.found for row in rows),
        false=sum(row.false for row in rows),
    )


def _cells(row: Compared) -> list[object]:
    style = "bold" if row.how == "all" else ""
    counts = [Text(f"{count:,}", style=style) for count in (row.files, row.expected, row.found)]
    faults = [Text(f"{count:,}", style="bold red" if count else style) for count in (row.missed, row.false)]
    return [Text(row.how, style=style), *counts, *faults]


def explain(found: Found, hit: Hit) -> None:
    """One hit, in a sentence that a person can act on."""
    match = found.match
    band = f", {match['band']} of 256 bits differ" if match.get("band") else ""
    meaning = f"{_MEANING[str(match['strength'])]} ({match['kind']}{band})"
    done = f"{hit.state} after {duration(hit.acted_at - hit.opened_at)}" if hit.acted_at else str(hit.state)
    out = console()
    out.print(Text.assemble(("  " + found.path.name, "bold"), (f"  hit {found.hit}", "dim")))
    out.print(Text(f"    {meaning}"))
    out.print(Text(f"    {match['category']}, from a {match['supplier_class']}; {done}"))


_MEANING = {
    "strong": "the same file, byte for byte",
    "weak": "the same MD5 or SHA-1, which alone can be forged",
    "perceptual": "the same picture to the eye",
}
