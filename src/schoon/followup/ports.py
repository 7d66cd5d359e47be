"""What this room needs from outside: somebody who looks at addresses, earlier rooms, and its own tables."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from schoon.agenda import Agenda
from schoon.followup.types import (
    AuthorityRecord,
    ItemClock,
    LegalBasis,
    Look,
    ProbeResult,
    ProbeTarget,
    StepTaken,
    Wanted,
    Watch,
)
from schoon.journal import Journal
from schoon.kinds import Digest, ItemId, NoticeId, Transaction, Transactions
from schoon.norms import LAW_PROFILES, LawProfile
from schoon.notices import ItemEnd, ReferralId
from schoon.reports import Item, Move, Receipt, Submission
from schoon.reports.ports import Vault


class Prober(Protocol):
    """Looks at addresses. It keeps nothing of what it sees, and cannot look without a legal basis in its hand."""

    @property
    def vantages(self) -> tuple[str, ...]:
        """The names of the vantage points that are set up, at least one; none occurs twice, none is `desk`."""
        ...

    def look(self, targets: Sequence[ProbeTarget], *, under: LegalBasis, now: datetime) -> list[ProbeResult]:
        """One result for each target and vantage point, in any order; it never raises for the network.

        A target that could not be looked at has `checker_fault`, not a result less.
        """
        ...


class Items(Protocol):
    """What this room asks of the reports."""

    def items(self, tx: Transaction, item_ids: Sequence[ItemId]) -> Mapping[ItemId, Item]:
        """Items with their addresses, locked where the transaction writes; those that are not there are left out."""
        ...

    def digests(self, tx: Transaction, item_ids: Collection[ItemId]) -> Mapping[ItemId, tuple[Digest, ...]]:
        """The known digests of items; those without any are left out."""
        ...

    def move(self, tx: Transaction, moves: Sequence[Move], *, now: datetime) -> None:
        """Take steps of items; all or none."""
        ...

    def take(self, submissions: Sequence[Submission], *, now: datetime) -> list[Receipt]:
        """Take reports, each once for its key."""
        ...


class Notices(Protocol):
    """What this room asks of the notices."""

    def notice_again(self, tx: Transaction, item_ids: Sequence[ItemId], *, now: datetime) -> None:
        """Tell hosters again of items that are still there."""
        ...

    def out_of_reach(self, tx: Transaction, ends: Sequence[ItemEnd]) -> None:
        """Write down since when items are out of reach under their notices."""
        ...

    def refer_to_police(
        self, tx: Transaction, item_ids: Sequence[ItemId], *, reasons: str, now: datetime
    ) -> ReferralId:
        """Lay items before the police."""
        ...


class DomainRules(Protocol):
    """What this room asks of the hosting."""

    def forbidden(self, hosts: Collection[str], *, now: datetime) -> frozenset[str]:
        """Those of the hosts at which a rule says that nobody looks."""
        ...


class FollowUpStore(Protocol):
    """The room's tables. Every call takes many at once, in a number of statements that does not grow with them."""

    def watches(self, tx: Transaction, item_ids: Collection[ItemId]) -> dict[ItemId, Watch]:
        """Watches by item."""
        ...

    def put_watches(self, tx: Transaction, watches: Sequence[Watch]) -> None:
        """Keep watches, in the place of earlier ones of the same items."""
        ...

    def clocks(self, tx: Transaction, item_ids: Collection[ItemId]) -> list[ItemClock]:
        """Every clock of items, ended ones too, in the order they were started; locked where the transaction writes."""
        ...

    def clocks_of(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> list[ItemClock]:
        """The clocks under notices, in that order, and locked alike."""
        ...

    def leading_clocks(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> list[ItemClock]:
        """Of each notice with clocks the one that stands for it: see `FollowUpService.leading_clocks`."""
        ...

    def add_clocks(self, tx: Transaction, clocks: Sequence[ItemClock]) -> None:
        """Keep new clocks. One of an item and notice that is there already breaks a constraint."""
        ...

    def save_clocks(self, tx: Transaction, clocks: Sequence[ItemClock]) -> None:
        """Write down what changed in clocks; what may not change breaks a constraint."""
        ...

    def add_looks(self, tx: Transaction, looks: Sequence[Look]) -> None:
        """Keep looks for good. Where one moved to, and its digests, are not kept."""
        ...

    def looks(self, tx: Transaction, item_id: ItemId, *, limit: int) -> list[Look]:
        """The looks at one item, the latest first."""
        ...

    def add_steps(self, tx: Transaction, steps: Sequence[StepTaken]) -> None:
        """Keep steps for good. One that was taken before breaks a constraint."""
        ...

    def steps(self, tx: Transaction, item_ids: Collection[ItemId]) -> list[StepTaken]:
        """The steps taken about items, in their order."""
        ...

    def add_records(self, tx: Transaction, records: Sequence[AuthorityRecord]) -> None:
        """Lay records before the authority."""
        ...

    def records(self, tx: Transaction, *, after: int, limit: int) -> list[AuthorityRecord]:
        """Records with a number above `after`, oldest first."""
        ...

    def page(self, tx: Transaction, wanted: Wanted) -> list[ItemClock]:
        """Clocks, the first deadline first, or the first dispute."""
        ...

    def basis(self, tx: Transaction) -> LegalBasis | None:
        """The legal basis that holds."""
        ...

    def bases(self, tx: Transaction) -> list[LegalBasis]:
        """All that were ever recorded, in their order."""
        ...

    def add_basis(self, tx: Transaction, basis: LegalBasis) -> LegalBasis:
        """The basis with its number. While another holds it breaks a constraint."""
        ...

    def end_basis(self, tx: Transaction, number: int, *, by: str, at: datetime) -> None:
        """Let one hold no longer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpPorts:
    """Everything that this room needs from outside.

    Attributes:
        prober: None where nothing looks: people do, and record it.
    """

    transactions: Transactions
    store: FollowUpStore
    agenda: Agenda
    journal: Journal
    items: Items
    notices: Notices
    rules: DomainRules
    vault: Vault = field(repr=False)
    prober: Prober | None = None
    profiles: Mapping[str, LawProfile] = field(default_factory=lambda: LAW_PROFILES)
