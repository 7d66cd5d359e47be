"""Reports: taken from whoever tells, judged, moved on by later rooms, and forgotten in time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from schoon.agenda import Claimed
from schoon.kinds import Digest, ItemId, OrganisationId, ReportId, Transaction, require_utc
from schoon.reports import (
    _desk,
    _identity,
    _intake,
    _judging,
    _matching,
    _moving,
    _proposals,
    _retention,
    _viewing,
    _vocabulary,
)
from schoon.reports._assessment_types import Assessed, Exposure, IdentityRequest, Judged, Viewing, Vocabulary
from schoon.reports._parts import ReportParts
from schoon.reports._vault import KeyVault
from schoon.reports.types import (
    Item,
    ItemDetails,
    ItemState,
    Move,
    PoliceAct,
    Progress,
    Receipt,
    Report,
    Reporter,
    Submission,
    Wanted,
)

__all__ = ["KeyVault", "ReportService"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ReportService(ReportParts):
    """Everything that happens to reports and items. Safe between threads and processes: the database decides."""

    # Intake, and what a reporter may know.

    def take(self, submissions: Sequence[Submission], *, now: datetime) -> list[Receipt]:
        """The receipt of each report, in order; a repetition gets the receipt of the first.

        Reports of a call are kept 500 in a transaction.

        Raises:
            KeyReusedError: An idempotency key was used before with another report; of its 500, none was taken.
        """
        return _intake.take(self, submissions, now=require_utc(now))

    def status(self, code: str) -> Progress:
        """How far the report of a status code is; the code in any case, with or without its hyphens.

        Raises:
            NoSuchStatusCodeError: No report has it.
        """
        return _desk.status(self, code)

    def progress(self, report_id: ReportId) -> Progress:
        """How far a report is; no more than its reporter is told.

        Raises:
            NoSuchReportError: There is none.
        """
        return _desk.progress(self, report_id)

    # For analysts.

    def assess(self, judgements: Sequence[Judged], *, by: str, now: datetime) -> list[Assessed]:
        """What became of each judgement, in order. One that counts moves the item, and every item of the same file.

        Raises:
            ExposureReachedError: The analyst would have looked at more today than the settings allow.
        """
        return _judging.assess(self, judgements, by=by, now=require_utc(now))

    def lock(self, item_ids: Sequence[ItemId], *, by: str, now: datetime) -> list[ItemId]:
        """Those that are before this analyst now, for as long as `terms.lock`; one that is locked already is longer."""
        return _desk.lock(self, item_ids, by=by, until=require_utc(now) + self.terms.lock, now=require_utc(now))

    def unlock(self, item_ids: Sequence[ItemId], *, by: str) -> None:
        """Give one's own items back."""
        with self.transactions.write() as tx:
            self.item_book.unlock(tx, set(item_ids), by=by)

    def reopen(self, item_ids: Sequence[ItemId], *, by: str, reason: str, now: datetime) -> None:
        """Let items that were found not illegal, or ignored, be judged anew; all or none.

        Raises:
            ItemMovedError: One of them is in another state.
            ReasonsMissingError: The reason says too little.
        """
        _moving.reopen(self, item_ids, by=by, reason=reason, now=require_utc(now))

    def correct(self, moves: Sequence[Move], *, now: datetime) -> None:
        """Moves that a person makes, each with a reason; all or none.

        Raises:
            ItemMovedError, NoSuchItemError: See `move`.
            ReasonsMissingError: A reason says too little.
        """
        _moving.correct(self, moves, now=require_utc(now))

    def open_viewer(self, item_id: ItemId, *, by: str, now: datetime) -> Viewing:
        """A one-time link into the hotline's isolated viewer; the item is locked meanwhile.

        Raises:
            NoViewerError: There is none.
            ItemLockedError: Somebody else has it, or it is not to be assessed.
            ExposureReachedError: The analyst may look at no more today.
        """
        return _viewing.open_viewer(self, item_id, by=by, now=require_utc(now))

    def viewer_shows(self, token: str, *, now: datetime) -> Item:
        """The item of a token, once: for the viewer alone.

        Raises:
            ViewingError: The token was used, has ended, or never was.
        """
        return _viewing.show(self, token, now=require_utc(now))

    def viewer_closes(
        self, token: str, *, digests: Sequence[Digest], seconds: int, judged: Judged | None, now: datetime
    ) -> Assessed | None:
        """What became of the analyst's judgement, None without one; digests and exposure are kept, once a token.

        Raises:
            ViewingError: The token was not shown, was closed before, or is another item's.
        """
        return _viewing.close(self, token, digests=digests, seconds=seconds, judged=judged, now=require_utc(now))

    def import_vocabulary(self, document: str, *, by: str, now: datetime) -> Vocabulary:
        """The question set in a JSON document, in force from now on; the same document again changes nothing.

        Raises:
            VocabularyError: It cannot be used.
            VocabularyTakenError: Its version is there with other content.
        """
        return _vocabulary.import_vocabulary(self, document, by=by, now=require_utc(now))

    def vocabulary(self) -> Vocabulary:
        """The question set in force."""
        with self.transactions.read() as tx:
            return _vocabulary.in_force(self, tx)

    def vocabulary_document(self) -> str:
        """The question set in force, as it was imported."""
        return _vocabulary.document_in_force(self)

    # For the police.

    def police(
        self, item_ids: Sequence[ItemId], act: PoliceAct, *, police: OrganisationId, by: str, reason: str, now: datetime
    ) -> None:
        """Hold, release, send or preserve items; all or none.

        Raises:
            NotPoliceError: The organisation is not of the police.
            ItemMovedError, NoSuchItemError: An item is not where the act begins.
            ReasonsMissingError: The reason says too little.
        """
        order = _moving.Order(act=act, unit=police, by=by, reason=reason)
        _moving.police(self, item_ids, order, now=require_utc(now))

    def release(
        self,
        item_ids: Sequence[ItemId],
        *,
        police: OrganisationId,
        by: str,
        reason: str,
        now: datetime,
        to: ItemState = ItemState.TO_NOTICE,
    ) -> None:
        """Let held items go on, or close them: `to` says where; see `police`."""
        order = _moving.Order(act=PoliceAct.RELEASE, unit=police, by=by, reason=reason, to=to)
        _moving.police(self, item_ids, order, now=require_utc(now))

    # What the desk shows.

    def find(self, wanted: Wanted, *, now: datetime) -> list[Item]:
        """A page of at most 1,000 items.

        Raises:
            TargetUrlError: An address or host to look for is none.
        """
        return _desk.find(self, wanted, now=require_utc(now))

    def item(self, item_id: ItemId) -> ItemDetails:
        """Everything about one item.

        Raises:
            NoSuchItemError: There is none.
        """
        return _desk.item(self, item_id)

    def counts(self) -> dict[ItemState, int]:
        """How many items stand where; every state is there."""
        return _desk.counts(self)

    def report(self, report_id: ReportId) -> Report:
        """One report; its reporter is not in it.

        Raises:
            NoSuchReportError: There is none.
        """
        return _desk.report(self, report_id)

    def reports(
        self, *, to_read: bool = False, reference: str = "", after: ReportId | None = None, limit: int = 100
    ) -> list[Report]:
        """A page of at most 1,000 reports, the newest first; those to be read, the oldest first, when `to_read`."""
        return _desk.reports(self, to_read=to_read, reference=reference, after=after, limit=limit)

    def mark_read(self, report_ids: Sequence[ReportId], *, by: str, now: datetime) -> list[ReportId]:
        """Those that an analyst had yet to read, and has now."""
        return _desk.mark_read(self, report_ids, by=by, now=require_utc(now))

    def exposures(self, *, now: datetime, days: int = 1, analyst: str | None = None) -> list[Exposure]:
        """What analysts looked at, today and on the days before."""
        return _desk.exposures(self, days=days, analyst=analyst, now=require_utc(now))

    # Who reported: two people together.

    def ask_identity(self, report_id: ReportId, *, by: str, reason: str, now: datetime) -> IdentityRequest:
        """The request to see who reported.

        Raises:
            NoSuchReportError: There is no such report.
            ReasonsMissingError: The reason says too little.
        """
        return _identity.ask(self, report_id, by=by, reason=reason, now=require_utc(now))

    def approve_identity(self, number: int, *, by: str, now: datetime) -> IdentityRequest:
        """The approved request; who asked may read within 15 minutes.

        Raises:
            NoSuchIdentityRequestError: There is none.
            IdentityRequestError: The same person asked, or it was approved before.
        """
        return _identity.approve(self, number, by=by, now=require_utc(now))

    def read_identity(self, number: int, *, by: str, now: datetime) -> Reporter:
        """Who reported; once.

        Raises:
            NoSuchIdentityRequestError: There is none.
            IdentityRequestError: It is not approved, was read, is over, is another's, or nobody is kept.
        """
        return _identity.read(self, number, by=by, now=require_utc(now))

    def identity_requests(self) -> list[IdentityRequest]:
        """All requests, the newest first."""
        return _identity.requests(self)

    # For later rooms, inside their transactions.

    def items(self, tx: Transaction, item_ids: Sequence[ItemId]) -> dict[ItemId, Item]:
        """Those of the ids that exist; in a write transaction they are locked, in the order of their ids."""
        return _desk.items(self, tx, item_ids)

    def digests(self, tx: Transaction, item_ids: Collection[ItemId]) -> dict[ItemId, tuple[Digest, ...]]:
        """The digests of items, opened, to compare with what is found there. Items without any are left out."""
        return _desk.digests(self, tx, item_ids)

    def move(self, tx: Transaction, moves: Sequence[Move], *, now: datetime) -> None:
        """Take items on, with history and journal; all or none.

        An item that comes to `to_notice` gets the task ITEM_ATTRIBUTE; one that leaves it loses it. To `not_illegal` or
        `ignored` is a decision, and is kept as an assessment too.

        Raises:
            ItemMovedError: An item is not in the state it is expected in, or does not go that way.
            NoSuchItemError: There is no such item.
        """
        _moving.move(self, tx, moves, now=require_utc(now))

    # For the worker.

    def expire_due(self, claimed: Sequence[Claimed], *, now: datetime) -> None:
        """REPORT_EXPIRE: delete reporter and text; a report that nobody read keeps its text a day longer, each day."""
        _retention.expire_due(self, claimed, now=require_utc(now))

    def expire(self, *, now: datetime) -> int:
        """How many reports were expired: everything due, at once; the worker does the same in its own time."""
        return _retention.expire(self, now=require_utc(now))

    def match_due(self, claimed: Sequence[Claimed], *, now: datetime) -> None:
        """ITEM_MATCH: ask the hash list again; as long as it cannot be asked, later once more."""
        _matching.match_due(self, claimed, now=require_utc(now))

    def propose_due(self, claimed: Sequence[Claimed], *, now: datetime) -> None:
        """ITEM_PROPOSE: propose entries of the hash list, and withdraw those whose judgement was changed."""
        _proposals.propose_due(self, claimed, now=require_utc(now))
