"""The desk's pages of notices: parse, one service call, build the page, render."""

from starlette.responses import Response

from schoon.kinds import HosterId, NoticeId
from schoon.norms import LAW_PROFILES, Act
from schoon.notices import NoSuchNoticeError, NoticeDetails, NoticeState, NoticesWanted
from schoon.web._chrome import Flash
from schoon.web._guard import missing
from schoon.web._visit import Site, Visit, see_other
from schoon.web.desk._pages import Fact
from schoon.web.desk._present import Eyes, places_of
from schoon.web.desk._views import eyes_of, item_id_of
from schoon.web.notices._pages import NoticesPage, SendPage
from schoon.web.notices._present import filters_of, notice_facts, notice_page, notice_row
from schoon.web.notices._words import SHOWN, NoticeWords, Shown
from schoon.web.rules import moment, number, whole_number

PAGE_SIZE = 50
_STATES = {
    Shown.OPEN: frozenset({NoticeState.OPEN, NoticeState.CLOSED}),
    Shown.SENT: frozenset({NoticeState.SENT}),
    Shown.FAILED: frozenset({NoticeState.FAILED}),
}


def show_notices(site: Site, visit: Visit) -> Response:
    """Notices, the newest first."""
    said, eyes, language = NoticeWords(visit.language), eyes_of(visit), visit.language
    given, after = visit.request.query_params.get("show", ""), visit.request.query_params.get("after", "")[:40]
    shown = Shown(given) if given in set(Shown) else Shown.OPEN
    hoster = visit.request.query_params.get("hoster", "")
    number_given = whole_number(hoster, digits=9)
    one_hoster = None if number_given is None else HosterId(number_given)
    wanted = NoticesWanted(
        hoster_id=one_hoster, states=_STATES[shown], after=NoticeId(after) if after else None, limit=PAGE_SIZE + 1
    )
    listed = site.rooms.notices.listed(wanted)
    notices = listed.notices[:PAGE_SIZE]
    leading = site.rooms.followup.leading_clocks([one.notice_id for one in notices])
    clocks = {clock.notice_id: [clock] for clock in leading}
    of_hoster = f"&hoster={one_hoster}" if one_hoster else ""
    here = f"/desk/notices?show={shown}{of_hoster}"
    page = NoticesPage(
        chrome=visit.chrome(site, path=here),
        words=said,
        places=places_of("/desk/notices", eyes),
        title=said.title.format(filter=SHOWN[shown].in_language(language)),
        filters=filters_of(
            [(one, SHOWN[one].in_language(language)) for one in Shown], shown, "/desk/notices", of_hoster
        ),
        rows=tuple(
            notice_row(one, listed.hosters[one.hoster_id], clocks.get(one.notice_id, []), eyes) for one in notices
        ),
        first_href=here if after else None,
        next_href=f"{here}&after={notices[-1].notice_id}" if len(listed.notices) > PAGE_SIZE else None,
        may_send=site.rooms.notices.sender is not None,
    )
    return site.renderer.answer(page)


def show_notice(site: Site, visit: Visit) -> Response:
    """One notice, with exactly what is sent of it."""
    notice_id = _notice_id(visit)
    try:
        details = site.rooms.notices.notice(notice_id)
        message = site.rooms.notices.message(notice_id, now=visit.now)
    except NoSuchNoticeError:
        return missing(site, visit)
    page = notice_page(
        details,
        message,
        site.rooms.followup.leading_clocks([notice_id]),
        eyes_of(visit),
        chrome=visit.chrome(site, path=f"/desk/notices/{notice_id}", flash=_flash(visit)),
    )
    return site.renderer.answer(page)


def ask_to_send(site: Site, visit: Visit) -> Response:
    """What follows when the notice is sent now."""
    notice_id = _notice_id(visit)
    try:
        details = site.rooms.notices.notice(notice_id)
    except NoSuchNoticeError:
        return missing(site, visit)
    if details.view.notice.state is not NoticeState.OPEN:
        return see_other(f"/desk/notices/{notice_id}")
    page = SendPage(
        chrome=visit.chrome(site, path=f"/desk/notices/{notice_id}/send"),
        words=NoticeWords(visit.language),
        what=_summary(details, visit),
        facts=_send_facts(details, eyes_of(visit)),
        href=f"/desk/notices/{notice_id}/send",
        back_href=f"/desk/notices/{notice_id}",
    )
    return site.renderer.answer(page)


def send_notice(site: Site, visit: Visit) -> Response:
    """The notice goes out as soon as the worker comes to it."""
    notice_id = _notice_id(visit)
    try:
        notice = site.rooms.notices.send_now(notice_id, by=visit.actor, now=visit.now)
    except NoSuchNoticeError:
        return missing(site, visit)
    answer = see_other(f"/desk/notices/{notice_id}")
    site.say_next(answer, visit, "hurried" if notice.state is NoticeState.OPEN else "too_late")
    return answer


def send_notice_of_item(site: Site, visit: Visit) -> Response:
    """The summary before the notice that an item waits on is sent; back to the item while it is on none."""
    item_id = item_id_of(visit)
    wanted = NoticesWanted(item_id=item_id, states=frozenset({NoticeState.OPEN}), limit=1)
    found = site.rooms.notices.list_notices(wanted)
    if found:
        return see_other(f"/desk/notices/{found[0].notice_id}/send")
    answer = see_other(f"/desk/items/{item_id}")
    site.say_next(answer, visit, "no_notice_yet")
    return answer


def _summary(details: NoticeDetails, visit: Visit) -> str:
    said, view = NoticeWords(visit.language), details.view
    hours = int(LAW_PROFILES[view.notice.profile_id].terms[Act.NOTICE].length.total_seconds() // 3600)
    if len(view.lines) == 1:
        return said.sure_what_one.format(hours=hours)
    return said.sure_what.format(count=number(len(view.lines), visit.language), hours=hours)


def _send_facts(details: NoticeDetails, eyes: Eyes) -> tuple[Fact, ...]:
    said = NoticeWords(eyes.language)
    closes = moment(details.view.notice.closes_at, eyes.now, eyes.language)
    return (*notice_facts(details.view, eyes), Fact(name=said.otherwise, value=f"{closes.absolute}, {closes.relative}"))


def _flash(visit: Visit) -> Flash | None:
    said = NoticeWords(visit.language)
    if visit.said == "hurried":
        return Flash(tone="good", text=said.hurried)
    return Flash(tone="attention", text=said.too_late) if visit.said == "too_late" else None


def _notice_id(visit: Visit) -> NoticeId:
    return NoticeId(str(visit.request.path_params["notice_id"])[:40])
