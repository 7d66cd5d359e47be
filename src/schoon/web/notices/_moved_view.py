"""The desk's page of changed attribution: parse, one service call, build the page, render."""

from starlette.responses import Response

from schoon.web._visit import Site, Visit
from schoon.web.desk._present import SHORT, places_of
from schoon.web.desk._views import eyes_of
from schoon.web.notices._pages import MovedPage, MovedRow
from schoon.web.notices._present import name_of
from schoon.web.notices._words import MovedWords
from schoon.web.rules import moment, whole_number

PAGE_SIZE = 50


def show_moved(site: Site, visit: Visit) -> Response:
    """Items that another hoster has now, the newest first."""
    said, eyes = MovedWords(visit.language), eyes_of(visit)
    before = whole_number(visit.request.query_params.get("before", ""), digits=18)
    listed = site.rooms.notices.moved(before=before, limit=PAGE_SIZE + 1)
    moves = listed.moves[:PAGE_SIZE]
    page = MovedPage(
        chrome=visit.chrome(site, path="/desk/moved"),
        words=said,
        places=places_of("/desk/moved", eyes),
        rows=tuple(
            MovedRow(
                short_id=one.item_id[:SHORT],
                item_href=f"/desk/items/{one.item_id}",
                before=name_of(listed.hosters[one.from_hoster_id]),
                now=name_of(listed.hosters[one.to_hoster_id]),
                short_notice=one.notice_id[:SHORT],
                notice_href=f"/desk/notices/{one.notice_id}",
                because=said.passed_on if one.trace_id is None else said.traced,
                when=moment(one.at, eyes.now, eyes.language),
            )
            for one in moves
        ),
        first_href="/desk/moved" if before else None,
        next_href=f"/desk/moved?before={moves[-1].number}" if len(listed.moves) > PAGE_SIZE else None,
    )
    return site.renderer.answer(page)
