"""What this room needs from outside, and whom it tells."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from schoon.hosting import HostingChain
from schoon.kinds import Clock, HosterId, ItemId, NoticeId, Transaction
from schoon.notices._answer_types import (
    AnsweredNotice,
    KeptAcknowledgement,
    KeptAnswer,
    KeptDispute,
    NoticePage,
    Reconciliation,
    Settled,
    SettledDispute,
)
from schoon.notices._delivery_types import Delivery, HandOver, KeptReturn, Parcel
from schoon.notices._message_types import HosterNotice
from schoon.notices._police_types import ReferralId, ReferralParcel
from schoon.notices.types import (
    DeliveryId,
    Figures,
    Hoster,
    HosterDraft,
    Live,
    Moved,
    Notice,
    NoticeItem,
    NoticesWanted,
    NoticeTimes,
    NoticeWish,
    SentNotice,
    TakenUp,
    Unnoticed,
)
from schoon.reports import Item, Move, TargetUrl


class NoticeListener(Protocol):
    """Hears what becomes of notices, in the transaction that writes it down. Later rooms implement it.

    Each call tells of a batch; what is done must take a number of statements that does not grow with it.
    """

    def sent(self, tx: Transaction, sent: Sequence[SentNotice], at: datetime) -> None:
        """A channel took these notices; their items are `noticed` now, unless another hoster's notice did that before.

        `notice.sent_at` is set. Told once a notice, whatever the channel, and before `delivered`.
        """
        ...

    def delivered(self, tx: Transaction, delivered: Sequence[SentNotice], at: datetime) -> None:
        """These notices arrived; `notice.delivered_at` is set. Mail may never get here: not every server says so."""
        ...

    def failed(self, tx: Transaction, failed: Sequence[SentNotice], at: datetime) -> None:
        """These notices were sent, and came back: the hoster never had them, and its clocks never ran.

        Their items are `to_notice` again and go to the next contact. Notices that were never taken are not told of.
        """
        ...

    def answered(self, tx: Transaction, answered: Sequence[AnsweredNotice], at: datetime) -> None:
        """The hoster spoke. No answer by itself ends a clock: what a probe sees does, or a settled dispute."""
        ...

    def settled(self, tx: Transaction, settled: Sequence[SettledDispute], at: datetime) -> None:
        """Disputes have their outcome; where one was upheld, its item is not illegal now if it could be moved there."""
        ...


class ItemDesk(Protocol):
    """The items, as the service of reports has them."""

    def items(self, tx: Transaction, item_ids: Sequence[ItemId]) -> dict[ItemId, Item]:
        """Those that exist, with their addresses opened; in a write transaction they are locked."""
        ...

    def move(self, tx: Transaction, moves: Sequence[Move], *, now: datetime) -> None:
        """Take steps.

        Raises:
            ItemMovedError: An item is not in the state that its step begins at; no step is taken.
        """
        ...


class Tracing(Protocol):
    """Finds out who can take addresses down."""

    def trace(self, targets: Sequence[TargetUrl], *, now: datetime, fresh: bool) -> list[HostingChain | None]:
        """A chain for each address, in order, kept; None where none could be made now. It is asked once a host.

        Args:
            targets: One of each host.
            now: The present instant.
            fresh: Ask registries anew.
        """
        ...


class Channel(Protocol):
    """One way to hosters. It takes what a hoster may be told, and nothing else."""

    def prepare(self, notice: HosterNotice, delivery: Delivery) -> bytes:
        """The message, whole, signed where the channel signs messages: what is handed over at every attempt."""
        ...

    def hand_over(self, parcels: Sequence[Parcel], clock: Clock) -> list[HandOver]:
        """What became of each, in order. Never raises for the other side's faults, and ends within a minute."""
        ...


