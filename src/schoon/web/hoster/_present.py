"""From a notice to what its page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from schoon.followup import ItemClock
from schoon.kinds import ItemId
from schoon.norms import LAW_PROFILES, Act
from schoon.notices import Answer, ItemAnswer, NoticeSender, PageLine, PageView, Reseller
from schoon.web._answer_words import ANSWERS
from schoon.web._chrome import Chrome
from schoon.web._i18n import Language
from schoon.web._notice_clock import notice_face
from schoon.web.hoster._pages import AddressLine, AnswerOption, LinkPage
from schoon.web.hoster._words import KINDS, LinkWords
from schoon.web.rules import moment, number

AT_ONCE = 50
"""Addresses on one page: their answers fit one form."""

NEEDS_TEXT = {Answer.MOVED_TO, Answer.DISPUTED, Answer.PASSED_ON}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What stands in the form for one address."""

    answer: Answer | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the page is looked at.

    Attributes:
        href: Its address, without the page of addresses.
        start: The first address that is shown, from 0.
        by_account: Whether an account of the hoster looks, and not somebody with the link.
    """

    href: str
    start: int
    now: datetime
    language: Language
    by_account: bool = False


def standing(view: PageView) -> dict[ItemId, Given]:
    """What the hoster said last of each item."""
    return {kept.answer.item_id: Given(answer=kept.answer.answer, text=_text(kept.answer)) for kept in view.answers}


def shown_lines(view: PageView, start: int) -> Sequence[PageLine]:
    """The addresses of one page."""
    return view.lines[start : start + AT_ONCE]


def item_answer(item_id: ItemId, given: Given) -> ItemAnswer | None:
    """The answer as the notices take it; None without one."""
    if given.answer is None:
        return None
    if given.answer is Answer.PASSED_ON:
        return ItemAnswer(item_id=item_id, answer=given.answer, reseller=Reseller(email=given.text))
    return ItemAnswer(item_id=item_id, answer=given.answer, text=given.text)


def link_page(
    view: PageView,
    clocks: Sequence[ItemClock],
    look: Look,
    *,
    chrome: Chrome,
    sender: NoticeSender | None,
    given: Mapping[ItemId, Given] | None,
) -> LinkPage:
    """The page; `given` is what a form holds that was not taken."""
    said, notice, count = LinkWords(look.language), view.notice, len(view.lines)
    lines = shown_lines(view, look.start)
    face = notice_face(notice, clocks, look.now, look.language)
    asked = (said.out_of_reach, *((said.preserve,) if any(one.preserve for one in view.lines) else ()), said.say)
    after = look.start + len(lines)
    return LinkPage(
        chrome=chrome if look.by_account else replace(chrome, home=look.href, place=said.place),
        words=said,
        title=said.title.format(notice=notice.notice_id[:9]),
        request=_request(view, sender, look),
        asked=asked,
        police=said.police if any(one.police_backed for one in view.lines) else "",
        profile=said.profile.format(profile=notice.profile_id),
        clock=face,
        sent=moment(notice.sent_at, look.now, look.language) if notice.sent_at else None,
        hoster=view.hoster.organisation or view.hoster.email,
        sender=f"{sender.organisation}, {sender.email}" if sender else "",
        count=number(count, look.language),
        acknowledged=moment(notice.acknowledged_at, look.now, look.language) if notice.acknowledged_at else None,
        href=look.href + (f"?from={look.start}" if look.start else ""),
        csv_href=f"{look.href}/items.csv",
        range=said.addresses.format(first=min(look.start + 1, count), last=after, count=number(count, look.language)),
        lines=tuple(
            _line(place, one, (given or standing(view)).get(one.row.item_id), look, is_checked=given is not None)
            for place, one in enumerate(lines, look.start + 1)
        ),
        previous_href=f"{look.href}?from={max(0, look.start - AT_ONCE)}" if look.start else None,
        next_href=f"{look.href}?from={after}" if after < count else None,
        fault="",
        back_href="/hoster" if look.by_account else None,
    )


def _request(view: PageView, sender: NoticeSender | None, look: Look) -> str:
    hours = int(LAW_PROFILES[view.notice.profile_id].terms[Act.NOTICE].length.total_seconds() // 3600)
    hotline = sender.organisation if sender else ""
    return KINDS[view.notice.kind].in_language(look.language).format(hotline=hotline, hours=hours)


def _line(place: int, line: PageLine, given: Given | None, look: Look, *, is_checked: bool) -> AddressLine:
    said, row = LinkWords(look.language), line.row
    marks = ((line.police_backed, said.with_police), (line.preserve, said.keep))
    chosen = given.answer if given else None
    text = given.text if given else ""
    return AddressLine(
        item_id=row.item_id,
        heading=said.number.format(number=number(place, look.language)),
        address=line.url,
        why=said.baseline if line.baseline else said.national,
        marks=tuple(words for is_so, words in marks if is_so),
        gone=said.gone.format(moment=moment(row.gone_at, look.now, look.language).absolute) if row.gone_at else "",
        options=tuple(
            AnswerOption(value=answer, label=label.in_language(look.language), chosen=answer is chosen)
            for answer, label in ANSWERS.items()
        ),
        text=text,
        is_faulty=is_checked and chosen in NEEDS_TEXT and not text,
    )


def _text(answer: ItemAnswer) -> str:
    return answer.reseller.email if answer.reseller else answer.text
