"""Finds out who hosts items, and puts them on those hosters' notices.

1. Look the items up.
2. Outside any transaction, trace each host once.
3. Write down, for the tasks that are still ours: an item abroad is for the partner there; one whose name is gone is
   looked at again, and believed an hour later; one that nobody can be told of is tried again and shown; all others go
   on a notice at once, whether anybody knows the hoster or not.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from schoon.agenda import Claimed, Task, TaskKind
from schoon.hosting import Contact, HostingChain, Where
from schoon.kinds import ItemId, Transaction
from schoon.notices._events import ROOM
from schoon.notices._opening import Placing, place
from schoon.notices._parts import NoticeParts
from schoon.notices.rules import (
    GONE_TERM,
    Attribution,
    attribution_of,
    hoster_key,
    is_usable,
    language_for,
    look_after,
    mail_address_of,
)
from schoon.notices.types import (
    MOST_NAME,
    HosterDraft,
    Live,
    NoticeKind,
    NoticeState,
    Unnoticed,
    Unreached,
)
from schoon.reports import Item, ItemState, Move

_log = logging.getLogger(__name__)

_ON_ITS_WAY = {NoticeState.OPEN, NoticeState.CLOSED}
_TOLD_BEFORE = {NoticeState.SENT, NoticeState.FAILED}
_ASKED_FOR = {ItemState.TO_NOTICE, ItemState.NOTICED}


def attribute_due(parts: NoticeParts, claimed: Sequence[Claimed], *, now: datetime) -> None:
    """Put the items of these tasks on notices, or say why not."""
    ids = [ItemId(one.subject) for one in claimed]
    with parts.transactions.read() as tx:
        items = parts.items.items(tx, ids)
    chains = chains_of(parts, items.values(), now=now, fresh=False)
    with parts.transactions.write() as tx:
        ours = [ItemId(one.subject) for one in parts.agenda.done(tx, claimed)]
        if ours:
            _Batch(parts, tx, ours, chains, now=now).write_down(ours)
    _log.info("items attributed", extra={"event": "notices.attribute", "items": len(ours), "hosts": len(chains)})


def chains_of(
    parts: NoticeParts, items: Iterable[Item], *, now: datetime, fresh: bool
) -> dict[str, HostingChain | None]:
    """The chain of each host among the items that something is asked for, each host traced once.

    A chain depends on the host alone: two hosts of one site may lie at two hosters.
    """
    first_of = {one.url.host: one.url for one in items if one.state in _ASKED_FOR}
    chains = parts.tracing.trace(list(first_of.values()), now=now, fresh=fresh) if first_of else []
    return dict(zip(first_of, chains, strict=True))


def unusable_among(
    parts: NoticeParts, tx: Transaction, chains: Iterable[HostingChain | None], now: datetime
) -> set[str]:
    """The keys of the hosters among everybody whom these chains name to whom nothing goes now."""
    keys = {hoster_key(one.email) for chain in chains if chain is not None for one in chain.contacts if one.email}
    return {key for key, hoster in parts.hosters.by_key(tx, keys).items() if not is_usable(hoster, now)}


class _Batch:
    """What is known of one batch of items, and what is to be written down."""

    def __init__(
        self,
        parts: NoticeParts,
        tx: Transaction,
        ids: Collection[ItemId],
        chains: Mapping[str, HostingChain | None],
        *,
        now: datetime,
    ) -> None:
        self._parts, self._tx, self._now, self._chains = parts, tx, now, chains
        self._items = parts.items.items(tx, sorted(ids))
        self._live: dict[ItemId, list[Live]] = defaultdict(list)
        for one in parts.notices.live(tx, ids):
            self._live[one.item_id].append(one)
        self._before = parts.notices.unnoticed(tx, ids)
        unusable = unusable_among(parts, tx, chains.values(), now)
        self._found = {host: attribution_of(chain, unusable) for host, chain in chains.items()}
        drafts = [draft_of(contact) for one in self._found.values() for contact in one.told]
        self._hosters = parts.hosters.add_missing(tx, drafts, now)
        self._last = parts.notices.last_hosters(tx, ids)
        told = {one.hoster_id for lives in self._live.values() for one in lives} | {*self._last.values()}
        self._told = parts.hosters.hosters(tx, told) if told else {}
        self._moves: list[Move] = []
        self._placings: list[Placing] = []
        self._unnoticed: list[Unnoticed] = []

    def write_down(self, ids: Sequence[ItemId]) -> None:
        """Decide about each item, and write everything down."""
        for item_id in ids:
            item = self._items.get(item_id)
            if item is not None and item.state in _ASKED_FOR:
                self._decide(item)
        parts, tx, now = self._parts, self._tx, self._now
        parts.items.move(tx, self._moves, now=now)
        placed = [one.item_id for one in self._moves if one.to_state is ItemState.TO_NOTICE]
        parts.agenda.drop(tx, TaskKind.ITEM_ATTRIBUTE, placed)  # which becoming `to_notice` put again
        place(parts, tx, self._placings, now=now)
        waiting = {one.item_id for one in self._unnoticed}
        parts.notices.keep_unnoticed(tx, self._unnoticed)
        parts.notices.forget_unnoticed(tx, [one for one in self._before if one not in waiting])
        parts.agenda.put(tx, [_look_again(one) for one in self._unnoticed])
        gone = [one.item_id for one in self._moves if one.to_state is ItemState.INACCESSIBLE]
        parts.agenda.put(tx, [Task(kind=TaskKind.ITEM_PROBE, subject=one, due_at=now) for one in gone])  # may come back

    def _decide(self, item: Item) -> None:
        found = self._found.get(item.url.host, Attribution(unreached=Unreached.UNRESOLVED))
        if found.where is Where.ABROAD:
            self._move(item, ItemState.ABROAD, "hosted in another country")
        elif found.told:
            self._tell(item, found)
        elif item.state is ItemState.TO_NOTICE:
            self._tell_nobody(item, found)

    def _tell(self, item: Item, found: Attribution) -> None:
        first = [one for one in self._live[item.item_id] if one.kind is NoticeKind.FIRST]
        has_it = {one.hoster_id for one in first if one.state in _ON_ITS_WAY}
        told = {one.hoster_id for one in first if one.state is NoticeState.SENT}
        has_moved = False
        if item.state is ItemState.NOTICED:
            has_it |= told
            has_moved = bool(told) and not any(self._told[one].key in found.named for one in told)
        if has_moved:
            self._move(item, ItemState.TO_NOTICE, "another hoster has it now")
        waited = item.moved_at + self._parts.terms.window <= self._now
        was_told = any(one.state in _TOLD_BEFORE for one in first)
        chain = self._chains[item.url.host]
        last = self._last.get(item.item_id)
        moved_from = None if last is None or self._told[last].key in found.named else last
        for hoster in (self._hosters[hoster_key(contact.email)] for contact in found.told):
            if hoster.hoster_id not in has_it:
                self._placings.append(
                    Placing(
                        item_id=item.item_id,
                        url=item.url.text,
                        hoster=hoster,
                        kind=NoticeKind.FIRST,
                        profile_id=self._parts.terms.profile_id,
                        trace_id=None if chain is None else chain.trace_id,
                        from_hoster_id=None if moved_from == hoster.hoster_id else moved_from,
                        hurried=waited or was_told,
                    )
                )

    def _tell_nobody(self, item: Item, found: Attribution) -> None:
        if found.hides:
            self._move(item, ItemState.UNTRACEABLE, "the name hides where it is hosted")
            return
        reason = found.unreached or Unreached.NOBODY
        before = self._before.get(item.item_id)
        since = before.since if before is not None and before.reason is reason else self._now
        if reason is Unreached.GONE and since + GONE_TERM <= self._now:
            self._move(item, ItemState.INACCESSIBLE, "gone before any notice: its name is")
            return
        tries = 1 if before is None else before.tries + 1
        self._unnoticed.append(
            Unnoticed(item_id=item.item_id, reason=reason, since=since, tried_at=self._now, tries=tries)
        )

    def _move(self, item: Item, to_state: ItemState, reason: str) -> None:
        self._moves.append(Move(item_id=item.item_id, from_state=item.state, to_state=to_state, by=ROOM, reason=reason))


def draft_of(contact: Contact) -> HosterDraft:
    """The hoster that a contact may have to become. What a registry says is cut to one printable line."""
    name = "".join(letter for letter in " ".join(contact.organisation.split()) if letter.isprintable())
    return HosterDraft(
        organisation=name[:MOST_NAME],
        country=contact.country,
        email=mail_address_of(contact.email) or contact.email,
        language=language_for(contact.country),
    )


def _look_again(one: Unnoticed) -> Task:
    due_at = one.tried_at + look_after(one.tries, one.reason)
    return Task(kind=TaskKind.ITEM_ATTRIBUTE, subject=one.item_id, due_at=due_at)
