"""The room `reports` put together as `main` does it, over memory or a database, with short ways to use it."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from schoon.agenda import Agenda, Claimed, TaskKind
from schoon.journal import Event, Journal
from schoon.kinds import Digest, ItemId, Kind, OrganisationId, OutageError, ReportId, Transactions
from schoon.net import InstalledSuffixes
from schoon.parties import Role
from schoon.parties.ports import PartyBook
from schoon.reports import (
    Assessed,
    DeskTerms,
    Item,
    Judged,
    Judgement,
    KeyVault,
    Known,
    Match,
    Proposal,
    Receipt,
    ReportSource,
    Submission,
    SubmittedItem,
)
from schoon.reports.service import ReportService
from schoon.store import Database
from schoon.store.agenda import SqlAgenda
from schoon.store.assessments import SqlAssessments
from schoon.store.items import SqlItems
from schoon.store.journal import SqlJournal
from schoon.store.parties import SqlPartyBook
from schoon.store.reports import SqlReports
from tests.memory.agenda import MemoryAgenda
from tests.memory.journal import MemoryJournal
from tests.memory.parties import MemoryPartyBook
from tests.memory.reports import MemoryAssessments, MemoryItems, MemoryReports
from tests.memory.transactions import MemoryTransactions

T0 = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DESK_KEY, REPORTER_KEY = bytes(range(32)), bytes(range(32, 64))


@dataclass
class HashList:
    """The hash list as the desk sees it: what a test put on it, and what was proposed."""

    entries: dict[Digest, Match] = field(default_factory=dict)
    is_away: bool = False
    proposed: dict[ItemId, tuple[Digest, ...]] = field(default_factory=dict)
    calls: int = 0
    withdrawn: list[ItemId] = field(default_factory=list)

    def put(
        self, digest: Digest, known: Known = Known.LISTED, judgement: Judgement | None = Judgement.BASELINE
    ) -> None:
        self.entries[digest] = Match(known=known, judgement=judgement if known is Known.LISTED else None)

    def look(self, items: Sequence[tuple[Digest, ...]], *, now: datetime) -> list[Match]:
        self.calls += 1
        if self.is_away:
            return [Match(known=Known.UNAVAILABLE) for _ in items]
        return [self._match(digests) for digests in items]

    def _match(self, digests: tuple[Digest, ...]) -> Match:
        found = [self.entries[one] for one in digests if one in self.entries]
        return min(found, key=lambda one: one.known, default=Match(known=Known.NOT_LISTED))

    def propose(self, proposals: Sequence[Proposal], *, now: datetime) -> None:
        if self.is_away:
            raise OutageError("the list is away")
        self.proposed |= {one.item_id: one.digests for one in proposals}

    def withdraw(self, item_ids: Sequence[ItemId], *, reason: str, now: datetime) -> None:
        self.withdrawn += item_ids


class Viewer:
    def link(self, token: str) -> str:
        return f"https://viewer.test/#{token}"


@dataclass
class ReportsWorld:
    """The room over one store."""

    transactions: Transactions
    reports: ReportService
    agenda: Agenda
    journal: Journal
    parties: PartyBook
    hash_list: HashList

    def take(self, *urls: str, now: datetime = T0, source: ReportSource = ReportSource.CSV, **more: Any) -> Receipt:
        items = tuple(SubmittedItem(url=url) for url in urls)
        return self.reports.take([Submission(source=source, items=items, **more)], now=now)[0]

    def take_file(self, url: str, *digests: Digest, now: datetime = T0, **more: Any) -> ItemId:
        item = SubmittedItem(url=url, digests=digests, **more)
        return self.reports.take([Submission(source=ReportSource.CSV, items=(item,))], now=now)[0].item_ids[0]

    def assess(
        self, item_id: ItemId, judgement: Judgement = Judgement.BASELINE, *, by: str = "anna", now: datetime = T0
    ) -> Assessed:
        return self.reports.assess([Judged(item_id=item_id, judgement=judgement)], by=by, now=now)[0]

    def item(self, item_id: ItemId) -> Item:
        return self.reports.item(item_id).item

    def police(self) -> OrganisationId:
        with self.transactions.write() as tx:
            return self.parties.add_organisation(tx, name="Police unit", role=Role.POLICE, at=T0).organisation_id

    def events(self, action: str = "") -> list[Event]:
        with self.transactions.read() as tx:
            return [one.event for one in self.journal.read(tx, limit=100_000) if action in {"", one.event.action}]

    def due(self, kind: TaskKind, now: datetime) -> list[Claimed]:
        with self.transactions.write() as tx:
            return self.agenda.claim(tx, now=now, until=now + MINUTE, limit=10_000, kinds=[kind])

    def reporter_is_kept(self, report_id: ReportId) -> bool:
        with self.transactions.read() as tx:
            return self.reports.report_book.reporter(tx, report_id) is not None


def memory_world(*, seed: int = 1, **terms: Any) -> ReportsWorld:
    memory = MemoryTransactions()
    report_book, assessments = MemoryReports(), MemoryAssessments()
    items = MemoryItems(report_book, assessments)
    agenda, journal, parties = MemoryAgenda(), MemoryJournal(), MemoryPartyBook()
    for book in (report_book, assessments, items, agenda, journal, parties):
        memory.register(book)
    return _world(memory, report_book, items, assessments, agenda, journal, parties, seed=seed, terms=terms)


def sql_world(database: Database, *, seed: int = 1, **terms: Any) -> ReportsWorld:
    books = SqlReports(), SqlItems(), SqlAssessments(), SqlAgenda(), SqlJournal(), SqlPartyBook()
    return _world(database, *books, seed=seed, terms=terms)


def _world(
    transactions: Any,
    report_book: Any,
    items: Any,
    assessments: Any,
    agenda: Any,
    journal: Any,
    parties: Any,
    *,
    seed: int,
    terms: dict[str, Any],
) -> ReportsWorld:
    hash_list = HashList()
    service = ReportService(
        transactions=transactions,
        report_book=report_book,
        item_book=items,
        assessment_book=assessments,
        agenda=agenda,
        journal=journal,
        parties=parties,
        vault=KeyVault(DESK_KEY),
        reporter_vault=KeyVault(REPORTER_KEY),
        sites=InstalledSuffixes(),
        known=hash_list,
        proposals=hash_list,
        viewer=Viewer(),
        terms=DeskTerms(**terms),
        tokens=random.Random(seed).randbytes,
    )
    return ReportsWorld(
        transactions=transactions,
        reports=service,
        agenda=agenda,
        journal=journal,
        parties=parties,
        hash_list=hash_list,
    )


def a_digest(seed: str, kind: Kind = Kind.SHA256) -> Digest:
    raw = hashlib.sha512(seed.encode()).digest()
    return Digest(kind=kind, value=raw[: {Kind.MD5: 16, Kind.SHA1: 20}.get(kind, 32)])
