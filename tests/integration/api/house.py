"""A whole check service over real files and a real database, for tests and their subprocesses."""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schoon.api import Api, ApiOptions, create_app
from schoon.check import Policy, ReceiptSigner
from schoon.check.service import CheckService, HitRecorder, MemberService, QuotaKeeper
from schoon.check.types import MemberDraft
from schoon.hits.service import HitService
from schoon.index import (
    ENTRY_DTYPE,
    Columns,
    DeltaContents,
    Head,
    IndexHolder,
    derive_keys,
    tags_of,
    write_delta,
    write_head,
    write_snapshot,
)
from schoon.kinds import (
    CATEGORY_CODES,
    EXACT_KINDS,
    KIND_BITS,
    Category,
    Digest,
    EntryId,
    Kind,
    SnapshotHeader,
    Standing,
    SupplierLabel,
)
from schoon.lists import EntryState
from schoon.main._desk import DeskBase
from schoon.main._notices import notices_over
from schoon.net import InstalledSuffixes
from schoon.net.webhook import WebhookSender
from schoon.parties import Duty, Role
from schoon.parties.service import PartyService, PeopleService
from schoon.reports import DeskTerms
from schoon.reports.service import KeyVault, ReportService
from schoon.rooms import Rooms
from schoon.settings import Settings
from schoon.store import Database, migrate
from schoon.store.agenda import SqlAgenda
from schoon.store.assessments import SqlAssessments
from schoon.store.hits import SqlHits
from schoon.store.items import SqlItems
from schoon.store.journal import SqlJournal
from schoon.store.members import SqlMembers
from schoon.store.outbox import SqlOutbox
from schoon.store.parties import SqlPartyBook
from schoon.store.people import SqlPeople
from schoon.store.reports import SqlReports
from schoon.store.usage import SqlNear, SqlUsage
from tests.reports_world import HashList

KEYS = derive_keys(bytes(range(32)))
SIGNING_KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
RECEIPT_KEY = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
SUPPLIERS = (SupplierLabel(code=1, name="police-nl", supplier_class="police"),)
OPERATOR = "test operator"


def clock() -> datetime:
    """The present instant, as the served processes see it too."""
    return datetime.now(UTC)  # noqa: TID251 - several real processes must agree on the time


@dataclass
class Known:
    """One entry to put on the list."""

    digests: tuple[Digest, ...]
    standing: Standing = Standing.ACTIVE
    category: Category = Category.BASELINE


@dataclass
class Publication:
    """A publisher's directory: a snapshot, then deltas."""

    directory: Path
    version: int = 0
    snapshot: Any = None
    deltas: list[Any] = field(default_factory=list)

    def publish(self, known: Iterable[Known]) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.version += 1
        path = self.directory / f"snapshot-{self.version:012}.schoon"
        self.snapshot = write_snapshot(
            path, self._header(), columns_of(list(known)), keys=KEYS, signing_key=SIGNING_KEY
        )
        self.deltas = []
        self.sign()

    def change(self, standings: dict[int, Standing]) -> None:
        """Entries (numbered from 1) stand otherwise from now on."""
        last = self.deltas[-1] if self.deltas else self.snapshot
        self.version += 1
        contents = DeltaContents(
            header=self._header(),
            added=columns_of([]),
            changed_ids=np.array(sorted(standings), dtype=np.uint32),
            changed_standings=np.array([standings[one] for one in sorted(standings)], dtype=np.uint8),
        )
        record = write_delta(
            self.directory / f"delta-{self.version:012}.schoon",
            contents,
            previous_sha256=last.sha256,
            previous_version=self.version - 1,
            keys=KEYS,
            signing_key=SIGNING_KEY,
        )
        self.deltas.append(record)
        self.sign()

    def sign(self, at: datetime | None = None) -> None:
        head = Head(
            list_name="nl",
            version=self.version,
            issued_at=at or clock(),
            snapshot=self.snapshot,
            deltas=tuple(self.deltas),
        )
        write_head(self.directory, head, signing_key=SIGNING_KEY)

    def _header(self) -> SnapshotHeader:
        return SnapshotHeader(list_name="nl", version=self.version, created_at=clock(), suppliers=SUPPLIERS)


def columns_of(known: list[Known]) -> Columns:
    """Entries numbered from 1, in columns."""
    entries = np.zeros(len(known), dtype=ENTRY_DTYPE)
    values: dict[Kind, list[tuple[bytes, int]]] = {kind: [] for kind in Kind}
    for row, one in enumerate(known):
        kinds = 0
        for digest in one.digests:
            kinds |= KIND_BITS[digest.kind]
            values[digest.kind].append((digest.value, row))
        entries[row] = (row + 1, 1, CATEGORY_CODES[one.category], kinds, one.standing)
    exact = {}
    for kind in EXACT_KINDS:
        if values[kind]:
            digests = np.array([list(value) for value, _ in values[kind]], dtype=np.uint8)
            exact[kind] = (tags_of(KEYS, kind, digests), np.array([row for _, row in values[kind]], dtype=np.uint32))
    vectors = values[Kind.PDQ]
    return Columns(
        entries=entries,
        exact=exact,
        vectors=np.array([list(value) for value, _ in vectors], dtype=np.uint8).reshape(-1, 32),
        vector_rows=np.array([row for _, row in vectors], dtype=np.uint32),
    )


