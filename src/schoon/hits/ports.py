"""What the hits need from outside: their tables, an outbox, and a word from the list on an entry."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from schoon.check import Webhook
from schoon.hits.rules import HitsAlike
from schoon.hits.types import (
    ActionTaken,
    DeadLetter,
    Dispute,
    FileSighting,
    Hit,
    HitCounts,
    Leased,
    Message,
    SendResult,
    Wanted,
)
from schoon.kinds import EntryId, HitId, MemberId, OrganisationId, Transaction
from schoon.lists import EntryState


class HitStore(Protocol):
    """The tables of hits, sightings, actions and disputes.

    Rows returned in a write transaction are locked by it, in one order. So that nobody waits in a circle, a use case
    first takes its turn for a member (when it is about one), then locks hits in one go, then disputes.
    """

    def take_turn(self, tx: Transaction, member_id: MemberId) -> None:
        """Wait until no other transaction has this member's turn, and have it until this one ends."""
        ...

    def open_hits(self, tx: Transaction, member_id: MemberId, entry_ids: Sequence[EntryId]) -> dict[EntryId, Hit]:
        """The open hit of the member on each entry that has one."""
        ...

    def ever_hit(self, tx: Transaction, member_id: MemberId, entry_ids: Sequence[EntryId]) -> set[EntryId]:
        """Entries on which the member has a closed hit."""
        ...

    def add_missing(self, tx: Transaction, hits: HitsAlike) -> HitsAlike:
        """Those that were really added: another process may have opened one on the same entry in between."""
        ...

    def save(self, tx: Transaction, hits: Sequence[Hit]) -> None:
        """Replace everything that can change of those hits; sightings are counted by `add_sightings`."""
        ...

    def add_sightings(
        self,
        tx: Transaction,
        seen: Mapping[HitId, Mapping[str | None, int]],
        now: datetime,
        *,
        counted: Collection[HitId] = (),
    ) -> None:
        """Count sightings per hit and file reference (None: without one); `counted` hits hold their number already."""
        ...

    def hits(self, tx: Transaction, hit_ids: Sequence[HitId], member_id: MemberId | None) -> dict[HitId, Hit]:
        """Those of the ids that exist (and are the member's, when one is given)."""
        ...

    def hits_on(
        self, tx: Transaction, entry_ids: Sequence[EntryId], *, member_id: MemberId | None = None, open_only: bool
    ) -> list[Hit]:
        """Hits on those entries, by hit id; closed and withdrawn ones too unless `open_only`."""
        ...

    def page(self, tx: Transaction, member_id: MemberId | None, wanted: Wanted) -> list[Hit]:
        """Hits newest first (on the shelves `open` and `overdue`: first due first), from the one after `after` on."""
        ...

    def counts(self, tx: Transaction, member_id: MemberId | None, now: datetime) -> HitCounts:
        """How many stand where."""
        ...

    def due(self, tx: Transaction, now: datetime, *, limit: int, unmarked: bool) -> list[Hit]:
        """Open hits whose clock has run out, longest first; only those not yet marked overdue when `unmarked`."""
        ...

    def opened_since(self, tx: Transaction, moment: datetime) -> list[Hit]:
        """Hits opened at or after that moment whose entries have not left the list; closed ones too."""
        ...

    def files(self, tx: Transaction, hit_id: HitId, limit: int) -> list[FileSighting]:
        """The newest files of a hit."""
        ...

    def file_count(self, tx: Transaction, hit_id: HitId) -> int:
        """How many files a hit has."""
        ...

    def add_actions(self, tx: Transaction, taken: Sequence[tuple[HitId, ActionTaken]]) -> None:
        """Write down what was done."""
        ...

    def actions(self, tx: Transaction, hit_id: HitId) -> list[ActionTaken]:
        """What was done, oldest first."""
        ...

    def add_disputes(self, tx: Transaction, disputes: Sequence[Dispute]) -> None:
        """Open disputes; their `dispute_id` is given here. One that is open on the same entry already stays alone."""
        ...

    def open_disputes(self, tx: Transaction, entry_ids: Sequence[EntryId]) -> list[Dispute]:
        """Disputes without an answer about those entries."""
        ...

    def dispute(self, tx: Transaction, dispute_id: int) -> Dispute | None:
        """One dispute."""
        ...

    def disputes(
        self, tx: Transaction, member_id: MemberId | None, *, open_only: bool, hit_id: HitId | None = None
    ) -> list[Dispute]:
        """Disputes, the first to be answered first."""
        ...

    def overdue_disputes(self, tx: Transaction, now: datetime) -> list[Dispute]:
        """Open disputes past their term and not yet marked so."""
        ...

    def save_dispute(self, tx: Transaction, dispute: Dispute) -> None:
        """Replace the answer and the overdue mark."""
        ...


class Outbox(Protocol):
    """Messages that wait to be sent; written in the transaction of the change they tell of."""

    def put(self, tx: Transaction, messages: Sequence[Message], now: datetime) -> int:
        """How many were new; one whose key is there already is left out."""
        ...

    def lease(
        self, tx: Transaction, now: datetime, *, until: datetime, without: frozenset[MemberId] = frozenset()
    ) -> Leased | None:
        """The message that has waited longest, now this deliverer's until then; None when nothing is due."""
        ...

    def delivered(self, tx: Transaction, leased: Leased, now: datetime) -> bool:
        """Whether the lease still held; the message is done."""
        ...

    def retry(self, tx: Transaction, leased: Leased, *, due_at: datetime, fault: str) -> bool:
        """Whether the lease still held; the message waits until `due_at`."""
        ...

    def give_up(self, tx: Transaction, leased: Leased, now: datetime, *, fault: str) -> bool:
        """Whether the lease still held; the message is a dead letter."""
        ...

    def dead_letters(self, tx: Transaction, limit: int) -> list[DeadLetter]:
        """Messages that were given up, newest first."""
        ...

    def requeue(self, tx: Transaction, message_id: int, now: datetime) -> bool:
        """Whether there was such a dead letter; it is due again, with its attempts forgotten."""
        ...

    def waiting(self, tx: Transaction) -> int:
        """Messages neither delivered nor given up."""
        ...

    def forget_before(self, tx: Transaction, moment: datetime) -> int:
        """How many messages delivered before that moment were dropped."""
        ...


class Webhooks(Protocol):
    """Where members' messages go."""

    def webhook(self, tx: Transaction, member_id: MemberId) -> Webhook | None:
        """The member's webhook, or None."""
        ...


class Complaints(Protocol):
    """How members are reached by their own customers."""

    def complaint_route(self, tx: Transaction, member_id: MemberId) -> tuple[str, str]:
        """The member's name and its complaint address (which may be empty)."""
        ...


class Sender(Protocol):
    """Brings one message to one webhook."""

    def send(self, webhook: Webhook, leased: Leased, now: datetime) -> SendResult:
        """What became of the attempt; never raises for the receiver's faults."""
        ...


class ListOffice(Protocol):
    """What the list says of entries, and who may have them suspended; implemented over the room `lists`."""

    def standings(self, tx: Transaction, entry_ids: Sequence[EntryId]) -> dict[EntryId, EntryState]:
        """What each entry counts for now; entries unknown to this database are left out."""
        ...

    def may_uphold(self, tx: Transaction, entry_id: EntryId, organisation_id: OrganisationId) -> bool:
        """Whether that organisation attested the entry, or is the police."""
        ...

    def suspend(self, entry_id: EntryId, *, reason: str, by: OrganisationId, actor: str, now: datetime) -> None:
        """Suspend the entry at once; nothing happens when it is suspended or withdrawn already."""
        ...
