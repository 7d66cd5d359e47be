"""Notices: gathered for hosters, sent, and kept until they have arrived; and what hosters say of them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from schoon.agenda import Claimed, Task, TaskKind
from schoon.kinds import Clock, HosterId, ItemId, NoticeId, OrganisationId, Transaction
from schoon.notices import _acknowledge, _again, _answers, _attribute, _deliver, _hosters, _police, _reconcile, _send
from schoon.notices._answer_types import (
    Answerer,
    Compared,
    ItemAnswer,
    KeptDispute,
    PageView,
    Reconciliation,
    Said,
    Settled,
)
from schoon.notices._delivery_types import KeptReturn
from schoon.notices._desk_types import HosterChange, ListedMoves, ListedNotices, NoticeDetails, ShownMessage
from schoon.notices._events import note
from schoon.notices._message_types import NoticeSender
from schoon.notices._parts import NoticeParts, NoticeTerms
from schoon.notices._police_types import ReferralId, ReferralParcel
from schoon.notices._returned import take_return
from schoon.notices._shown import message_of
from schoon.notices.errors import NoSuchNoticeError
from schoon.notices.types import (
    Figures,
    Hoster,
    ItemEnd,
    Notice,
    NoticeState,
    NoticesWanted,
    NoticeTimes,
    Unnoticed,
)

__all__ = ["NoticeParts", "NoticeService", "NoticeTerms"]

_CLAIM = timedelta(minutes=1)
_REFERRALS_SHOWN = 100
_LONGEST_PAGE = 1_000


class NoticeService:
    """Everything that happens to notices. Safe between threads and between processes: the database decides."""

    def __init__(self, parts: NoticeParts) -> None:
        """Take the ports."""
        self._parts = parts

    # For the worker: claimed tasks, many at a time.

    def attribute_due(self, claimed: Sequence[Claimed], *, now: datetime) -> None:
        """Put the items of these tasks on notices to their hosters, or say why not; tasks of kind ITEM_ATTRIBUTE."""
        _attribute.attribute_due(self._parts, claimed, now=now)

    def send_due(self, claimed: Sequence[Claimed], *, now: datetime) -> None:
        """Close the windows of these notices, and freeze what they say; tasks of kind NOTICE_SEND."""
        _send.send_due(self._parts, claimed, now=now)

    def deliver_due(self, claimed: Sequence[Claimed], clock: Clock) -> None:
        """Hand the messages of these tasks to their channels; tasks of kind DELIVERY_ATTEMPT."""
        _deliver.deliver_due(self._parts, claimed, clock)

    def refer_due(self, claimed: Sequence[Claimed], clock: Clock) -> None:
        """Hand these referrals to the police; tasks of kind REFERRAL_SEND."""
        _police.refer_due(self._parts, claimed, clock)

    def work_once(self, clock: Clock, *, limit: int) -> dict[TaskKind, int]:
        """How many tasks of each kind of this room were done: what is due now, once, without a worker."""
        acts: dict[TaskKind, Callable[[Sequence[Claimed]], None]] = {
            TaskKind.ITEM_ATTRIBUTE: lambda claimed: self.attribute_due(claimed, now=clock()),
            TaskKind.NOTICE_SEND: lambda claimed: self.send_due(claimed, now=clock()),
            TaskKind.DELIVERY_ATTEMPT: lambda claimed: self.deliver_due(claimed, clock),
            TaskKind.REFERRAL_SEND: lambda claimed: self.refer_due(claimed, clock),
        }
        done = {}
        for kind, act in acts.items():
            now = clock()
            with self._parts.transactions.write() as tx:
                claimed = self._parts.agenda.claim(tx, now=now, until=now + _CLAIM, limit=limit, kinds=[kind])
            if claimed:
                act(claimed)
            done[kind] = len(claimed)
        return done

    # For later rooms, in their transaction.

    def notice_again(self, tx: Transaction, item_ids: Sequence[ItemId], *, now: datetime) -> None:
        """Put items that are still there on notices again, to each hoster that was told since they became noticed."""
        _again.notice_again(self._parts, tx, item_ids, now=now)

    def refer_to_police(
        self, tx: Transaction, item_ids: Sequence[ItemId], *, reasons: str, now: datetime
    ) -> ReferralId:
        """The referral of these items, which the police get as soon as the transaction stands."""
        return _police.refer_to_police(self._parts, tx, item_ids, reasons=reasons, now=now)

    def times(self, tx: Transaction, item_ids: Collection[ItemId]) -> dict[ItemId, NoticeTimes]:
        """First and last notice of each item, by whatever channel, and how many; items without one are left out."""
        return self._parts.notices.times(tx, item_ids)

    def out_of_reach(self, tx: Transaction, ends: Sequence[ItemEnd]) -> None:
        """Write down since when items are out of reach under their notices, for hosters' own figures."""
        rows = self._parts.notices.items_of(tx, {one.notice_id for one in ends})
        by_id = {(row.notice_id, row.item_id): row for some in rows.values() for row in some}
        known = [(by_id[one.notice_id, one.item_id], one) for one in ends if (one.notice_id, one.item_id) in by_id]
        self._parts.notices.save_items(tx, [replace(row, gone_at=one.gone_at) for row, one in known])

    # For hosters.

    def page(self, token: str, *, now: datetime) -> PageView:
        """What the link in a message opens; opening it is seeing the notice.

        Raises:
            PageTokenError: It opens nothing, or nothing any more.
        """
        with self._parts.transactions.read() as tx:
            opened = _answers.page_by_token(self._parts, tx, token, now=now)
        return _answers.view(self._parts, opened.notice_id, now=now)

    def answer_by_link(self, token: str, answers: Sequence[ItemAnswer], *, now: datetime) -> Notice:
        """The notice, acknowledged, with these answers; none is a bare acknowledgement.

        Raises:
            PageTokenError: The link opens nothing, or nothing any more.
            NotOnNoticeError, HosterAnswerError, TooManyResellersError: See there.
        """
        with self._parts.transactions.write() as tx:
            opened = _answers.page_by_token(self._parts, tx, token, now=now)
            said = Said(notice_id=opened.notice_id, answers=tuple(answers), answerer=Answerer.LINK, by="link", at=now)
            return _answers.answer(self._parts, tx, said)

    def page_of(self, hoster_id: HosterId, notice_id: NoticeId, *, now: datetime) -> PageView:
        """The same page for an account of the hoster.

        Raises:
            NoSuchNoticeError: There is none, or it is another hoster's: the two are never told apart.
        """
        self._require_own(hoster_id, notice_id)
        return _answers.view(self._parts, notice_id, now=now)

    def answer_by_account(
        self, hoster_id: HosterId, notice_id: NoticeId, answers: Sequence[ItemAnswer], *, by: str, now: datetime
    ) -> Notice:
        """The same for an account of the hoster.

        Raises:
            NoSuchNoticeError: There is none, or it is another hoster's.
            NotOnNoticeError, HosterAnswerError, TooManyResellersError: See there.
        """
        self._require_own(hoster_id, notice_id)
        with self._parts.transactions.write() as tx:
            said = Said(notice_id=notice_id, answers=tuple(answers), answerer=Answerer.ACCOUNT, by=by, at=now)
            return _answers.answer(self._parts, tx, said)

    def acknowledge(self, document: bytes, signature: bytes, *, now: datetime) -> Notice:
        """The notice that a signed document acknowledges; see `_acknowledge.acknowledge`."""
        return _acknowledge.acknowledge(self._parts, document, signature, now=now)

    def reconcile(self, hoster_id: HosterId, content: bytes, *, by: str, now: datetime) -> list[Compared]:
        """A hoster's own list beside ours, kept for both sides; see `_reconcile.reconcile`."""
        return _reconcile.reconcile(self._parts, hoster_id, content, by=by, now=now)

    def last_comparison(self, hoster_id: HosterId) -> tuple[Reconciliation, list[Compared]] | None:
        """The newest list of a hoster beside ours as it is now; None when it never gave one."""
        return _reconcile.last_comparison(self._parts, hoster_id)

    def figures(self, hoster_id: HosterId, *, since: datetime, until: datetime, now: datetime) -> Figures:
        """The hoster's own figures over first notices sent from `since` up to and without `until`."""
        with self._parts.transactions.read() as tx:
            found = self._parts.notices.figures(tx, hoster_id, since=since, until=until, now=now)
        return found.get(hoster_id, Figures())

    def all_figures(self, *, since: datetime, until: datetime, now: datetime) -> dict[HosterId, Figures]:
        """The figures of every hoster that was sent a first notice from `since` up to and without `until`."""
        with self._parts.transactions.read() as tx:
            return self._parts.notices.figures(tx, None, since=since, until=until, now=now)

    # For the desk.

    @property
    def sender(self) -> NoticeSender | None:
        """Who sends notices; None while nothing can be sent."""
        return self._parts.terms.sender

    def take_return(self, mail: bytes, *, recipient: str = "", now: datetime) -> KeptReturn:
        """What a mail that came back says; see `_returned.take_return`."""
        return take_return(self._parts, mail, recipient=recipient, now=now)

    def list_notices(self, wanted: NoticesWanted) -> list[Notice]:
        """A page of at most 1,000 notices, the newest first."""
        with self._parts.transactions.read() as tx:
            return self._parts.notices.page(tx, replace(wanted, limit=max(1, min(wanted.limit, _LONGEST_PAGE))))

    def listed(self, wanted: NoticesWanted) -> ListedNotices:
        """The same page, with whom they went to."""
        with self._parts.transactions.read() as tx:
            page = self._parts.notices.page(tx, replace(wanted, limit=max(1, min(wanted.limit, _LONGEST_PAGE))))
            return ListedNotices(
                notices=tuple(page), hosters=self._parts.hosters.hosters(tx, {one.hoster_id for one in page})
            )

    def message(self, notice_id: NoticeId, *, now: datetime) -> ShownMessage | None:
        """What is sent of a notice, or will be; see `_shown.message_of`.

        Raises:
            NoSuchNoticeError: There is none.
        """
        with self._parts.transactions.read() as tx:
            return message_of(self._parts, tx, notice_id, now=now)

    def send_now(self, notice_id: NoticeId, *, by: str, now: datetime) -> Notice:
        """The notice, whose window the worker ends at once; nothing changes for one whose window has ended.

        Raises:
            NoSuchNoticeError: There is none.
        """
        with self._parts.transactions.write() as tx:
            notice = _answers.notice_of(self._parts, tx, notice_id)
            if notice.state is NoticeState.OPEN:
                self._parts.agenda.put(tx, [Task(kind=TaskKind.NOTICE_SEND, subject=notice_id, due_at=now)])
                self._parts.journal.append(tx, note("hurry", notice, now, by=by))
            return notice

    def notice(self, notice_id: NoticeId) -> NoticeDetails:
        """One notice with its messages and what came back; looking at the desk is no seeing by the hoster.

        Raises:
            NoSuchNoticeError: There is none.
        """
        with self._parts.transactions.read() as tx:
            return NoticeDetails(
                view=_answers.view_of(self._parts, tx, _answers.notice_of(self._parts, tx, notice_id)),
                deliveries=tuple(self._parts.deliveries.of_notices(tx, [notice_id])),
                returns=tuple(self._parts.deliveries.returns(tx, [notice_id])),
            )

    def unnoticed(self) -> list[Unnoticed]:
        """Items that nobody could be told of, the longest first."""
        with self._parts.transactions.read() as tx:
            return list(self._parts.notices.unnoticed(tx).values())

    def disputes(self, *, open_only: bool = True) -> list[KeptDispute]:
        """Hosters' objections, the oldest first."""
        with self._parts.transactions.read() as tx:
            return self._parts.answers.disputes(tx, open_only=open_only)

    def settle(self, settled: Settled) -> KeptDispute:
        """The dispute with its outcome; upheld, the item is not illegal and nothing more is asked.

        Raises:
            NoSuchDisputeError: There is no open one of that number.
            HosterAnswerError: No reason was given.
        """
        return _answers.settle(self._parts, settled)

    def moved(self, *, before: int | None = None, limit: int = 100) -> ListedMoves:
        """A page of at most 1,000 items that went to another hoster's notice, the newest first, below a number."""
        with self._parts.transactions.read() as tx:
            page = self._parts.notices.moved(tx, before=before, limit=max(1, min(limit, _LONGEST_PAGE)))
            named = {hoster for one in page for hoster in (one.from_hoster_id, one.to_hoster_id)}
            return ListedMoves(moves=tuple(page), hosters=self._parts.hosters.hosters(tx, named))

    def referrals(self) -> list[ReferralParcel]:
        """The newest referrals to the police, for those who may see them."""
        with self._parts.transactions.read() as tx:
            return self._parts.referrals.referrals(tx, limit=_REFERRALS_SHOWN)

    def hosters(self) -> list[Hoster]:
        """Everybody who ever was to get a notice, in the order they came."""
        with self._parts.transactions.read() as tx:
            return list(self._parts.hosters.hosters(tx).values())

    def hosters_of(self, organisation_id: OrganisationId) -> list[Hoster]:
        """Those that this organisation answers for, in the order they came."""
        return [one for one in self.hosters() if one.party == organisation_id]

    def change_hoster(self, hoster_id: HosterId, change: HosterChange, *, by: str, now: datetime) -> Hoster:
        """The hoster, changed and so reviewed; see `_hosters.change_hoster`."""
        return _hosters.change_hoster(self._parts, hoster_id, change, by=by, now=now)

    def _require_own(self, hoster_id: HosterId, notice_id: NoticeId) -> None:
        with self._parts.transactions.read() as tx:
            found = self._parts.notices.notices(tx, [notice_id]).get(notice_id)
        if found is None or found.hoster_id != hoster_id or found.closed_at is None:
            raise NoSuchNoticeError(f"there is no notice {str(notice_id)[:40]!r}")
