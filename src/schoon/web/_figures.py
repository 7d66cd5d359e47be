"""Hosters' figures in words and as bars; the same at the desk and for the hoster."""

from dataclasses import dataclass

from schoon.notices import Figures
from schoon.web._i18n import Language, Said, Words
from schoon.web.rules import duration, number, percent


class FigureWords(Words):
    """What is counted."""

    counted = Said(en="Addresses", nl="Adressen")
    overdue = Said(en="Still there, late", nl="Nog aanwezig, te laat")
    too_late = Said(en="Inaccessible, late", nl="Ontoegankelijk, te laat")
    running = Said(en="Still there, in term", nl="Nog aanwezig, in termijn")
    in_time = Said(en="Inaccessible, in time", nl="Ontoegankelijk, op tijd")
    median = Said(en="Median time", nl="Mediane tijd")
    none = Said(en="none yet", nl="nog geen")


KINDS = {
    "overdue": FigureWords.overdue,
    "too_late": FigureWords.too_late,
    "running": FigureWords.running,
    "in_time": FigureWords.in_time,
}
"""What became of addresses, the worst first: the name of the figure, which its mark has as class, and its words."""


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
    parts, start = [], 0.0
    for kind in KINDS:
        length = 100 * getattr(figures, kind) / most if most else 0.0
        if length:
            parts.append(Part(kind=kind, start=round(start, 3), length=round(length, 3)))
            start += length
    return tuple(parts)


def shares(figures: Figures, language: Language) -> tuple[FigureFact, ...]:
    """How many of each kind; a share never stands without its count."""
    counts = {kind: getattr(figures, kind) for kind in KINDS}
    return tuple(
        FigureFact(name=said.in_language(language), value=_share(counts[kind], figures.items, language), kind=kind)
        for kind, said in KINDS.items()
    )


def figure_facts(figures: Figures, language: Language) -> tuple[FigureFact, ...]:
    """All of a hoster's figures."""
    said = FigureWords(language)
    return (
        FigureFact(name=said.counted, value=number(figures.items, language)),
        *shares(figures, language),
        FigureFact(name=said.median, value=median_of(figures, language)),
    )


def median_of(figures: Figures, language: Language) -> str:
    """The median time in words."""
    return FigureWords(language).none if figures.median is None else duration(figures.median, language)


def _share(count: int, of: int, language: Language) -> str:
    return f"{number(count, language)} ({percent(count, of)})" if count else "0"
