"""The two doors to the page of a notice: the link in its message, and an account of its hoster."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schoon.kinds import NoticeId, RefusedError
from schoon.notices import Hoster, ItemAnswer, NoSuchNoticeError, PageTokenError, PageView
from schoon.web._visit import Site, Visit


class ClosedDoorError(RefusedError):
    """There is nothing behind this door, or nothing any more."""

    next_step = "use the link in the newest message, or look in the list of notices"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One way to one notice.

    Attributes:
        href: The address of the page.
        by_account: Whether an account leads there: its own list lies behind, and no link has to be kept secret.
        look: What the page shows; raises `ClosedDoorError`.
        answer: Records answers; none is a bare acknowledgement.
    """

    href: str
    by_account: bool
    look: Callable[[], PageView]
    answer: Callable[[Sequence[ItemAnswer]], object]


def door_by_link(site: Site, visit: Visit) -> Door:
    """By the token in the address."""
    token = str(visit.request.path_params["token"])[:200]
    notices = site.rooms.notices

    def look() -> PageView:
        try:
            return notices.page(token, now=visit.now)
        except PageTokenError:
            raise ClosedDoorError from None

    return Door(
        href=f"/n/{token}",
        by_account=False,
        look=look,
        answer=lambda answers: notices.answer_by_link(token, answers, now=visit.now),
    )


def door_by_account(site: Site, visit: Visit) -> Door:
    """By the name of a notice, for people of its hoster; another hoster's notice is none."""
    notice_id = NoticeId(str(visit.request.path_params["notice_id"])[:40])
    notices = site.rooms.notices
    ours = hosters_of(site, visit)

    def look() -> PageView:
        for hoster in ours:
            try:
                return notices.page_of(hoster.hoster_id, notice_id, now=visit.now)
            except NoSuchNoticeError:
                continue
        raise ClosedDoorError

    def answer(answers: Sequence[ItemAnswer]) -> object:
        hoster_id = look().notice.hoster_id
        return notices.answer_by_account(hoster_id, notice_id, answers, by=visit.actor, now=visit.now)

    return Door(href=f"/hoster/notices/{notice_id}", by_account=True, look=look, answer=answer)


def hosters_of(site: Site, visit: Visit) -> list[Hoster]:
    """Those that the visitor's organisation answers for."""
    return site.rooms.notices.hosters_of(visit.person.organisation_id)
