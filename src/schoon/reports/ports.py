"""What the reports need from outside: secrets at rest, the hash list, the viewer, and their own tables."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from schoon.kinds import Digest, ItemId, ReportId, Transaction
from schoon.reports._assessment_types import Exposure, Judgement, Match, Proposal
from schoon.reports._stored import (
    ItemQuery,
    KeyClaim,
    StoredAssessment,
    StoredDigest,
    StoredItem,
    StoredMove,
    StoredReport,
    StoredReporter,
    StoredRequest,
    StoredViewing,
    StoredVocabulary,
)
from schoon.reports.types import ItemState

__all__ = [
    "AssessmentBook",
    "ItemBook",
    "ItemQuery",
    "KeyClaim",
    "KnownMaterial",
    "ListProposals",
    "ReportBook",
    "Sites",
    "StoredAssessment",
    "StoredDigest",
    "StoredItem",
    "StoredMove",
    "StoredReport",
    "StoredReporter",
    "StoredRequest",
    "StoredViewing",
    "StoredVocabulary",
    "Vault",
    "Viewer",
]


class Vault(Protocol):
    """Seals what must not be read from the database alone, and names things by keyed tags that only this key makes."""

    def seal(self, place: str, text: str) -> bytes:
        """The text, sealed for one place (`table.column:id`): moved elsewhere it does not open."""
        ...

    def open(self, place: str, sealed: bytes) -> str:
        """The text.

        Raises:
            VaultError: It was sealed under another key or for another place, or was changed.
        """
        ...

    def tag(self, purpose: str, text: str) -> str:
        """32 hexadecimal digits: the same for the same purpose and text, and telling nothing without the key."""
        ...

    def code(self, purpose: str, text: str) -> str:
        """Sixteen letters to read out, in groups of four; the same for the same purpose and text."""
        ...


class Sites(Protocol):
    """Which part of a host's name somebody registered."""

    def site_of(self, host: str) -> str:
        """The registrable domain, or a platform's customer below it; the host itself where there is none."""
        ...


class KnownMaterial(Protocol):
    """The hash list as this room may ask it: by digest, many items at once, from memory; nothing is written down."""

    def look(self, items: Sequence[tuple[Digest, ...]], *, now: datetime) -> list[Match]:
        """What the list says of each item's exact digests, in order; without a fresh list `UNAVAILABLE`, no miss."""
        ...


class ListProposals(Protocol):
    """Where the hotline's own judgements become entries of the hash list. Calls may be repeated; entries are not."""

    def propose(self, proposals: Sequence[Proposal], *, now: datetime) -> None:
        """Bring the entries in as one batch with the hotline's attestation; a second organisation attests it later.

        Raises:
            OutageError: Not now; call again.
        """
        ...

    def withdraw(self, item_ids: Sequence[ItemId], *, reason: str, now: datetime) -> None:
        """Take the entries of these items off the list for good; those that are not there are left out."""
        ...


class Viewer(Protocol):
    """The hotline's own isolated viewer, in which an analyst looks when looking is needed."""

    def link(self, token: str) -> str:
        """The address that opens the viewer with this one-time token."""
        ...


class ReportBook(Protocol):
    """The tables of reports, their reporters, and who asked to see one."""

    def claim(self, tx: Transaction, claims: Sequence[KeyClaim], *, now: datetime) -> dict[str, KeyClaim]:
        """Who holds each tag: the first to claim it, also of two at the same moment, until its time is over."""
        ...

    def add(self, tx: Transaction, reports: Sequence[StoredReport], reporters: Sequence[StoredReporter]) -> None:
        """Keep new reports."""
        ...

    def add_items(self, tx: Transaction, items: Mapping[ReportId, Sequence[ItemId]]) -> None:
        """Say which items came of which report, in their order."""
        ...

    def reports(self, tx: Transaction, report_ids: Collection[ReportId]) -> dict[ReportId, StoredReport]:
        """Those of the ids that exist."""
        ...

    def with_reporter(self, tx: Transaction, report_ids: Collection[ReportId]) -> set[ReportId]:
        """Those whose reporter is known and still kept."""
        ...

    def item_ids(self, tx: Transaction, report_ids: Collection[ReportId]) -> dict[ReportId, tuple[ItemId, ...]]:
        """The items of each report, in order; reports without any are left out."""
        ...

    def report_ids(self, tx: Transaction, item_id: ItemId) -> tuple[ReportId, ...]:
        """The reports of an item, oldest first."""
        ...

    def by_status(self, tx: Transaction, status_tag: str) -> StoredReport | None:
        """The report of a status code."""
        ...

    def page(
        self, tx: Transaction, *, to_read: bool, reference: str, after: ReportId | None, limit: int
    ) -> list[StoredReport]:
        """Reports, the newest first; only those to be read, the oldest first, when `to_read`."""
        ...

    def mark_read(self, tx: Transaction, report_ids: Collection[ReportId]) -> list[ReportId]:
        """Those that were still to be read, and are not now."""
        ...

    def forget(self, tx: Transaction, report_ids: Collection[ReportId], *, now: datetime) -> list[ReportId]:
        """Those still to be read, whose text stays. Of all, reporters whose time is over go; of the others, the text.

        Claims to a content whose time is over go too, whosever they are.
        """
        ...

    def reporter(self, tx: Transaction, report_id: ReportId) -> bytes | None:
        """Who reported, sealed; None when nobody is kept."""
        ...

    def ask(self, tx: Transaction, request: StoredRequest) -> StoredRequest:
        """Keep a request; it gets its number."""
        ...

    def approve(self, tx: Transaction, number: int, *, by: str, at: datetime, ends_at: datetime) -> bool:
        """Whether it was approved now: never twice, never by who asked."""
        ...

    def mark_opened(self, tx: Transaction, number: int, *, by: str, at: datetime) -> bool:
        """Whether who asked may read now, which is once, and before the approval ends."""
        ...

    def requests(self, tx: Transaction, *, number: int | None = None) -> list[StoredRequest]:
        """Requests, newest first; or the one."""
        ...


