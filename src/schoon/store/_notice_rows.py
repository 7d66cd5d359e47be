"""Rows of hosters, notices and their items as the room's values, and back."""

from typing import Any

from sqlalchemy import Row

from schoon.check import Webhook
from schoon.hits import Language
from schoon.hosting import TraceId
from schoon.kinds import HosterId, ItemId, NoticeId, OrganisationId
from schoon.notices import (
    Answer,
    ChannelKind,
    Dropped,
    Hoster,
    Moved,
    Notice,
    NoticeItem,
    NoticeKind,
    NoticeState,
    Unnoticed,
    Unreached,
)

NOTICE_CHANGES = (
    "state",
    "police_backed",
    "closed_at",
    "sent_at",
    "delivered_at",
    "seen_at",
    "acknowledged_at",
    "failed_at",
    "clock_at",
    "due_at",
)
"""Columns of a notice that a later moment may fill."""

ITEM_CHANGES = ("trace_id", "dropped_at", "dropped_because", "answer", "answered_at", "gone_at")


def hoster_of(row: Row[*tuple[Any, ...]], webhook: Webhook | None) -> Hoster:
    """The hoster of a row, with its webhook opened."""
    return Hoster(
        hoster_id=HosterId(row.id),
        key=row.key,
        organisation=row.organisation,
        country=row.country,
        email=row.email,
        language=Language(row.language),
        added_at=row.added_at,
        channel=ChannelKind(row.channel),
        webhook=webhook,
        bounced_at=row.bounced_at,
        reviewed=row.reviewed,
        party=None if row.party is None else OrganisationId(row.party),
        reseller_of=None if row.reseller_of is None else HosterId(row.reseller_of),
    )


def notice_of(row: Row[*tuple[Any, ...]]) -> Notice:
    """The notice of a row that has the count of its items as `items`."""
    changing = {name: getattr(row, name) for name in NOTICE_CHANGES if name != "state"}
    return Notice(
        notice_id=NoticeId(row.id),
        hoster_id=HosterId(row.hoster_id),
        profile_id=row.profile_id,
        kind=NoticeKind(row.kind),
        state=NoticeState(row.state),
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        email=row.email,
        items=row.items,
        **changing,
    )


def moved_of(row: Row[*tuple[Any, ...]]) -> Moved:
    """The move of a row that has one."""
    return Moved(
        number=row.number,
        item_id=ItemId(row.item_id),
        notice_id=NoticeId(row.notice_id),
        from_hoster_id=HosterId(row.from_hoster_id),
        to_hoster_id=HosterId(row.hoster_id),
        at=row.taken_up_at,
        trace_id=None if row.trace_id is None else TraceId(row.trace_id),
    )


def item_of(row: Row[*tuple[Any, ...]]) -> NoticeItem:
    """The item of a row."""
    return NoticeItem(
        notice_id=NoticeId(row.notice_id),
        item_id=ItemId(row.item_id),
        taken_up_at=row.taken_up_at,
        trace_id=None if row.trace_id is None else TraceId(row.trace_id),
        dropped_at=row.dropped_at,
        dropped_because=Dropped(row.dropped_because) if row.dropped_because else None,
        answer=None if row.answer is None else Answer(row.answer),
        answered_at=row.answered_at,
        gone_at=row.gone_at,
    )


def unnoticed_of(row: Row[*tuple[Any, ...]]) -> Unnoticed:
    """What is known of an item that nobody could be told of."""
    return Unnoticed(
        item_id=ItemId(row.item_id),
        reason=Unreached(row.reason),
        since=row.since,
        tried_at=row.tried_at,
        tries=row.tries,
    )
