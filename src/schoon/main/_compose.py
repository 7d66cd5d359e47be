"""The composition: which adapter stands behind which port, and what a service process is made of."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from schoon.api import ApiOptions, create_app
from schoon.api import ServeOptions as ListenOptions
from schoon.api import serve as listen
from schoon.check import ReceiptSigner
from schoon.check.service import CheckService, HitRecorder, MemberService, QuotaKeeper
from schoon.cli import ServeOptions
from schoon.hits.service import HitService
from schoon.index import IndexHolder, ListKeys, derive_keys
from schoon.kinds import Clock, OutageError
from schoon.lists.service import ListPorts, ListService, Publication
from schoon.main._keys import list_secret, make_missing_keys, private_key_of, public_key_of, secret_of
from schoon.main._office import OfficeOverLists
from schoon.net import WebhookSender
from schoon.parties.service import PartyService
from schoon.rooms import Rooms
from schoon.settings import Settings
from schoon.store import Database, migrate
from schoon.store.batches import SqlBatchBook
from schoon.store.entries import SqlEntryBook
from schoon.store.hits import SqlHits
from schoon.store.journal import SqlJournal
from schoon.store.marks import SqlMarkBook
from schoon.store.members import SqlMembers
from schoon.store.outbox import SqlOutbox
from schoon.store.parties import SqlPartyBook
from schoon.store.publications import SqlPublicationBook
from schoon.store.usage import SqlNear, SqlUsage
from schoon.web import create_web


class AddressTakenError(OutageError):
    """The service cannot listen at that address."""

    next_step = "stop what listens there, or choose another --host and --port"


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


def make_rooms(settings: Settings, clock: Clock) -> Rooms:
    """The bundle over these settings; nothing is connected before it is used.

    Raises:
        KeyFileMissingError: A key file of this host is not there; the publishing key may be absent.
    """
    keys = derive_keys(list_secret(settings))
    public_key = public_key_of(settings.public_key_file)
    receipts = ReceiptSigner(private_key_of(settings.receipt_key_file))
    database, journal, parties = Database(settings.database_url), SqlJournal(), SqlPartyBook()
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
    return Rooms(
        clock=clock,
        parties=PartyService(transactions=database, parties=parties, journal=journal),
        lists=lists,
        members=MemberService(database, SqlMembers(secret_key=keys.table_key), journal),
        check=_check(settings, database, journal, keys=keys, hits=hits, holder=holder),
        hits=hits,
        holder=holder,
        receipts=receipts,
        receipt_public_key=receipts.public_key,
        sender=WebhookSender(),
        close=database.close,
    )


def service_app(settings: Settings, clock: Clock) -> Any:  # noqa: ANN401 - an ASGI application
    """The application of one service process: the API with the hits page beside it."""
    rooms = make_rooms(settings, clock)
    session_key = secret_of(settings.session_key_file)
    pages = create_web(rooms, session_key=session_key, secure_cookies=settings.pages_over_tls)
    api = create_app(rooms, ApiOptions(metrics_token=settings.metrics_token, mounts=[("/", pages)]))
    if not settings.trusted_proxy:
        return api
    proxies = [one.strip() for one in settings.trusted_proxy.split(",")]
    return ProxyHeadersMiddleware(api, trusted_hosts=proxies)  # type: ignore[arg-type]  # uvicorn types scopes closer than starlette


def serve_service(settings: Settings, clock: Clock, options: ServeOptions) -> None:
    """Listen until told to stop; every worker process makes its own rooms from the same environment.

    Raises:
        AddressTakenError: Nobody can listen there now.
        OutageError: The database does not answer, or was not migrated.
    """
    _require_free(options.host, options.port)
    with opened_rooms(settings, clock) as rooms:
        rooms.members.list_members()
        secret_of(settings.session_key_file)
    if options.tls_certificate is not None:
        os.environ["SCHOON_PAGES_OVER_TLS"] = "yes"  # the workers read their settings from this environment
    listen(
        "schoon.main:app",
        ListenOptions(
            host=options.host,
            port=options.port,
            workers=options.workers,
            certfile=options.tls_certificate,
            keyfile=options.tls_key,
            log_level=settings.log_level,
        ),
    )


def _require_free(host: str, port: int) -> None:
    """Nothing, when this process may listen there: said before any worker starts, and in plain words."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as problem:
        raise AddressTakenError(f"{host} port {port}: {problem.strerror}") from problem


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