class PoliceDoor(Protocol):
    """The way to the police."""

    def prepare(self, parcel: ReferralParcel) -> bytes:
        """The message, whole and signed."""
        ...

    def hand_over(self, parcels: Sequence[ReferralParcel], clock: Clock) -> list[HandOver]:
        """What became of each, in order. Never raises for the other side's faults, and ends within a minute."""
        ...


class HosterBook(Protocol):
    """Who gets notices; a key is one hoster's."""

    def by_key(self, tx: Transaction, keys: Collection[str]) -> dict[str, Hoster]:
        """Those there are, by key."""
        ...

    def hosters(self, tx: Transaction, hoster_ids: Collection[HosterId] | None = None) -> dict[HosterId, Hoster]:
        """Those of the ids, or all, in the order they came."""
        ...

    def add_missing(self, tx: Transaction, drafts: Sequence[HosterDraft], now: datetime) -> dict[str, Hoster]:
        """The hoster of each draft by its key, the casefolded address; made now where there was none."""
        ...

    def save(self, tx: Transaction, hosters: Sequence[Hoster]) -> None:
        """Replace everything that can change."""
        ...

    def set_bounced(self, tx: Transaction, hoster_ids: Collection[HosterId], at: datetime | None) -> None:
        """From when on their contacts are bouncing; None when they work."""
        ...


