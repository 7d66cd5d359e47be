"""What a call tells of each address becomes an item, or counts for the item that is there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from schoon.agenda import Task, TaskKind
from schoon.kinds import Digest, ItemId, Transaction
from schoon.reports._assessment_types import Judgement, Match, Means
from schoon.reports._counting import IMPORT, Verdict, count
from schoon.reports._drafts import Address, Draft
from schoon.reports._matching import look, settle
from schoon.reports._opened import seal_address, seal_digest, tag_of
from schoon.reports._parts import ReportParts
from schoon.reports.ports import StoredItem
from schoon.reports.types import ItemKind, ItemState


@dataclass(slots=True, kw_only=True, repr=False)
class Heard:
    """What the reports of a call tell of one address together."""

    address: Address
    kind: ItemKind
    first: datetime
    last: datetime
    times: int = 0
    digests: set[Digest] = field(default_factory=set)
    judgement: Judgement | None = None


def heard_in(drafts: Sequence[Draft]) -> dict[str, Heard]:
    """By `url_tag`, in the order in which the addresses first occur."""
    heard: dict[str, Heard] = {}
    for draft in drafts:
        at = draft.received_at
        for tag, told in draft.told.items():
            one = heard.get(tag)
            if one is None:
                one = heard[tag] = Heard(address=told.address, kind=told.kind, first=at, last=at)
            one.times += 1
            one.first, one.last = min(one.first, at), max(one.last, at)
            one.digests |= told.digests
            one.judgement = one.judgement or told.judgement
            if told.kind is ItemKind.MEDIA:
                one.kind = ItemKind.MEDIA
    return heard


class Joining:
    """The addresses of one call on their way to items."""

    def __init__(self, parts: ReportParts, heard: dict[str, Heard], now: datetime) -> None:
        """Ask the hash list, and make the tags of digests; no transaction is open yet."""
        self._parts = parts
        self._now = now
        self.heard = heard
        self._tags = {digest: tag_of(parts.vault, digest) for one in heard.values() for digest in one.digests}
        self._matches: Mapping[str, Match] = look(
            parts, {tag: one.digests for tag, one in heard.items() if one.digests}, now=now
        )

    def take_turns(self, tx: Transaction) -> None:
        """Wait for whoever works with the same digests; first of all in the transaction."""
        self._parts.item_book.take_turns(tx, set(self._tags.values()))

    def join(
        self, tx: Transaction, heard: Mapping[str, Heard], links: Collection[tuple[str, str]]
    ) -> dict[str, ItemId]:
        """The item of each address.

        Args:
            tx: Where to.
            heard: Of the reports that are new, a part of what this was made with.
            links: (page, media) by `url_tag`.
        """
        items = self._parts.item_book
        made = {tag: self._new_item(tag, one, name) for (tag, one), name in self._named(heard)}
        ids = items.add_missing(tx, list(made.values()))
        new = {item.item_id: item for tag, item in made.items() if ids[tag] == item.item_id}
        digests = [
            seal_digest(self._parts.vault, ids[tag], digest, self._tags[digest])
            for tag, one in heard.items()
            for digest in one.digests
        ]
        items.add_digests(tx, digests)
        items.link(tx, [(ids[page], ids[media]) for page, media in links])
        sharing = items.sharing(tx, {one.tag for one in digests})
        family = new | items.items(tx, ({*ids.values()} | {one.item_id for one in sharing}) - new.keys())
        family |= self._count_reports(tx, {ids[tag]: one for tag, one in heard.items() if ids[tag] not in new}, family)
        family |= self._take_over(tx, {ids[tag]: one for tag, one in heard.items() if one.judgement}, family)
        found = {ids[tag]: match for tag, match in self._matches.items() if tag in ids}
        settle(self._parts, tx, found, family=family, digests=sharing, now=self._now)
        return ids

    def _named(self, heard: Mapping[str, Heard]) -> "zip[tuple[tuple[str, Heard], str]]":
        return zip(heard.items(), self._parts.new_ids(len(heard)), strict=True)

    def _new_item(self, tag: str, one: Heard, name: str) -> StoredItem:
        item_id, address = ItemId(name), one.address
        return StoredItem(
            item_id=item_id,
            kind=one.kind,
            sealed=seal_address(self._parts.vault, item_id, address.url, address.site),
            url_tag=tag,
            key_tag=address.key_tag,
            host_tag=address.host_tag,
            site_tag=address.site_tag,
            moved_at=self._now,
            first_reported_at=one.first,
            last_reported_at=one.last,
            reports=one.times,
        )

    def _count_reports(
        self, tx: Transaction, again: Mapping[ItemId, Heard], family: Mapping[ItemId, StoredItem]
    ) -> dict[ItemId, StoredItem]:
        """Items that were reported before; what was thought gone is looked at once more."""
        counted = {
            item_id: replace(
                family[item_id],
                kind=ItemKind.MEDIA if one.kind is ItemKind.MEDIA else family[item_id].kind,
                last_reported_at=max(family[item_id].last_reported_at, one.last),
                reports=family[item_id].reports + one.times,
            )
            for item_id, one in again.items()
        }
        self._parts.item_book.save(tx, list(counted.values()))
        back = [item_id for item_id, item in counted.items() if item.state is ItemState.INACCESSIBLE]
        self._parts.agenda.put(
            tx, [Task(kind=TaskKind.ITEM_PROBE, subject=item_id, due_at=self._now) for item_id in back]
        )
        return counted

    def _take_over(
        self, tx: Transaction, judged: Mapping[ItemId, Heard], family: Mapping[ItemId, StoredItem]
    ) -> dict[ItemId, StoredItem]:
        """Items that the system which is replaced had judged."""
        verdicts = [
            Verdict(item=family[item_id], judgement=one.judgement, means=Means.IMPORTED, by=IMPORT)
            for item_id, one in judged.items()
            if one.judgement is not None and family[item_id].state is ItemState.TO_ASSESS
        ]
        return {item.item_id: item for item in count(self._parts, tx, verdicts, now=self._now)}
