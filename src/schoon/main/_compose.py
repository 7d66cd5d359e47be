"""The composition: which adapter stands behind which port."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from schoon.agenda.service import AgendaService
from schoon.check import ReceiptSigner
from schoon.check.service import CheckService, HitRecorder, MemberService, QuotaKeeper
from schoon.hits.service import HitService
from schoon.hosting import Internet
from schoon.hosting.ports import HostingPorts
from schoon.hosting.service import HostingService
from schoon.index import IndexHolder, ListKeys, derive_keys
from schoon.journal.service import JournalService
from schoon.kinds import Clock
from schoon.lists.service import ListPorts, ListService, Publication
from schoon.main._desk import DeskBase, reports_over
from schoon.main._followup import LateListener, followup_over
from schoon.main._fuse import database_of
from schoon.main._keys import list_secret, make_missing_keys, private_key_of, public_key_of
from schoon.main._notices import notices_over
from schoon.main._office import OfficeOverLists
from schoon.main._prober import prober_of
from schoon.net import DnsResolver, InstalledSuffixes, Network, NoResolver, RdapDoor, WebhookSender
from schoon.parties.service import PartyService, PeopleService
from schoon.rooms import Rooms
from schoon.settings import Settings
from schoon.store import Database, migrate
from schoon.store.agenda import SqlAgenda
from schoon.store.batches import SqlBatchBook
from schoon.store.entries import SqlEntryBook
from schoon.store.hits import SqlHits
from schoon.store.hosting import SqlAnswers, SqlDomainRules, SqlTraces
from schoon.store.journal import SqlJournal
from schoon.store.marks import SqlMarkBook
from schoon.store.members import SqlMembers
from schoon.store.outbox import SqlOutbox
from schoon.store.parties import SqlPartyBook
from schoon.store.people import SqlPeople
from schoon.store.publications import SqlPublicationBook
from schoon.store.routes import SqlSnapshots
from schoon.store.usage import SqlNear, SqlUsage


def initialise_home(settings: Settings) -> list[tuple[str, str]]:
    """What was made and found: folders, keys, and the database brought up to this version's schema."""
    made = make_missing_keys(settings)
    migrate(settings.database_url)
    return [*made, ("publication", str(settings.publication)), ("database", repr(Database(settings.database_url)))]


@contextmanager
def opened_rooms(settings: Settings, clock: Clock) -> Iterator[Rooms]:
    """The bundle over these settings, closed at the end of the block."""
    rooms = make_rooms(settings, clock)
    try:
        yield rooms
    finally:
        rooms.close()


def make_rooms(settings: Settings, clock: Clock, trial: Sequence[Network] = ()) -> Rooms:
    """The bundle over these settings; nothing is connected before it is used.

    Args:
        settings: What the environment says.
        clock: The present instant.
        trial: Networks of this machine that count as parts of the internet, for a demonstration.

    Raises:
        KeyFileMissingError: A key file of this host is not there; the publishing key may be absent.
    """
    keys = derive_keys(list_secret(settings))
    public_key = public_key_of(settings.public_key_file)
    receipts = ReceiptSigner(private_key_of(settings.receipt_key_file))
    database, journal, parties = database_of(settings), SqlJournal(), SqlPartyBook()
    office = OfficeOverLists(parties)
    hits = _hits(database, journal, office, keys)
    lists = _lists(settings, database, journal, parties, keys=keys, hits=hits)
    office.lists = lists
    holder = IndexHolder(
        settings.publication,
        keys=keys,
        public_key=public_key,
        state_path=settings.home / "list-seen",
        clock=clock,
    )
    check = _check(settings, database, journal, keys=keys, hits=hits, holder=holder)
    base = DeskBase(database, journal, parties)
    reports = reports_over(base, settings, lists=lists, check=check, holder=holder)
    hosting = _hosting(settings, database, journal, trial)
    listener = LateListener()
    notices = notices_over(base, settings, reports=reports, hosting=hosting, listener=listener)
    followup = followup_over(
        base, settings, reports=reports, notices=notices, hosting=hosting, prober=prober_of(settings, trial)
    )
    listener.room = followup.listener
    return Rooms(
        clock=clock,
        journal=JournalService(database, journal),
        agenda=AgendaService(database, SqlAgenda()),
        parties=PartyService(transactions=database, parties=parties, journal=journal),
        people=PeopleService(transactions=database, people=SqlPeople(), journal=journal),
        lists=lists,
        members=MemberService(database, SqlMembers(secret_key=keys.table_key), journal),
        check=check,
        hits=hits,
        reports=reports,
        hosting=hosting,
        notices=notices,
        followup=followup,
        holder=holder,
        receipts=receipts,
        receipt_public_key=receipts.public_key,
        sender=WebhookSender(),
        close=database.close,
    )


def _hits(database: Database, journal: SqlJournal, office: OfficeOverLists, keys: ListKeys) -> HitService:
    members = SqlMembers(secret_key=keys.table_key)
    return HitService(
        transactions=database,
        store=SqlHits(),
        outbox=SqlOutbox(),
        webhooks=members,
        complaints=members,
        office=office,
        journal=journal,
    )


def _lists(
    settings: Settings,
    database: Database,
    journal: SqlJournal,
    parties: SqlPartyBook,
    *,
    keys: ListKeys,
    hits: HitService,
) -> ListService:
    signing_key = private_key_of(settings.signing_key_file) if settings.signing_key_file.exists() else None
    return ListService(
        ports=ListPorts(
            transactions=database,
            batches=SqlBatchBook(),
            entries=SqlEntryBook(),
            marks=SqlMarkBook(),
            publications=SqlPublicationBook(),
            parties=parties,
            journal=journal,
        ),
        keys=keys,
        publication=Publication(list_name=settings.list_name, directory=settings.publication, signing_key=signing_key),
        listener=hits,
    )


def _hosting(settings: Settings, database: Database, journal: SqlJournal, trial: Sequence[Network]) -> HostingService:
    resolver = settings.resolver
    ports = HostingPorts(
        transactions=database,
        snapshots=SqlSnapshots(),
        rules=SqlDomainRules(),
        cache=SqlAnswers(),
        traces=SqlTraces(),
        journal=journal,
        resolver=NoResolver() if resolver is None else DnsResolver(*resolver),
        registry=RdapDoor(),
        suffixes=InstalledSuffixes(),
        internet=Internet(tuple(trial)),
    )
    return HostingService(ports, home_country=settings.home_country)


def _check(
    settings: Settings,
    database: Database,
    journal: SqlJournal,
    *,
    keys: ListKeys,
    hits: HitService,
    holder: IndexHolder,
) -> CheckService:
    return CheckService(
        source=holder,
        keys=keys,
        recorder=HitRecorder(database, hits, SqlNear(), journal, keys=keys),
        quotas=QuotaKeeper(database, SqlUsage()),
        age_limit=settings.list_max_age,
    )
