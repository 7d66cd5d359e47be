"""What hosters say of a notice: by its link, by an account, or signed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from schoon.kinds import ItemId, NoticeId, Transaction
from schoon.notices._answer_types import (
    MOST_TEXT,
    AnsweredNotice,
    ItemAnswer,
    KeptAnswer,
    KeptDispute,
    NoticePage,
    PageLine,
    PageView,
    Reseller,
    Said,
    Settled,
    SettledDispute,
)
from schoon.notices._arrivals import look_again
from schoon.notices._events import about, note
from schoon.notices._freezing import digest_of
from schoon.notices._opening import Placing, place
from schoon.notices._parts import NoticeParts
from schoon.notices.errors import (
    HosterAnswerError,
    NoSuchDisputeError,
    NoSuchNoticeError,
    NotOnNoticeError,
    PageTokenError,
    TooManyResellersError,
)
from schoon.notices.rules import MOST_RESELLERS, hoster_key, language_for, mail_address_of
from schoon.notices.types import MOST_NAME, Answer, Hoster, HosterDraft, Notice, NoticeItem, NoticeKind
from schoon.reports import Item, ItemState, Judgement, Move

_WITH_TEXT = {Answer.MOVED_TO, Answer.DISPUTED}
_LOOK_AGAIN = {Answer.NOT_OURS, Answer.MOVED_TO}
_ENDED_BY_DISPUTE = {ItemState.NOTICED, ItemState.TO_NOTICE, ItemState.HELD}
_COUNTRY = 2


def page_by_token(parts: NoticeParts, tx: Transaction, token: str, *, now: datetime) -> NoticePage:
    """What the token of a link opens.

    Raises:
        PageTokenError: Nothing, or nothing any more.
    """
    page = parts.answers.page(tx, digest_of(token))
    if page is None or page.expires_at <= now:
        raise PageTokenError("the link opens nothing")
    return page


def view(parts: NoticeParts, notice_id: NoticeId, *, now: datetime) -> PageView:
    """The page of a notice, seen now for the first time if it was not before.

    Raises:
        NoSuchNoticeError: There is none.
    """
    with parts.transactions.write() as tx:
        notice = notice_of(parts, tx, notice_id)
        if notice.seen_at is None and notice.closed_at is not None:
            notice = replace(notice, seen_at=now)
            parts.notices.save(tx, [notice])
            parts.journal.append(tx, note("see", notice, now))
        return view_of(parts, tx, notice)


def view_of(parts: NoticeParts, tx: Transaction, notice: Notice) -> PageView:
    """What the page of a notice shows."""
    rows = parts.notices.items_of(tx, [notice.notice_id])[notice.notice_id]
    items = parts.items.items(tx, sorted({row.item_id for row in rows}))
    lines = tuple(_page_line(row, items[row.item_id]) for row in rows if row.item_id in items)
    return PageView(
        notice=notice,
        hoster=parts.hosters.hosters(tx, [notice.hoster_id])[notice.hoster_id],
        lines=lines,
        answers=tuple(parts.answers.answers(tx, [notice.notice_id])),
    )


def _page_line(row: NoticeItem, item: Item) -> PageLine:
    return PageLine(
        row=row,
        url=item.url.text,
        baseline=item.judgement is Judgement.BASELINE,
        police_backed=item.police_backed,
        preserve=item.preserve,
    )


def notice_of(parts: NoticeParts, tx: Transaction, notice_id: NoticeId) -> Notice:
    """One notice, locked in a write transaction.

    Raises:
        NoSuchNoticeError: There is none.
    """
    found = parts.notices.notices(tx, [notice_id]).get(notice_id)
    if found is None:
        raise NoSuchNoticeError(f"there is no notice {str(notice_id)[:40]!r}")
    return found


def answer(parts: NoticeParts, tx: Transaction, said: Said) -> Notice:
    """The notice, acknowledged, with its answers; what was said before stays on record.

    Raises:
        NoSuchNoticeError: There is no such notice, or it was not sent yet.
        NotOnNoticeError: An item is not on it, or is named twice.
        HosterAnswerError: An answer lacks what it needs.
        TooManyResellersError: It was passed on often enough.
    """
    notice = notice_of(parts, tx, said.notice_id)
    if notice.closed_at is None:
        raise NoSuchNoticeError(f"there is no notice {str(said.notice_id)[:40]!r}")
    rows = {row.item_id: row for row in parts.notices.items_of(tx, [said.notice_id])[said.notice_id]}
    named = [one.item_id for one in said.answers]
    if len(set(named)) != len(named) or not rows.keys() >= set(named):
        raise NotOnNoticeError("an item is not on this notice, or is named twice")
    answers = [_checked(one) for one in said.answers]
    now = said.at
    notice = replace(notice, acknowledged_at=notice.acknowledged_at or now, seen_at=notice.seen_at or now)
    parts.notices.save(tx, [notice])
    parts.notices.save_items(tx, [replace(rows[one.item_id], answer=one.answer, answered_at=now) for one in answers])
    _pass_on(parts, tx, notice, answers, now=now)
    parts.answers.add_answers(
        tx,
        [
            KeptAnswer(notice_id=notice.notice_id, answer=one, answerer=said.answerer, by=said.by, at=now)
            for one in answers
        ],
    )
    parts.hosters.set_bounced(tx, [notice.hoster_id], None)
    look_again(parts, tx, {one.item_id for one in answers if one.answer in _LOOK_AGAIN}, now=now)
    counts = {one.value: sum(given.answer is one for given in answers) for one in Answer}
    parts.journal.append(tx, note("answer", notice, now, by=f"hoster:{notice.hoster_id}:{said.by}", **counts))
    parts.listener.answered(tx, [AnsweredNotice(notice=notice, answers=tuple(answers), answerer=said.answerer)], now)
    return notice


def settle(parts: NoticeParts, settled: Settled) -> KeptDispute:
    """The dispute with its outcome. Upheld: the item is not illegal, and nothing more is asked.

    Raises:
        NoSuchDisputeError: There is no open one of that number.
        HosterAnswerError: No reason was given.
    """
    if not settled.reason.strip() or len(settled.reason) > MOST_TEXT:
        raise HosterAnswerError(f"an outcome has a reason of at most {MOST_TEXT:,} characters")
    with parts.transactions.write() as tx:
        dispute = parts.answers.settle(tx, settled)
        if dispute is None:
            raise NoSuchDisputeError(f"there is no open dispute {settled.number}")
        notice = notice_of(parts, tx, dispute.notice_id)
        item = parts.items.items(tx, [dispute.item_id]).get(dispute.item_id)
        if settled.upheld and item is not None and item.state in _ENDED_BY_DISPUTE:
            step = Move(
                item_id=item.item_id,
                from_state=item.state,
                to_state=ItemState.NOT_ILLEGAL,
                by=settled.by,
                reason=settled.reason,
            )
            parts.items.move(tx, [step], now=settled.at)
        event = about(
            "notice:dispute:settle",
            f"notice_dispute:{settled.number}",
            settled.at,
            by=settled.by,
            upheld=settled.upheld,
            item=dispute.item_id,
            notice=dispute.notice_id,
        )
        parts.journal.append(tx, event)
        parts.listener.settled(tx, [SettledDispute(dispute=dispute, notice=notice)], settled.at)
    return dispute


def _checked(one: ItemAnswer) -> ItemAnswer:
    if len(one.text) > MOST_TEXT:
        raise HosterAnswerError(f"{len(one.text):,} characters, and an answer has at most {MOST_TEXT:,}")
    if one.answer in _WITH_TEXT and not one.text.strip():
        raise HosterAnswerError(f"{one.answer} says nothing: a dispute has a reason, a move a new address")
    if (one.answer is Answer.PASSED_ON) != (one.reseller is not None):
        raise HosterAnswerError("passed_on names a reseller, and no other answer does")
    if one.reseller is None:
        return one
    email = mail_address_of(one.reseller.email)
    country = one.reseller.country
    if email is None or len(one.reseller.organisation) > MOST_NAME or not one.reseller.organisation.isprintable():
        raise HosterAnswerError("a reseller has a mail address in use, and a name on one line")
    if country and not (len(country) == _COUNTRY and country.isascii() and country.isupper()):
        raise HosterAnswerError("a country has two capital letters")
    return replace(one, reseller=replace(one.reseller, email=email))


def _pass_on(
    parts: NoticeParts, tx: Transaction, notice: Notice, answers: Sequence[ItemAnswer], *, now: datetime
) -> None:
    """The chain grows: the reseller gets a notice of its own, at once. The hoster's own clock runs on."""
    named = {one.item_id: one.reseller for one in answers if one.reseller is not None}
    if not named:
        return
    keys = {hoster_key(one.email) for one in named.values()}
    before = parts.answers.answers(tx, [notice.notice_id])
    known = {hoster_key(one.answer.reseller.email) for one in before if one.answer.reseller is not None}
    if len(keys | known) > MOST_RESELLERS:
        raise TooManyResellersError(f"a notice is passed on to at most {MOST_RESELLERS} resellers")
    giver = parts.hosters.hosters(tx, [notice.hoster_id])[notice.hoster_id]
    if giver.key in keys:
        raise HosterAnswerError("a notice is passed on to somebody else")
    if giver.reseller_of is not None:
        raise HosterAnswerError("a notice that was passed on is not passed on again; tell the hotline who has it")
    hosters = parts.hosters.add_missing(tx, [_draft(one, giver) for one in named.values()], now)
    items = parts.items.items(tx, list(named))
    has_it = {
        (one.item_id, one.hoster_id) for one in parts.notices.live(tx, list(named)) if one.kind is NoticeKind.FIRST
    }
    placings = []
    for item_id, reseller in named.items():
        hoster, item = hosters[hoster_key(reseller.email)], items.get(item_id)
        if item is not None and (item_id, hoster.hoster_id) not in has_it:
            placings.append(_placing(notice, hoster, item_id, item.url.text))
    place(parts, tx, placings, now=now)


def _placing(notice: Notice, hoster: Hoster, item_id: ItemId, url: str) -> Placing:
    return Placing(
        item_id=item_id,
        url=url,
        hoster=hoster,
        kind=NoticeKind.FIRST,
        profile_id=notice.profile_id,
        trace_id=None,
        from_hoster_id=None if hoster.hoster_id == notice.hoster_id else notice.hoster_id,
        hurried=True,
    )


def _draft(reseller: Reseller, giver: Hoster) -> HosterDraft:
    country = reseller.country or giver.country
    return HosterDraft(
        organisation=reseller.organisation.strip(),
        country=country,
        email=reseller.email,
        language=language_for(country),
        reseller_of=giver.hoster_id,
    )
