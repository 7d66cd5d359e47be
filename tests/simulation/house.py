"""The rooms of the desk over one database, put together as `main` does it, with the doors of the world."""

import random
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from typing_extensions import override

from schoon.hosting.ports import HostingPorts
from schoon.hosting.service import HostingService
from schoon.kinds import OrganisationId
from schoon.net import InstalledSuffixes
from schoon.parties import Role
from schoon.parties.service import PartyService
from schoon.reports import DeskTerms, KeyVault
from schoon.reports.service import ReportService
from schoon.store import Database
from schoon.store.agenda import SqlAgenda
from schoon.store.assessments import SqlAssessments
from schoon.store.hosting import SqlAnswers, SqlDomainRules, SqlTraces
from schoon.store.items import SqlItems
from schoon.store.journal import SqlJournal
from schoon.store.parties import SqlPartyBook
from schoon.store.reports import SqlReports
from schoon.store.routes import SqlSnapshots
from tests.simulation.files import HashList
from tests.simulation.mail import Post
from tests.simulation.names import Names, Registry, import_tables
from tests.simulation.world import World

_NONCE = 12


class RepeatableVault(KeyVault):
    """Seals the same text in the same place the same way, so that two runs can be compared."""

    @override
    def seal(self, place: str, text: str) -> bytes:
        nonce = blake2b(f"{place}|{text}".encode(), digest_size=_NONCE).digest()
        return nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The services, and the doors that a run looks behind."""

    database: Database
    reports: ReportService
    hosting: HostingService
    post: Post
    police: OrganisationId


def open_house(database: Database, world: World, folder: Path) -> House:
    """The house over a migrated, empty database."""
    journal, parties, agenda = SqlJournal(), SqlPartyBook(), SqlAgenda()
    tokens = random.Random(world.chance.seed).randbytes
    hosting = HostingService(
        HostingPorts(
            transactions=database,
            snapshots=SqlSnapshots(),
            rules=SqlDomainRules(),
            cache=SqlAnswers(),
            traces=SqlTraces(),
            journal=journal,
            resolver=Names(world),
            registry=Registry(world),
            suffixes=InstalledSuffixes(),
        ),
        home_country="NL",
    )
    import_tables(hosting, world, folder)
    reports = ReportService(
        transactions=database,
        report_book=SqlReports(),
        item_book=SqlItems(),
        assessment_book=SqlAssessments(),
        agenda=agenda,
        journal=journal,
        parties=parties,
        vault=RepeatableVault(bytes(range(32))),
        reporter_vault=RepeatableVault(bytes(range(32, 64))),
        sites=InstalledSuffixes(),
        known=HashList(world),
        proposals=None,
        viewer=None,
        terms=DeskTerms(),
        tokens=tokens,
    )
    office = PartyService(transactions=database, parties=parties, journal=journal)
    police = office.add_organisation("police", Role.POLICE, by="simulation", now=world.span[0])
    return House(database=database, reports=reports, hosting=hosting, post=Post(world), police=police.organisation_id)