class ItemBook(Protocol):
    """The tables of items: addresses, links, digests and history.

    Rows are locked by `items` in a write transaction, in the order of their ids; before that `take_turns` where
    digests play a part, and `add_missing` where items are new, so that nobody waits in a circle.
    """

    def take_turns(self, tx: Transaction, digest_tags: Collection[str]) -> None:
        """Wait until no other transaction works with one of these digests, and keep others waiting until this ends."""
        ...

    def add_missing(self, tx: Transaction, items: Sequence[StoredItem]) -> dict[str, ItemId]:
        """The item of each `url_tag`: the one given where there was none, else the one that was there.

        A new item's history begins by itself, with a first row by "intake".
        """
        ...

    def items(self, tx: Transaction, item_ids: Collection[ItemId]) -> dict[ItemId, StoredItem]:
        """Those of the ids that exist."""
        ...

    def save(self, tx: Transaction, items: Sequence[StoredItem]) -> None:
        """Replace everything that can change of those items, but for state and moves."""
        ...

    def move(self, tx: Transaction, moves: Sequence[StoredMove]) -> None:
        """Add rows to histories; each item's state, moves and moment follow its last row."""
        ...

    def history(self, tx: Transaction, item_id: ItemId) -> list[StoredMove]:
        """From the first on."""
        ...

    def link(self, tx: Transaction, links: Collection[tuple[ItemId, ItemId]]) -> None:
        """Say which media item is on which page: (page, media) pairs; those that are there stay."""
        ...

    def linked(self, tx: Transaction, item_id: ItemId) -> tuple[tuple[ItemId, ...], tuple[ItemId, ...]]:
        """The pages an item is on, and the media on it."""
        ...

    def add_digests(self, tx: Transaction, digests: Sequence[StoredDigest]) -> None:
        """Keep digests of items; those that are there stay."""
        ...

    def digests(self, tx: Transaction, item_ids: Collection[ItemId]) -> list[StoredDigest]:
        """All digests of these items, in one order."""
        ...

    def sharing(self, tx: Transaction, digest_tags: Collection[str]) -> list[StoredDigest]:
        """All digests with one of these tags, of any item, in one order."""
        ...

    def alike(self, tx: Transaction, item: StoredItem) -> tuple[ItemId, ...]:
        """Other items of the same comparison key."""
        ...

    def page(self, tx: Transaction, query: ItemQuery) -> list[StoredItem]:
        """A page of items, by the moment of their last move."""
        ...

    def counts(self, tx: Transaction) -> dict[ItemState, int]:
        """How many items stand where; states without any are left out."""
        ...

    def lock(
        self, tx: Transaction, item_ids: Collection[ItemId], *, by: str, until: datetime, now: datetime
    ) -> set[ItemId]:
        """Those that are this analyst's until then: to be assessed, and nobody else's now."""
        ...

    def unlock(self, tx: Transaction, item_ids: Collection[ItemId], *, by: str) -> None:
        """Give up one's own locks."""
        ...


class AssessmentBook(Protocol):
    """The tables of judgements, question sets, exposure and the viewer's links."""

    def add(self, tx: Transaction, assessments: Sequence[StoredAssessment]) -> None:
        """Write judgements down. One analyst has one in a round, and one of a round counts, by constraint."""
        ...

    def votes(self, tx: Transaction, items: Mapping[ItemId, int]) -> dict[ItemId, list[tuple[str, Judgement]]]:
        """Who judged what in each item's given round, analysts alone."""
        ...

    def of_item(self, tx: Transaction, item_id: ItemId) -> list[StoredAssessment]:
        """Every judgement of an item, oldest first."""
        ...

    def expose(self, tx: Transaction, seen: Exposure) -> Exposure:
        """Add to an analyst's day; what it comes to."""
        ...

    def exposures(self, tx: Transaction, *, since: date, analyst: str | None = None) -> list[Exposure]:
        """Days from that one on, the newest first."""
        ...

    def add_vocabulary(self, tx: Transaction, vocabulary: StoredVocabulary) -> bool:
        """Whether the version was new; it is in force from now on."""
        ...

    def vocabulary(self, tx: Transaction, version: str | None = None) -> StoredVocabulary | None:
        """The one of that version; the one in force when none is given."""
        ...

    def add_viewing(self, tx: Transaction, viewing: StoredViewing) -> None:
        """Keep a way into the viewer."""
        ...

    def show(self, tx: Transaction, tag: str, *, now: datetime) -> StoredViewing | None:
        """The viewing, when it was not shown before and has not ended; it is shown now."""
        ...

    def close(self, tx: Transaction, tag: str, *, now: datetime) -> StoredViewing | None:
        """The viewing, when it was shown and not closed before; it is closed now."""
        ...
