"""The pages for an account of a hoster: its notices, its figures, and its own list beside ours."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from starlette.responses import Response

from schoon.followup import ItemClock
from schoon.kinds import NoticeId
from schoon.notices import Compared, Hoster, Notice, NoticeState, NoticesWanted, ReconciliationFileError
from schoon.web._chrome import Flash
from schoon.web._csv import csv_answer
from schoon.web._figures import bar_of, figure_facts
from schoon.web._visit import Site, Visit, see_other
from schoon.web.desk._pages import Fact, Filter
from schoon.web.desk._present import Eyes
from schoon.web.desk._views import eyes_of
from schoon.web.hoster._account_pages import AccountPage, ComparedRow, ComparePage
from schoon.web.hoster._account_words import STANDINGS, AccountWords, CompareWords
from schoon.web.hoster._door import hosters_of
from schoon.web.notices._pages import NoticeRow
from schoon.web.notices._present import name_of, notice_row
from schoon.web.rules import moment, number, whole_number

PAGE_SIZE = 50
LARGEST_LIST = 4 * 1024 * 1024
_ROWS_SHOWN = 200
_IN_CSV = 10_000
_YEAR = timedelta(days=365)
_SENT = frozenset({NoticeState.SENT, NoticeState.FAILED})
_SHORT = 9


def show_account(site: Site, visit: Visit) -> Response:
    """The notices to the hoster, the newest first, and its own figures."""
    said, ours = AccountWords(visit.language), hosters_of(site, visit)
    hoster = _chosen(visit, ours)
    if hoster is None:
        page = AccountPage(
            chrome=visit.chrome(site, path="/hoster"),
            words=said,
            title=said.nobody,
            hosters=(),
            rows=(),
            figures=(),
            bar=(),
            csv_href=None,
            first_href=None,
            next_href=None,
        )
        return site.renderer.answer(page)
    here, after = f"/hoster?contact={hoster.hoster_id}", visit.request.query_params.get("after", "")[:40]
    found = _notices(site, hoster, after=after, limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    leading = {one.notice_id: [one] for one in site.rooms.followup.leading_clocks([one.notice_id for one in shown])}
    eyes = eyes_of(visit)
    figures = site.rooms.notices.figures(hoster.hoster_id, since=visit.now - _YEAR, until=visit.now, now=visit.now)
    page = AccountPage(
        chrome=visit.chrome(site, path=here),
        words=said,
        title=said.title.format(hoster=name_of(hoster)),
        hosters=_ways(ours, hoster) if len(ours) > 1 else (),
        rows=tuple(_notice_row(one, hoster, leading.get(one.notice_id, []), eyes) for one in shown),
        figures=figure_facts(figures, visit.language),
        bar=bar_of(figures, figures.items),
        csv_href=f"/hoster/notices.csv?contact={hoster.hoster_id}",
        first_href=here if after else None,
        next_href=f"{here}&after={shown[-1].notice_id}" if len(found) > PAGE_SIZE else None,
    )
    return site.renderer.answer(page)


def account_csv(site: Site, visit: Visit) -> Response:
    """Every notice to the hoster, with its times; at most the newest ten thousand."""
    hoster = _chosen(visit, hosters_of(site, visit))
    found = [] if hoster is None else _notices(site, hoster, after="", limit=_IN_CSV)

    def lines() -> Iterator[tuple[object, ...]]:
        yield "notice", "kind", "items", "sent_at", "delivered_at", "seen_at", "acknowledged_at", "term_ends_at"
        for one in found:
            times = (one.sent_at, one.delivered_at, one.seen_at, one.acknowledged_at, one.due_at)
            yield one.notice_id, one.kind, one.items, *(at.isoformat() if at else "" for at in times)

    return csv_answer("notices.csv", lines())


def show_comparison(site: Site, visit: Visit) -> Response:
    """The hoster's newest list beside ours."""
    return _comparison(site, visit)


