"""The page of one notice for its hoster: parse, one service call, build the page, render."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from starlette.responses import Response

from schoon.kinds import ItemId
from schoon.notices import (
    Answer,
    HosterAnswerError,
    NotOnNoticeError,
    PageView,
    TooManyResellersError,
)
from schoon.web._chrome import ErrorPage, ErrorWords, Flash
from schoon.web._csv import csv_answer
from schoon.web._guard import missing
from schoon.web._visit import Site, Visit, see_other
from schoon.web.hoster._door import ClosedDoorError, Door, door_by_account, door_by_link
from schoon.web.hoster._present import (
    NEEDS_TEXT,
    Given,
    Look,
    item_answer,
    link_page,
    shown_lines,
    standing,
)
from schoon.web.hoster._words import LinkWords
from schoon.web.rules import whole_number

_LONGEST = 2_000


def open_notice(site: Site, visit: Visit) -> Response:
    """The notice; opening it is seeing it, but for a browser or scanner that asks for the headers alone."""
    return Response() if visit.request.method == "HEAD" else _open(site, visit, door_by_link(site, visit))


def open_own_notice(site: Site, visit: Visit) -> Response:
    """The same for an account of the hoster."""
    return _open(site, visit, door_by_account(site, visit))


def answer_notice(site: Site, visit: Visit) -> Response:
    """Answers, or a bare acknowledgement, recorded; then the notice again."""
    return _take(site, visit, door_by_link(site, visit))


def answer_own_notice(site: Site, visit: Visit) -> Response:
    """The same for an account of the hoster."""
    return _take(site, visit, door_by_account(site, visit))


def notice_csv(site: Site, visit: Visit) -> Response:
    """Every address of the notice, with what was answered."""
    return _csv(site, visit, door_by_link(site, visit))


def own_notice_csv(site: Site, visit: Visit) -> Response:
    """The same for an account of the hoster."""
    return _csv(site, visit, door_by_account(site, visit))


def _open(site: Site, visit: Visit, door: Door) -> Response:
    try:
        view = door.look()
    except ClosedDoorError:
        return _ended(site, visit, door)
    return _answer(site, visit, door, view)


def _take(site: Site, visit: Visit, door: Door) -> Response:
    try:
        view = door.look()
    except ClosedDoorError:
        return _ended(site, visit, door)
    said, before = LinkWords(visit.language), standing(view)
    given = _given(visit, view, door)
    changed = {one: what for one, what in given.items() if what.answer and what != before.get(one)}
    if visit.form.one("act") == "acknowledge":
        changed = {}
    elif not changed:
        return _answer(site, visit, door, view, given=given, fault=said.nothing)
    for place, line in enumerate(view.lines, 1):
        what = changed.get(line.row.item_id)
        if what and what.answer in NEEDS_TEXT and not what.text:
            return _answer(site, visit, door, view, given=given, fault=said.lacks.format(number=place))
    answers = [answer for one, what in changed.items() if (answer := item_answer(one, what))]
    try:
        door.answer(answers)
    except (HosterAnswerError, NotOnNoticeError):
        return _answer(site, visit, door, view, given=given, fault=said.refused)
    except TooManyResellersError:
        return _answer(site, visit, door, view, given=given, fault=said.too_many)
    start = _look(visit, door).start
    done = see_other(door.href + (f"?from={start}" if start else ""))
    site.say_next(done, visit, f"answered:{len(answers)}")
    return done


def _csv(site: Site, visit: Visit, door: Door) -> Response:
    try:
        view = door.look()
    except ClosedDoorError:
        return _ended(site, visit, door)
    before = standing(view)

    def lines() -> Iterator[tuple[object, ...]]:
        yield "item", "url", "baseline", "with_police", "preserve", "answer", "text", "out_of_reach_at"
        for line in view.lines:
            given, gone_at = before.get(line.row.item_id), line.row.gone_at
            answer, text = (given.answer, given.text) if given else ("", "")
            marks = tuple("yes" if one else "no" for one in (line.baseline, line.police_backed, line.preserve))
            yield line.row.item_id, line.url, *marks, answer, text, gone_at.isoformat() if gone_at else ""

    return csv_answer(f"notice-{view.notice.notice_id}.csv", lines())


def _answer(
    site: Site,
    visit: Visit,
    door: Door,
    view: PageView,
    *,
    given: Mapping[ItemId, Given] | None = None,
    fault: str = "",
) -> Response:
    look = _look(visit, door)
    page = link_page(
        view,
        site.rooms.followup.leading_clocks([view.notice.notice_id]),
        look,
        chrome=visit.chrome(site, path=look.href, flash=_flash(visit)),
        sender=site.rooms.notices.sender,
        given=given,
    )
    return site.renderer.answer(replace(page, fault=fault), 422 if fault else 200)


def _ended(site: Site, visit: Visit, door: Door) -> Response:
    if door.by_account:
        return missing(site, visit)
    said = LinkWords(visit.language)
    page = ErrorPage(
        chrome=visit.chrome(site),
        words=ErrorWords(visit.language),
        title=said.ended,
        what=said.ended_what,
        next_step=said.ended_next,
        reference=None,
    )
    return site.renderer.answer(page, 404)


def _given(visit: Visit, view: PageView, door: Door) -> dict[ItemId, Given]:
    """What the form says of each address that stood on it; one button answers for those without an answer."""
    rest = Answer.REMOVED if visit.form.one("act") == "rest-removed" else None
    given = {}
    for line in shown_lines(view, _look(visit, door).start):
        item_id = line.row.item_id
        chosen = visit.form.one(f"answer-{item_id}")
        answer = Answer(chosen) if chosen in set(Answer) else rest
        given[item_id] = Given(answer=answer, text=visit.form.one(f"text-{item_id}")[: _LONGEST + 1])
    return given


def _flash(visit: Visit) -> Flash | None:
    kind, _, count = visit.said.partition(":")
    if kind != "answered" or not count.isdecimal():
        return None
    said = LinkWords(visit.language)
    if count == "0":
        return Flash(tone="good", text=said.acknowledged_now)
    return Flash(tone="good", text=said.one_taken if count == "1" else said.taken.format(count=count))


def _look(visit: Visit, door: Door) -> Look:
    start = visit.request.query_params.get("from", "0")
    first = whole_number(start, digits=5) or 0
    return Look(href=door.href, start=first, now=visit.now, language=visit.language, by_account=door.by_account)