class NoOffice:
    """The list's office where nobody disputes anything."""

    def standings(self, tx: object, entry_ids: Iterable[EntryId]) -> dict[EntryId, EntryState]:
        return dict.fromkeys(entry_ids, EntryState.ACTIVE)

    def may_uphold(self, tx: object, entry_id: EntryId, organisation_id: int) -> bool:
        return False

    def suspend(self, entry_id: EntryId, **said: object) -> None:
        raise AssertionError("nothing is suspended in these tests")


def open_rooms(home: Path) -> Rooms:
    """Every room that the api uses, over the database and the publication in `home`."""
    url = f"sqlite:///{home / 'schoon.db'}"
    migrate(url)
    database = Database(url)
    journal, members_store = SqlJournal(), SqlMembers(secret_key=KEYS.table_key)
    members = MemberService(database, members_store, journal)
    hits = HitService(
        transactions=database,
        store=SqlHits(),
        outbox=SqlOutbox(),
        webhooks=members_store,
        complaints=members_store,
        office=NoOffice(),
        journal=journal,
    )
    holder = IndexHolder(
        home / "publication", keys=KEYS, public_key=SIGNING_KEY.public_key(), state_path=None, clock=clock
    )
    recorder = HitRecorder(database, hits, SqlNear(), journal, keys=KEYS)
    check = CheckService(source=holder, keys=KEYS, recorder=recorder, quotas=QuotaKeeper(database, SqlUsage()))
    nothing: Any = None  # the api uses no other rooms of the desk
    reports = ReportService(
        transactions=database,
        report_book=SqlReports(),
        item_book=SqlItems(),
        assessment_book=SqlAssessments(),
        agenda=SqlAgenda(),
        journal=journal,
        parties=SqlPartyBook(),
        vault=KeyVault(bytes(range(32))),
        reporter_vault=KeyVault(bytes(range(32, 64))),
        sites=InstalledSuffixes(),
        known=HashList(),
        proposals=None,
        viewer=None,
        terms=DeskTerms(),
        tokens=secrets.token_bytes,
    )
    settings = Settings.from_environment({"SCHOON_HOME": str(home)})
    base = DeskBase(database, journal, SqlPartyBook())
    return Rooms(
        clock=clock,
        journal=nothing,
        parties=PartyService(transactions=database, parties=SqlPartyBook(), journal=journal),
        people=PeopleService(transactions=database, people=SqlPeople(), journal=journal),
        lists=nothing,
        members=members,
        check=check,
        hits=hits,
        agenda=nothing,
        reports=reports,
        hosting=nothing,
        notices=notices_over(base, settings, reports=reports, hosting=nothing, listener=nothing),
        followup=nothing,
        holder=holder,
        receipts=ReceiptSigner(RECEIPT_KEY),
        receipt_public_key=RECEIPT_KEY.public_key(),
        sender=WebhookSender(),
        close=lambda: None,
    )


def add_member(rooms: Rooms, name: str, *, quota: int = 100_000_000, policy: Policy | None = None) -> str:
    """The token of a new member."""
    draft = MemberDraft(name=name, quota=quota, policy=policy or Policy(), hit_term=timedelta(hours=24))
    rooms.members.add(draft, actor=OPERATOR, now=clock())
    return rooms.members.issue_token(name, actor=OPERATOR, now=clock()).text


def add_person(rooms: Rooms, organisation: str, *duties: Duty) -> str:
    """The token of somebody with these duties, in an organisation of that name."""
    known = {one.name: one for one in rooms.parties.organisations()}
    role = Role.POLICE if Duty.POLICE in duties else Role.HOTLINE
    owner = known.get(organisation) or rooms.parties.add_organisation(organisation, role, by=OPERATOR, now=clock())
    name = "-".join(("Somebody", *sorted(duties)))
    person = rooms.people.add(name, owner.organisation_id, duties, by=OPERATOR, now=clock())
    return rooms.people.issue_token(person.person_id, by=OPERATOR, now=clock()).text


def app() -> Api:
    """What a served subprocess runs; the environment says where."""
    home = Path(os.environ["SCHOON_TEST_HOME"])  # noqa: TID251 - how a test tells its subprocess
    return create_app(open_rooms(home), ApiOptions(metrics_token=os.environ.get("SCHOON_TEST_METRICS_TOKEN", "")))  # noqa: TID251 - as above