def compare_lists(site: Site, visit: Visit) -> Response:
    """A list taken in, and the comparison."""
    said, hoster = CompareWords(visit.language), _chosen(visit, hosters_of(site, visit))
    content = visit.form.file("list")
    if hoster is None or not content.strip():
        return _comparison(site, visit, fault=said.no_file)
    try:
        site.rooms.notices.reconcile(hoster.hoster_id, content, by=visit.actor, now=visit.now)
    except ReconciliationFileError as cause:
        return _comparison(site, visit, fault=said.refused.format(reason=cause.message))
    done = see_other("/hoster/compare")
    site.say_next(done, visit, "compared")
    return done


def _comparison(site: Site, visit: Visit, *, fault: str = "") -> Response:
    said, eyes, hoster = CompareWords(visit.language), eyes_of(visit), _chosen(visit, hosters_of(site, visit))
    found = None if hoster is None else site.rooms.notices.last_comparison(hoster.hoster_id)
    compared = found[1] if found else []
    counts = Counter(one.standing for one in compared)
    shown = compared[:_ROWS_SHOWN]
    more = said.shown_of.format(shown=len(shown), count=number(len(compared), visit.language))
    page = ComparePage(
        chrome=visit.chrome(
            site,
            path="/hoster/compare",
            flash=Flash(tone="good", text=said.done) if visit.said == "compared" else None,
        ),
        words=said,
        fault=fault,
        last=said.last.format(moment=moment(found[0].at, visit.now, visit.language).absolute) if found else "",
        counts=tuple(
            Fact(name=words.in_language(visit.language), value=number(counts[standing], visit.language))
            for standing, words in STANDINGS.items()
        ),
        rows=tuple(_row(one, eyes, said) for one in shown),
        note=more if len(shown) < len(compared) else "",
    )
    return site.renderer.answer(page, 422 if fault else 200)


def _notice_row(notice: Notice, hoster: Hoster, clocks: Sequence[ItemClock], eyes: Eyes) -> NoticeRow:
    """As at the desk, but for the hoster a notice begins when it was sent."""
    row = notice_row(notice, hoster, clocks, eyes, place="/hoster/notices")
    return row if notice.sent_at is None else replace(row, since=moment(notice.sent_at, eyes.now, eyes.language))


def _row(one: Compared, eyes: Eyes, said: CompareWords) -> ComparedRow:
    notice, sent_at = one.notice, one.notice.sent_at if one.notice else None
    return ComparedRow(
        standing=STANDINGS[one.standing].in_language(eyes.language),
        notice=notice.notice_id[:_SHORT] if notice else "",
        href=f"/hoster/notices/{notice.notice_id}" if notice else None,
        rows=", ".join(str(row) for row in one.rows[:5]) or said.not_listed,
        sent=moment(sent_at, eyes.now, eyes.language) if sent_at else None,
        received=moment(one.received_at, eyes.now, eyes.language) if one.received_at else None,
    )


def _notices(site: Site, hoster: Hoster, *, after: str, limit: int) -> list[Notice]:
    wanted = NoticesWanted(
        hoster_id=hoster.hoster_id, states=_SENT, after=NoticeId(after) if after else None, limit=limit
    )
    return site.rooms.notices.list_notices(wanted)


def _chosen(visit: Visit, ours: list[Hoster]) -> Hoster | None:
    """The contact that the address names, when it is one's own; else the first."""
    named = visit.request.query_params.get("contact", "")
    wanted = whole_number(named, digits=9)
    return next((one for one in ours if one.hoster_id == wanted), ours[0] if ours else None)


def _ways(ours: list[Hoster], chosen: Hoster) -> tuple[Filter, ...]:
    return tuple(
        Filter(
            label=f"{name_of(one)} · {one.email}",
            href=f"/hoster?contact={one.hoster_id}",
            count="",
            current=one.hoster_id == chosen.hoster_id,
        )
        for one in ours
    )
