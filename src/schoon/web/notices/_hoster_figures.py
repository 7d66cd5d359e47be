"""Who lags: what became of addresses, by hoster."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from schoon.kinds import HosterId
from schoon.notices import Figures, Hoster
from schoon.web._figures import KINDS, FigureWords, bar_of, median_of, shares
from schoon.web._i18n import Language
from schoon.web.notices._pages import FiguresRow, FiguresTable
from schoon.web.notices._present import name_of
from schoon.web.notices._words import HostersWords
from schoon.web.rules import number

SHOWN = timedelta(days=30)
"""Counted are the notices that were sent since then."""

_MOST_ROWS = 12


def figures_table(figures: Mapping[HosterId, Figures], hosters: Collection[Hoster], language: Language) -> FiguresTable:
    """The table; every hoster that has figures must be among `hosters`."""
    said, counted = HostersWords(language), FigureWords(language)
    lagging = sorted(figures, key=lambda one: (-figures[one].overdue, -figures[one].too_late, -figures[one].items, one))
    drawn, by_id = lagging[:_MOST_ROWS], {one.hoster_id: one for one in hosters}
    most = max(figures[one].items for one in drawn)
    how = said.became_how.format(days=SHOWN.days)
    if len(figures) > len(drawn):
        how = f"{said.left_out.format(shown=len(drawn), count=number(len(figures), language))} {how}"
    return FiguresTable(
        finding=_finding(figures.values(), said),
        counted=counted.counted,
        heads=tuple((kind, one.in_language(language)) for kind, one in KINDS.items()),
        median=counted.median,
        rows=tuple(_row(by_id[one], figures[one], most, language) for one in drawn),
        how=how,
    )


def notices_of(hoster: Hoster) -> str:
    """Where its notices are shown."""
    return f"/desk/notices?show=sent&hoster={hoster.hoster_id}"


def _finding(figures: Collection[Figures], said: HostersWords) -> str:
    still, language = [one.overdue for one in figures if one.overdue], said.language
    if not still:
        return said.all_gone.format(days=SHOWN.days)
    count = sum(still)
    return said.finding.format(
        count=said.one_address if count == 1 else said.addresses.format(count=number(count, language)),
        hosters=said.one_hoster if len(still) == 1 else said.hosters.format(count=number(len(still), language)),
        days=SHOWN.days,
    )


def _row(hoster: Hoster, figures: Figures, most: int, language: Language) -> FiguresRow:
    return FiguresRow(
        name=name_of(hoster),
        href=notices_of(hoster),
        counted=number(figures.items, language),
        bar=bar_of(figures, most),
        shares=shares(figures, language),
        median=median_of(figures, language),
    )
