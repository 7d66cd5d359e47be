"""Whether an item that was seen is still with its hoster, and what becomes of places to which items lead."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from schoon.followup._scene import ROOM, Scene
from schoon.followup.ports import FollowUpPorts
from schoon.followup.types import Look, ProbeOutcome
from schoon.hosting import HostingChain, Outcome
from schoon.kinds import EXACT_KINDS, ItemId
from schoon.reports import Item, ItemKind, ReportSource, Submission, SubmittedItem

MOST_ADDRESSES = 64
"""That are remembered of one item; a network that answers from more is traced again now and then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What was found out about where items are.

    Attributes:
        addresses: The addresses that are known to belong to an item's hosters from now on.
        moved: Items that are with nobody who was told.
    """

    addresses: Mapping[ItemId, frozenset[str]]
    moved: frozenset[ItemId]


class Whereabouts:
    """Asks who hosts an item when it answers from an address that was not seen before."""

    def __init__(self, ports: FollowUpPorts) -> None:
        """Take the ports."""
        self._ports = ports

    def of(self, scene: Scene, rounds: Mapping[ItemId, Sequence[Look]], *, now: datetime) -> Changes:
        """What the looks say of where items are. The addresses of the first look after a notice are its hoster's."""
        addresses: dict[ItemId, frozenset[str]] = {}
        strange: dict[ItemId, frozenset[str]] = {}
        for item_id, looks in rounds.items():
            seen = {one.result.address for one in looks if one.outcome is ProbeOutcome.PRESENT and one.result.address}
            known = scene.watches[item_id].addresses
            if not seen <= known and scene.running(item_id):
                (strange if known else addresses)[item_id] = frozenset(seen)
        moved = set()
        for item_id, is_ours in self._still_theirs(scene, strange, now).items():
            if is_ours:
                known = scene.watches[item_id].addresses
                addresses[item_id] = strange[item_id] | (known if len(known) < MOST_ADDRESSES else frozenset())
            else:
                moved.add(item_id)
        return Changes(addresses=addresses, moved=frozenset(moved))

    def report(self, scene: Scene, rounds: Mapping[ItemId, Sequence[Look]], *, now: datetime) -> None:
        """Take in the places to which items lead, as items of their own; each place once, however often it is seen."""
        found = {
            one.result.moved_to.text: self._submission(scene.items[item_id], one)
            for item_id, looks in rounds.items()
            for one in looks
            if one.outcome is ProbeOutcome.MOVED and one.result.moved_to is not None
        }
        if found:
            self._ports.items.take(list(found.values()), now=now)

    def _submission(self, item: Item, look: Look) -> Submission:
        url = "" if look.result.moved_to is None else look.result.moved_to.text
        digests = [one for one in look.result.digests if one.kind in EXACT_KINDS and item.kind is ItemKind.MEDIA]
        content = " ".join(one.hex for one in digests)
        return Submission(
            source=ReportSource.API,
            items=(SubmittedItem(url=url, kind=item.kind, digests=tuple(digests)),),
            reference=f"moved from {item.item_id}",
            sender=ROOM,
            idempotency_key=self._ports.vault.tag("followup.moved", f"{item.item_id} {url} {content}"),
        )

    def _still_theirs(self, scene: Scene, strange: Mapping[ItemId, object], now: datetime) -> dict[ItemId, bool]:
        """Whether items are still with a hoster who was told; those of which nobody can say are left out."""
        if not strange:
            return {}
        hoster_ids = {clock.hoster_id for item_id in strange for clock in scene.running(item_id)}
        with self._ports.transactions.read() as tx:
            hosters = self._ports.notices.hosters(tx, sorted(hoster_ids))
        by_host: defaultdict[str, list[ItemId]] = defaultdict(list)
        for item_id in strange:
            by_host[scene.items[item_id].url.host].append(item_id)
        found: dict[ItemId, bool] = {}
        for item_ids in by_host.values():
            chain = self._ports.traces.trace(scene.items[item_ids[0]].url.text, by=ROOM, now=now)
            able = _contacts(chain)
            for item_id in item_ids if able else ():
                told = {hosters[clock.hoster_id].email.casefold() for clock in scene.running(item_id)}
                found[item_id] = bool(told & able)
        return found


def _contacts(chain: HostingChain) -> set[str]:
    """The addresses for complaints of everybody who can do something; empty when the trace says nothing."""
    if chain.outcome is not Outcome.TRACED:
        return set()
    return {one.email.casefold() for one in chain.contacts if one.email}
