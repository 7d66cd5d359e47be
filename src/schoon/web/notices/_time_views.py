"""The desk's pages of clocks and disputes."""

from datetime import datetime, timedelta

from starlette.responses import Response

from schoon.followup import ItemClock, NotFollowedError, Wanted
from schoon.kinds import ItemId
from schoon.notices import HosterAnswerError, NoSuchDisputeError, Settled
from schoon.parties import Duty
from schoon.web._chrome import Flash
from schoon.web._visit import Site, Visit, see_other
from schoon.web.desk._present import places_of
from schoon.web.desk._views import eyes_of
from schoon.web.notices._pages import ClocksPage, DisputesPage
from schoon.web.notices._present import clock_row, dispute_form, filters_of
from schoon.web.notices._words import DUES, DisputeWords, Due, TimeRunsWords
from schoon.web.rules import whole_number

PAGE_SIZE = 50
SOON = timedelta(hours=6)
"""A deadline nearer than this is about to pass."""

_INSTANT = timedelta(microseconds=1)
_SHORTEST_REASON = 10


def show_clocks(site: Site, visit: Visit) -> Response:
    """Clocks that run, the first deadline first."""
    said, eyes, language = TimeRunsWords(visit.language), eyes_of(visit), visit.language
    given, after = visit.request.query_params.get("show", ""), visit.request.query_params.get("after", "")
    shown = Due(given) if given in set(Due) else Due.SOON
    last = _clock(site, after) if after else None
    clocks = site.rooms.followup.clocks(Wanted(before=_before(shown, visit.now), after=last, limit=PAGE_SIZE + 1))
    hosters = {one.hoster_id: one for one in site.rooms.notices.hosters()}
    here, rows = f"/desk/clocks?show={shown}", clocks[:PAGE_SIZE]
    page = ClocksPage(
        chrome=visit.chrome(site, path=here),
        words=said,
        places=places_of("/desk/clocks", eyes_of(visit)),
        title=said.title.format(filter=DUES[shown].in_language(language)),
        filters=filters_of([(one, DUES[one].in_language(language)) for one in Due], shown, "/desk/clocks"),
        rows=tuple(clock_row(one, hosters.get(one.hoster_id), eyes) for one in rows),
        first_href=here if after else None,
        next_href=f"{here}&after={rows[-1].item_id}.{rows[-1].number}" if len(clocks) > PAGE_SIZE else None,
    )
    return site.renderer.answer(page)


def show_disputes(site: Site, visit: Visit) -> Response:
    """Disputes that wait for an answer, the oldest first."""
    return _disputes(site, visit)


def answer_dispute(site: Site, visit: Visit) -> Response:
    """The outcome of one dispute, recorded."""
    given = str(visit.request.path_params["number"])
    number = whole_number(given, digits=9) or 0
    upheld, reason = visit.form.one("upheld"), visit.form.one("reason")
    fault = DisputeWords(visit.language).lacks
    if upheld not in {"yes", "no"} or len(reason) < _SHORTEST_REASON:
        return _disputes(site, visit, number=number, fault=fault)
    settled = Settled(number=number, upheld=upheld == "yes", reason=reason, by=visit.actor, at=visit.now)
    said = "done"
    try:
        site.rooms.notices.settle(settled)
    except HosterAnswerError:
        return _disputes(site, visit, number=number, fault=fault)
    except NoSuchDisputeError:
        said = "was_done"
    answer = see_other("/desk/disputes")
    site.say_next(answer, visit, f"{said}:{number}")
    return answer


def _disputes(site: Site, visit: Visit, *, number: int = 0, fault: str = "") -> Response:
    eyes, flash = eyes_of(visit), None
    words = DisputeWords(visit.language)
    kind, _, answered = visit.said.partition(":")
    if kind in {"done", "was_done"}:
        flash = Flash(tone="good" if kind == "done" else "attention", text=getattr(words, kind).format(number=answered))
    page = DisputesPage(
        chrome=visit.chrome(site, path="/desk/disputes", flash=flash),
        words=words,
        places=places_of("/desk/disputes", eyes_of(visit)),
        disputes=tuple(
            dispute_form(
                one,
                eyes,
                upheld=visit.form.one("upheld") if one.number == number else "",
                reason=visit.form.one("reason") if one.number == number else "",
                fault=fault if one.number == number else "",
            )
            for one in site.rooms.notices.disputes()
        ),
        may_answer=visit.person.may(Duty.LEAD),
    )
    return site.renderer.answer(page, 422 if fault else 200)


def _before(shown: Due, now: datetime) -> datetime | None:
    """A deadline has passed at its very instant."""
    return {Due.OVERDUE: now + _INSTANT, Due.SOON: now + SOON, Due.ALL: None}[shown]


def _clock(site: Site, named: str) -> ItemClock | None:
    item_id, _, number = named[:60].partition(".")
    try:
        clocks = site.rooms.followup.followed(ItemId(item_id)).clocks
    except NotFollowedError:
        return None
    return next((one for one in clocks if str(one.number) == number), None)
