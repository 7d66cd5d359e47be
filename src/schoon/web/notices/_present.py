"""From notices, clocks and disputes to what the desk shows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from schoon.followup import ItemClock
from schoon.notices import (
    Answer,
    Delivery,
    DeliveryState,
    Hoster,
    KeptDispute,
    KeptReturn,
    Notice,
    NoticeDetails,
    NoticeState,
    PageView,
    ShownMessage,
)
from schoon.web._answer_words import ANSWERS
from schoon.web._chrome import Chrome
from schoon.web._i18n import Language
from schoon.web._notice_clock import has_clock, item_face, notice_face
from schoon.web.desk._pages import Event, Fact, Filter, Link
from schoon.web.desk._present import SHORT, Eyes, places_of
from schoon.web.notices._pages import (
    AnsweredItem,
    Attachment,
    ClockRow,
    DisputeForm,
    NoticePage,
    NoticeRow,
)
from schoon.web.notices._words import (
    CHANNELS,
    DELIVERIES,
    KINDS,
    RETURNS,
    STEPS,
    DisputeWords,
    NoticeWords,
    TimeRunsWords,
)
from schoon.web.rules import Term, clock_face, moment, number

ITEMS_SHOWN = 100
_BAD = {DeliveryState.REFUSED, DeliveryState.RETURNED}


def name_of(hoster: Hoster) -> str:
    """How a hoster is called: as the registries name it, else by its address."""
    return hoster.organisation or hoster.email


def filters_of(labels: Sequence[tuple[str, str]], shown: str, path: str, more: str = "") -> tuple[Filter, ...]:
    """Ways to look, with the one that is shown marked; `more` is what stays in the address."""
    return tuple(
        Filter(label=label, count="", href=f"{path}?show={value}{more}", current=value == shown)
        for value, label in labels
    )


def notice_row(
    notice: Notice, hoster: Hoster, clocks: Sequence[ItemClock], eyes: Eyes, *, place: str = "/desk/notices"
) -> NoticeRow:
    """One notice as a row."""
    face = notice_face(notice, clocks, eyes.now, eyes.language)
    if notice.state is NoticeState.OPEN:
        face = clock_face(_window(notice), eyes.now, eyes.language)
    delivery, shade = _delivery(notice, eyes)
    return NoticeRow(
        notice_id=notice.notice_id,
        short_id=notice.notice_id[:SHORT],
        href=f"{place}/{notice.notice_id}",
        hoster=name_of(hoster),
        kind=KINDS[notice.kind].in_language(eyes.language),
        items=number(notice.items, eyes.language),
        delivery=delivery,
        delivery_class=shade,
        clock=face if has_clock(face) and notice.state is not NoticeState.OPEN else None,
        since=moment(notice.opened_at, eyes.now, eyes.language),
    )


def notice_page(
    details: NoticeDetails, message: ShownMessage | None, clocks: Sequence[ItemClock], eyes: Eyes, *, chrome: Chrome
) -> NoticePage:
    """One notice as it is shown."""
    said, view = NoticeWords(eyes.language), details.view
    notice, shown = view.notice, view.lines[:ITEMS_SHOWN]
    more = said.shown_of.format(shown=len(shown), count=number(len(view.lines), eyes.language))
    title, hint = _text_words(notice, message, said)
    return NoticePage(
        chrome=chrome,
        words=said,
        places=places_of("", eyes),
        notice_id=notice.notice_id,
        hoster=name_of(view.hoster),
        row=notice_row(notice, view.hoster, clocks, eyes),
        facts=notice_facts(view, eyes),
        times=_times(notice, eyes, said),
        text_title=title,
        text_hint=hint,
        subject=message.subject if message else "",
        text=message.text if message else "",
        attached=tuple(Attachment(name=name, text=text) for name, text in message.attached) if message else (),
        attached_note=said.more_attached.format(count=number(message.more, eyes.language))
        if message and message.more
        else "",
        deliveries=tuple(_delivered(one, eyes, said) for one in details.deliveries),
        returns=tuple(_returned(one, eyes) for one in details.returns),
        items=_answered(view, eyes, said),
        items_note=more if len(shown) < len(view.lines) else "",
        send_href=f"/desk/notices/{notice.notice_id}/send" if notice.state is NoticeState.OPEN else None,
    )


def notice_facts(view: PageView, eyes: Eyes) -> tuple[Fact, ...]:
    """To whom a notice goes, and how."""
    said, notice, hoster = NoticeWords(eyes.language), view.notice, view.hoster
    return (
        Fact(name=said.hoster, value=f"{name_of(hoster)} · {hoster.country}"),
        Fact(name=said.contact, value=hoster.email),
        Fact(name=said.channel, value=CHANNELS[hoster.channel].in_language(eyes.language)),
        Fact(name=said.kind, value=KINDS[notice.kind].in_language(eyes.language)),
        Fact(name=said.items, value=number(len(view.lines), eyes.language)),
        Fact(name=said.profile, value=notice.profile_id),
    )


def clock_row(clock: ItemClock, hoster: Hoster | None, eyes: Eyes) -> ClockRow:
    """One clock as a row."""
    said = TimeRunsWords(eyes.language)
    marks = ((clock.is_disputed, said.disputed), (clock.paused_at is not None, said.paused))
    return ClockRow(
        short_id=clock.item_id[:SHORT],
        item_href=f"/desk/items/{clock.item_id}",
        hoster=name_of(hoster) if hoster else str(clock.hoster_id),
        notice=clock.notice_id[:SHORT],
        notice_href=f"/desk/notices/{clock.notice_id}",
        clock=item_face(clock, eyes.now, eyes.language),
        step=STEPS[clock.last_step].in_language(eyes.language) if clock.last_step else said.no_step,
        marks=tuple(words for is_so, words in marks if is_so),
    )


def dispute_form(dispute: KeptDispute, eyes: Eyes, *, upheld: str, reason: str, fault: str) -> DisputeForm:
    """One dispute as it is shown, with what a form holds that was not taken."""
    said = DisputeWords(eyes.language)
    item = Link(label=dispute.item_id[:SHORT], href=f"/desk/items/{dispute.item_id}")
    notice = Link(label=dispute.notice_id[:SHORT], href=f"/desk/notices/{dispute.notice_id}")
    return DisputeForm(
        number=str(dispute.number),
        heading=said.heading.format(number=dispute.number),
        item=Fact(name=said.item, value="", links=(item,)),
        notice=Fact(name=said.notice, value="", links=(notice,)),
        text=dispute.text,
        came=moment(dispute.at, eyes.now, eyes.language),
        href=f"/desk/disputes/{dispute.number}",
        upheld=upheld,
        reason=reason,
        fault=fault,
    )


def _window(notice: Notice) -> Term:
    return Term(
        length=max(notice.closes_at - notice.opened_at, timedelta(0)),
        began_at=notice.opened_at,
        due_at=notice.closes_at,
    )


def _delivery(notice: Notice, eyes: Eyes) -> tuple[str, str]:
    """How far a notice came, and the class of its mark."""
    said = NoticeWords(eyes.language)
    if notice.state is NoticeState.OPEN:
        return said.gathering.format(moment=moment(notice.closes_at, eyes.now, eyes.language).relative), "plain"
    if notice.state is NoticeState.FAILED:
        return said.failed, "attention"
    if notice.state is NoticeState.EMPTY:
        return said.nothing_left, "plain"
    if notice.state is NoticeState.CLOSED:
        return said.on_its_way, "plain"
    came = (
        (notice.acknowledged_at, said.acknowledged),
        (notice.seen_at, said.seen),
        (notice.delivered_at, said.delivered),
    )
    word = next((words for at, words in came if at is not None), "")
    return (word, "good") if word else (said.sent, "plain")


def _text_words(notice: Notice, message: ShownMessage | None, said: NoticeWords) -> tuple[str, str]:
    if message is None:
        return said.text_to_be if notice.state is NoticeState.OPEN else said.text_sent, said.no_text
    if not message.text:
        return said.text_to_be, said.by_page
    if not message.is_final:
        return said.text_to_be, f"{said.text_hint} {said.link_hint}"
    return said.text_ready if notice.sent_at is None else said.text_sent, said.link_hint


def _times(notice: Notice, eyes: Eyes, said: NoticeWords) -> tuple[Event, ...]:
    happened: tuple[tuple[datetime | None, str, str], ...] = (
        (notice.opened_at, said.opened, ""),
        (notice.closes_at if notice.state is NoticeState.OPEN else None, said.closes, ""),
        (notice.sent_at, said.sent, ""),
        (notice.delivered_at, said.delivered, "good"),
        (notice.seen_at, said.seen, "good"),
        (notice.acknowledged_at, said.acknowledged, "good"),
        (notice.failed_at, said.failed, "bad"),
    )
    return tuple(
        Event(what=what, when=moment(at, eyes.now, eyes.language), by="", note="", tone=tone)
        for at, what, tone in happened
        if at is not None
    )


def _delivered(one: Delivery, eyes: Eyes, said: NoticeWords) -> Event:
    state = DELIVERIES[one.state].in_language(eyes.language)
    return Event(
        what=said.attempts.format(state=state, count=one.attempts),
        when=moment(one.ended_at or one.tried_at or one.put_at, eyes.now, eyes.language),
        by=f"{CHANNELS[one.channel].in_language(eyes.language)} · {one.address}",
        note=one.fault,
        tone="bad" if one.state in _BAD else "good" if one.state is DeliveryState.DELIVERED else "",
    )


def _returned(one: KeptReturn, eyes: Eyes) -> Event:
    return Event(
        what=RETURNS[one.action].in_language(eyes.language),
        when=moment(one.at, eyes.now, eyes.language),
        by=one.status,
        note=one.says,
    )


def _answered(view: PageView, eyes: Eyes, said: NoticeWords) -> tuple[AnsweredItem, ...]:
    last = {kept.answer.item_id: kept.answer for kept in view.answers}
    lines = []
    for line in view.lines[:ITEMS_SHOWN]:
        answer, gone_at = last.get(line.row.item_id), line.row.gone_at
        text = "" if answer is None else answer.reseller.email if answer.reseller else answer.text
        lines.append(
            AnsweredItem(
                short_id=line.row.item_id[:SHORT],
                href=f"/desk/items/{line.row.item_id}",
                answer=answer_words(answer.answer, eyes.language) if answer else said.no_answer,
                text=text,
                gone=moment(gone_at, eyes.now, eyes.language) if gone_at else None,
            )
        )
    return tuple(lines)


def answer_words(answer: Answer, language: Language) -> str:
    """An answer in words."""
    return ANSWERS[answer].in_language(language)
