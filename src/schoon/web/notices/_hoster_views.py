"""The desk's page of hosters: read, build the page, render."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from starlette.responses import Response

from schoon.kinds import OrganisationId
from schoon.notices import Figures, Hoster, HosterState, Standing
from schoon.web._figures import FigureWords, bar_of
from schoon.web._i18n import Language
from schoon.web._visit import Site, Visit
from schoon.web.desk._present import Eyes, places_of
from schoon.web.desk._views import eyes_of
from schoon.web.notices._pages import FiguresRow, HosterRow, HostersPage
from schoon.web.notices._present import name_of
from schoon.web.notices._words import CHANNELS, HostersWords
from schoon.web.rules import duration, moment, number

_SHOWN_DAYS = timedelta(days=30)
_SHOWN = 12


def show_hosters(site: Site, visit: Visit) -> Response:
    """Everybody who gets notices; whose mail comes back, and who is new, first."""
    figures = site.rooms.notices.all_figures(since=visit.now - _SHOWN_DAYS, until=visit.now, now=visit.now)
    hosters = site.rooms.notices.hosters()  # after the figures: who is in them is here
    owners = {one.organisation_id: one.name for one in site.rooms.parties.organisations()}
    eyes, said = eyes_of(visit), HostersWords(visit.language)
    ordered = sorted(hosters, key=lambda one: (one.bounced_at is None, one.reviewed, name_of(one).casefold()))
    lagging = sorted(figures, key=lambda one: (-figures[one].overdue, -figures[one].too_late, -figures[one].items, one))
    drawn = lagging[:_SHOWN]
    most, names = max((figures[one].items for one in drawn), default=0), {one.hoster_id: one for one in hosters}
    page = HostersPage(
        chrome=visit.chrome(site, path="/desk/hosters"),
        words=said,
        places=places_of("/desk/hosters", eyes),
        finding=_finding(figures.values(), said),
        said=FigureWords(visit.language),
        heads=_heads(visit.language),
        figures=tuple(_figures_row(names[one], figures[one], most, eyes) for one in drawn),
        left_out=said.left_out.format(shown=_SHOWN, count=number(len(figures), visit.language))
        if len(figures) > _SHOWN
        else "",
        rows=tuple(_row(one, owners, _compared(site, one, eyes), eyes) for one in ordered),
    )
    return site.renderer.answer(page)


def _finding(figures: Collection[Figures], said: HostersWords) -> str:
    still = [one.overdue for one in figures if one.overdue]
    if not still:
        return said.all_gone
    count, language = sum(still), said.language
    return said.finding.format(
        count=said.one_address if count == 1 else said.addresses.format(count=number(count, language)),
        hosters=said.one_hoster if len(still) == 1 else said.hosters.format(count=number(len(still), language)),
    )


def _heads(language: Language) -> tuple[tuple[str, str], ...]:
    said = HostersWords(language)
    return (
        ("overdue", said.overdue),
        ("too_late", said.too_late),
        ("running", said.running),
        ("in_time", said.in_time),
    )


def _figures_row(hoster: Hoster, figures: Figures, most: int, eyes: Eyes) -> FiguresRow:
    def value(kind: str) -> str:
        count = getattr(figures, kind)
        return f"{number(count, eyes.language)} ({round(100 * count / figures.items)} %)" if count else "0"

    return FiguresRow(
        name=name_of(hoster),
        href=_notices_of(hoster),
        counted=number(figures.items, eyes.language),
        bar=bar_of(figures, most),
        values=tuple(value(kind) for kind, _ in _heads(eyes.language)),
        median="" if figures.median is None else duration(figures.median, eyes.language),
    )


def _notices_of(hoster: Hoster) -> str:
    return f"/desk/notices?show=sent&hoster={hoster.hoster_id}"


def _row(hoster: Hoster, owners: Mapping[OrganisationId, str], compared: str, eyes: Eyes) -> HosterRow:
    said = HostersWords(eyes.language)
    standing, shade = said.works, "good"
    if hoster.state is HosterState.BOUNCING:
        standing, shade = said.bouncing, "bad"
    elif not hoster.reviewed:
        standing, shade = said.new, "attention"
    return HosterRow(
        name=name_of(hoster),
        country=hoster.country,
        href=_notices_of(hoster),
        contact=hoster.email,
        channel=CHANNELS[hoster.channel].in_language(eyes.language),
        account="" if hoster.party is None else owners[hoster.party],
        compared=compared,
        known=moment(hoster.added_at, eyes.now, eyes.language),
        standing=standing,
        standing_class=shade,
    )


def _compared(site: Site, hoster: Hoster, eyes: Eyes) -> str:
    """How the newest list of a hoster that has an account stands beside ours."""
    said = HostersWords(eyes.language)
    found = site.rooms.notices.last_comparison(hoster.hoster_id) if hoster.party is not None else None
    if found is None:
        return ""
    unlike = sum(one.standing is Standing.UNKNOWN or not one.rows for one in found[1])
    return said.rows.format(count=number(unlike, eyes.language)) if unlike else said.alike
