"""The desk's page of hosters: read, build the page, render."""

from collections.abc import Mapping

from starlette.responses import Response

from schoon.kinds import OrganisationId
from schoon.notices import Hoster, HosterState, Standing
from schoon.web._visit import Site, Visit
from schoon.web.desk._present import Eyes, places_of
from schoon.web.desk._views import eyes_of
from schoon.web.notices._hoster_figures import SHOWN, figures_table, notices_of
from schoon.web.notices._pages import HosterRow, HostersPage
from schoon.web.notices._present import name_of
from schoon.web.notices._words import CHANNELS, HostersWords
from schoon.web.rules import moment, number


def show_hosters(site: Site, visit: Visit) -> Response:
    """Who lags; and everybody who gets notices: whose mail comes back, and who is new, first."""
    figures = site.rooms.notices.all_figures(since=visit.now - SHOWN, until=visit.now, now=visit.now)
    hosters = site.rooms.notices.hosters()  # after the figures: who is in them is here
    owners = {one.organisation_id: one.name for one in site.rooms.parties.organisations()}
    eyes, said = eyes_of(visit), HostersWords(visit.language)
    ordered = sorted(hosters, key=lambda one: (one.bounced_at is None, one.reviewed, name_of(one).casefold()))
    page = HostersPage(
        chrome=visit.chrome(site, path="/desk/hosters"),
        words=said,
        places=places_of("/desk/hosters", eyes),
        became=figures_table(figures, hosters, visit.language) if figures else None,
        rows=tuple(_row(one, owners, _compared(site, one, eyes), eyes) for one in ordered),
    )
    return site.renderer.answer(page)


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
        href=notices_of(hoster),
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
