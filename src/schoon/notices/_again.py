"""Notices again, about items that are still there."""

from collections.abc import Sequence
from datetime import datetime

from schoon.kinds import HosterId, ItemId, Transaction
from schoon.notices._opening import Placing, place
from schoon.notices._parts import NoticeParts
from schoon.notices.types import Live, NoticeKind, NoticeState
from schoon.reports import ItemState

_ON_ITS_WAY = {NoticeState.OPEN, NoticeState.CLOSED}


def notice_again(parts: NoticeParts, tx: Transaction, item_ids: Sequence[ItemId], *, now: datetime) -> None:
    """Put noticed items on a notice again to each hoster that was told since they became noticed.

    An item that is not noticed any more, or waits on such a notice already, is left out.
    """
    items = parts.items.items(tx, item_ids)
    live = parts.notices.live(tx, item_ids)
    waiting = {
        (one.item_id, one.hoster_id) for one in live if one.kind is NoticeKind.AGAIN and one.state in _ON_ITS_WAY
    }
    told: dict[tuple[ItemId, HosterId], Live] = {}
    for one in live:
        item = items.get(one.item_id)
        if item is None or item.state is not ItemState.NOTICED or one.sent_at is None:
            continue
        is_told = one.kind is NoticeKind.FIRST and one.state is NoticeState.SENT
        if is_told and one.sent_at >= item.moved_at:
            told.setdefault((one.item_id, one.hoster_id), one)
    hosters = parts.hosters.hosters(tx, {hoster_id for _, hoster_id in told})
    placings = [
        Placing(
            item_id=item_id,
            url=items[item_id].url.text,
            hoster=hosters[hoster_id],
            kind=NoticeKind.AGAIN,
            profile_id=parts.terms.profile_id,
            trace_id=one.trace_id,
        )
        for (item_id, hoster_id), one in told.items()
        if (item_id, hoster_id) not in waiting
    ]
    place(parts, tx, placings, now=now)