class NoticeBook(Protocol):
    """Notices and the items on them. There is one open notice a hoster, law profile and kind."""

    def open_for(self, tx: Transaction, wishes: Sequence[NoticeWish], now: datetime) -> list[Notice]:
        """The open notice for each wish, in order, locked; one that was made has the wish's own id."""
        ...

    def add_items(self, tx: Transaction, taken: Sequence[TakenUp]) -> None:
        """Put items on notices; one that waits on a notice of this hoster and kind already is left there."""
        ...

    def notices(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> dict[NoticeId, Notice]:
        """Those that exist; locked in a write transaction."""
        ...

    def items_of(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> dict[NoticeId, list[NoticeItem]]:
        """What is on them, in the order it came; what was dropped is not."""
        ...

    def save(self, tx: Transaction, notices: Sequence[Notice]) -> None:
        """Replace states and times; of a notice that is no longer on its way, items wait no more."""
        ...

    def save_items(self, tx: Transaction, items: Sequence[NoticeItem]) -> None:
        """Replace traces, drops, answers and ends."""
        ...

    def live(self, tx: Transaction, item_ids: Collection[ItemId]) -> list[Live]:
        """Where those items are on notices; the newest first. Items that were dropped from one are not on it."""
        ...

    def times_moved(self, tx: Transaction, item_ids: Collection[ItemId], since: datetime) -> dict[ItemId, int]:
        """How often each was dropped from a notice since then because another hoster had it."""
        ...

    def last_hosters(self, tx: Transaction, item_ids: Collection[ItemId]) -> dict[ItemId, HosterId]:
        """On whose first notice each was put last, whether it was dropped from it or not."""
        ...

    def moved(self, tx: Transaction, *, before: int | None, limit: int) -> list[Moved]:
        """Items that were put on another hoster's notice than before, the newest first; those with lower numbers."""
        ...

    def times(self, tx: Transaction, item_ids: Collection[ItemId]) -> dict[ItemId, NoticeTimes]:
        """First and last of each item's notices; items without a sent one are left out."""
        ...

    def page(self, tx: Transaction, wanted: NoticesWanted) -> list[Notice]:
        """Notices, the newest first."""
        ...

    def by_url(self, tx: Transaction, hoster_id: HosterId, urls: Collection[str]) -> dict[str, NoticeId]:
        """The newest notice to that hoster, sent or failed, with each address; addresses on none are left out."""
        ...

    def keep_unnoticed(self, tx: Transaction, items: Sequence[Unnoticed]) -> None:
        """Replace what is known of items that nobody could be told of."""
        ...

    def forget_unnoticed(self, tx: Transaction, item_ids: Collection[ItemId]) -> None:
        """Somebody can be told of these, or nobody need be."""
        ...

    def unnoticed(self, tx: Transaction, item_ids: Collection[ItemId] | None = None) -> dict[ItemId, Unnoticed]:
        """Those of the ids, or all, the longest first."""
        ...

    def figures(
        self, tx: Transaction, hoster_id: HosterId | None, *, since: datetime, until: datetime, now: datetime
    ) -> dict[HosterId, Figures]:
        """Figures of one hoster, or of all, over first notices sent from `since` up to and without `until`.

        Hosters without any such notice are left out.
        """
        ...


class DeliveryBook(Protocol):
    """Messages to hosters, whole; one at a time is on its way for a notice."""

    def put(self, tx: Transaction, deliveries: Sequence[tuple[Delivery, bytes]]) -> None:
        """Keep new ones."""
        ...

    def parcels(
        self, tx: Transaction, delivery_ids: Collection[DeliveryId]
    ) -> dict[DeliveryId, tuple[Delivery, bytes]]:
        """Those that exist, with the message; locked in a write transaction."""
        ...

    def of_notices(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> list[Delivery]:
        """The deliveries of notices, in the order they were put."""
        ...

    def by_token(self, tx: Transaction, return_tokens: Collection[str]) -> dict[str, Delivery]:
        """Those that these tokens name; locked in a write transaction."""
        ...

    def save(self, tx: Transaction, deliveries: Sequence[Delivery]) -> None:
        """Replace states, attempts and faults."""
        ...

    def add_return(self, tx: Transaction, kept: KeptReturn) -> bool:
        """Keep what a mail said of a delivery; False when the very same mail was here before."""
        ...

    def returns(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> list[KeptReturn]:
        """What mails said of the deliveries of notices, oldest first."""
        ...


class AnswerBook(Protocol):
    """Pages that links open, and what hosters said; what was said is never changed."""

    def add_pages(self, tx: Transaction, pages: Sequence[NoticePage]) -> None:
        """Keep the digests of tokens."""
        ...

    def page(self, tx: Transaction, digest: bytes) -> NoticePage | None:
        """What a token opens."""
        ...

    def add_answers(self, tx: Transaction, answers: Sequence[KeptAnswer]) -> None:
        """Keep them; disputes among them are open."""
        ...

    def answers(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> list[KeptAnswer]:
        """What was said of notices, oldest first."""
        ...

    def disputes(self, tx: Transaction, *, open_only: bool) -> list[KeptDispute]:
        """Disputes, the oldest first."""
        ...

    def settle(self, tx: Transaction, settled: Settled) -> KeptDispute | None:
        """The dispute with its outcome; None when there is no open one of that number."""
        ...

    def add_acknowledgement(self, tx: Transaction, kept: KeptAcknowledgement) -> bool:
        """Keep a signed acknowledgement; False when the very same was here before."""
        ...

    def acknowledgements(self, tx: Transaction, notice_id: NoticeId) -> list[KeptAcknowledgement]:
        """Those of a notice, oldest first."""
        ...

    def add_reconciliation(self, tx: Transaction, kept: Reconciliation) -> int:
        """Keep a hoster's list; its number."""
        ...

    def reconciliations(self, tx: Transaction, hoster_id: HosterId, *, limit: int) -> list[Reconciliation]:
        """The lists of a hoster, newest first."""
        ...


class ReferralBook(Protocol):
    """Messages to the police; apart from everything that goes to hosters."""

    def put(self, tx: Transaction, parcels: Sequence[ReferralParcel]) -> None:
        """Keep new ones."""
        ...

    def parcels(self, tx: Transaction, referral_ids: Collection[ReferralId]) -> dict[ReferralId, ReferralParcel]:
        """Those that exist; locked in a write transaction."""
        ...

    def save(self, tx: Transaction, parcels: Sequence[ReferralParcel]) -> None:
        """Replace message, state, attempts and fault."""
        ...

    def referrals(self, tx: Transaction, *, limit: int) -> list[ReferralParcel]:
        """The newest first."""
        ...
