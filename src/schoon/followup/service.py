"""Follows items from their first notice until they stay away: looks, clocks, steps, and by what right."""

from collections.abc import Collection, Sequence
from datetime import datetime

from schoon.agenda import Claimed
from schoon.followup._desk import Desk
from schoon.followup._listening import Listener
from schoon.followup._looking import Looking
from schoon.followup._stepping import Stepping
from schoon.followup.errors import NotFollowedError
from schoon.followup.ports import FollowUpPorts
from schoon.followup.types import (
    AuthorityRecord,
    Followed,
    ItemClock,
    LegalBasis,
    ProbeOutcome,
    Wanted,
)
from schoon.kinds import ItemId, NoticeId
from schoon.notices.ports import NoticeListener

MOST_LOOKS = 1_000
"""Looks that are shown of one item: every planned one of two years, from one vantage point."""


class FollowUpService:
    """The room's use cases; the notices tell `listener` what becomes of them."""

    def __init__(self, ports: FollowUpPorts) -> None:
        """Take the ports."""
        self._ports = ports
        self._looking = Looking(ports)
        self._stepping = Stepping(ports)
        self._desk = Desk(ports, self._looking)
        self.listener: NoticeListener = Listener(ports)

    def probe_due(self, claimed: Sequence[Claimed], *, now: datetime) -> None:
        """Look at the items of claimed `ITEM_PROBE` tasks, and do and plan what follows.

        Without a legal basis, or a prober, nothing is looked at and the tasks are put off. What speaks to the outside
        world happens before the transaction that ends the tasks: a look that is not kept is made again.
        """
        self._looking.probe_due(claimed, now=now)

    def step_due(self, claimed: Sequence[Claimed], *, now: datetime) -> None:
        """Take the steps that are due of claimed `CLOCK_STEP` tasks, each once, and plan the next ones.

        A step waits for a fresh look and for the confirmation of a removal, at most six hours; those that accuse wait
        while a dispute is open. No step is taken about an item that is not noticed: held, say, or settled.
        """
        self._stepping.step_due(claimed, now=now)

    def looked(self, item_ids: Sequence[ItemId], outcome: ProbeOutcome, *, by: str, now: datetime) -> None:
        """Record that a person saw items still there, or not there; it counts as a look from every vantage point.

        Raises:
            NotFollowedError: One of them is not being followed; none is recorded.
        """
        self._desk.looked(item_ids, outcome, by=by, now=now)

    def record_basis(self, basis: str, signatory: str, *, by: str, now: datetime) -> LegalBasis:
        """The legal basis under which the prober looks from now on; it takes the place of an earlier one.

        Raises:
            LegalBasisError: The basis or the signatory is empty.
        """
        return self._desk.record_basis(basis, signatory, by=by, now=now)

    def end_basis(self, *, by: str, now: datetime) -> LegalBasis:
        """The legal basis that holds no more: the prober looks at nothing from now on.

        Raises:
            NoLegalBasisError: None holds.
        """
        return self._desk.end_basis(by=by, now=now)

    def bases(self) -> list[LegalBasis]:
        """Every legal basis that was recorded; the last one holds unless it was ended."""
        with self._ports.transactions.read() as tx:
            return self._ports.store.bases(tx)

    def clocks(self, wanted: Wanted) -> list[ItemClock]:
        """A page of clocks, the first deadline first; of disputes the oldest first."""
        with self._ports.transactions.read() as tx:
            return self._ports.store.page(tx, wanted)

    def clocks_of(self, notice_ids: Collection[NoticeId]) -> list[ItemClock]:
        """Every clock under notices, ended ones too."""
        with self._ports.transactions.read() as tx:
            return self._ports.store.clocks_of(tx, notice_ids)

    def leading_clocks(self, notice_ids: Collection[NoticeId]) -> list[ItemClock]:
        """Of each notice that has clocks one: the first deadline that still runs, else the last item out of reach.

        Where neither is there, any of them: none of them has started yet, or all of them are settled otherwise.
        """
        with self._ports.transactions.read() as tx:
            return self._ports.store.leading_clocks(tx, notice_ids)

    def followed(self, item_id: ItemId) -> Followed:
        """Everything that is known of one item since its first notice.

        Raises:
            NotFollowedError: No first notice about it was ever sent.
        """
        with self._ports.transactions.read() as tx:
            watch = self._ports.store.watches(tx, [item_id]).get(item_id)
            if watch is None:
                raise NotFollowedError(f"no notice about item {item_id} was sent")
            return Followed(
                watch=watch,
                clocks=tuple(self._ports.store.clocks(tx, [item_id])),
                steps=tuple(self._ports.store.steps(tx, [item_id])),
                looks=tuple(self._ports.store.looks(tx, item_id, limit=MOST_LOOKS)),
            )

    def authority_records(self, *, after: int = 0, limit: int = 1_000) -> list[AuthorityRecord]:
        """What was laid before the authority, with a number above `after`, oldest first."""
        with self._ports.transactions.read() as tx:
            return self._ports.store.records(tx, after=after, limit=limit)
