"""Hosters' figures in words and as bars; the same at the desk and for the hoster."""

from dataclasses import dataclass

from schoon.notices import Figures
from schoon.web._i18n import Language, Said, Words
from schoon.web.rules import duration, number


class FigureWords(Words):
    """What is counted."""

    counted = Said(en="Addresses", nl="Adressen")
    in_time = Said(en="Out of reach in time", nl="Op tijd ontoegankelijk")
    too_late = Said(en="Out of reach too late", nl="Te laat ontoegankelijk")
    overdue = Said(en="Still there, term passed", nl="Nog aanwezig, termijn voorbij")
    running = Said(en="Still there, term runs", nl="Nog aanwezig, termijn loopt")
    median = Said(en="Median time until out of reach", nl="Mediane tijd tot ontoegankelijk")
    share = Said(en="{percent} % of {count}", nl="{percent} % van {count}")
    none = Said(en="none yet", nl="nog geen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a bar.

    Attributes:
        kind: What is counted, the class of the mark.
        start: Where it begins, in percent of the longest bar.
        length: How long it is, in percent of the longest bar.
    """

    kind: str
    start: float
    length: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureFact:
    """One figure in words, with the class of its mark in the bar, or none."""

    name: str
    value: str
    kind: str = ""


def bar_of(figures: Figures, most: int) -> tuple[Part, ...]:
    """What became of a hoster's addresses, from zero; `most` addresses are the whole length."""
    counts = {kind: getattr(figures, kind) for kind in ("overdue", "too_late", "running", "in_time")}
    parts, start = [], 0.0
    for kind, count in counts.items():
        if count:
            length = 100 * count / most
            parts.append(Part(kind=kind, start=round(start, 3), length=round(length, 3)))
            start += length
    return tuple(parts)


def figure_facts(figures: Figures, language: Language) -> tuple[FigureFact, ...]:
    """A hoster's figures; a share never stands without its count."""
    said = FigureWords(language)

    def share(count: int) -> str:
        if not figures.items:
            return said.none
        of = said.share.format(percent=round(100 * count / figures.items), count=number(figures.items, language))
        return f"{number(count, language)} ({of})"

    median = said.none if figures.median is None else duration(figures.median, language)
    return (
        FigureFact(name=said.counted, value=number(figures.items, language)),
        FigureFact(name=said.overdue, value=share(figures.overdue), kind="overdue"),
        FigureFact(name=said.too_late, value=share(figures.too_late), kind="too_late"),
        FigureFact(name=said.running, value=share(figures.running), kind="running"),
        FigureFact(name=said.in_time, value=share(figures.in_time), kind="in_time"),
        FigureFact(name=said.median, value=median),
    )
