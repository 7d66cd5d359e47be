"""The rooms of the desk over one database, put together as `main` does it, with the doors of the world."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast

from typing_extensions import override

from schoon.agenda.service import AgendaService
from schoon.followup.ports import FollowUpPorts
from schoon.followup.service import FollowUpService
from schoon.hosting import HostingChain
from schoon.hosting.ports import HostingPorts
from schoon.hosting.service import HostingService
from schoon.main._fuse import Fuse, fused
from schoon.net import InstalledSuffixes
from schoon.notices import ChannelKind, NoticeSender
from schoon.notices.ports import NoticeListener
from schoon.notices.service import NoticeParts, NoticeService, NoticeTerms
from schoon.parties import Role
from schoon.parties.service import PartyService
from schoon.reports import DeskTerms, TargetUrl
from schoon.reports.service import KeyVault, ReportService
from schoon.rooms import Rooms
from schoon.store import Database
from schoon.store.agenda import SqlAgenda
from schoon.store.answers import SqlAnswers as SqlAnswerBook
from schoon.store.assessments import SqlAssessments
from schoon.store.deliveries import SqlDeliveries
from schoon.store.followup import SqlFollowUp
from schoon.store.hosters import SqlHosters
from schoon.store.hosting import SqlAnswers, SqlDomainRules, SqlTraces
from schoon.store.items import SqlItems
from schoon.store.journal import SqlJournal
from schoon.store.notices import SqlNotices
from schoon.store.parties import SqlPartyBook
from schoon.store.referrals import SqlReferrals
from schoon.store.reports import SqlReports
from schoon.store.routes import SqlSnapshots
from schoon.worker import Job, Workplace, jobs_of
from tests.simulation.files import HashList
from tests.simulation.mail import PolicePost, Post
from tests.simulation.names import Names, Registry, import_tables
from tests.simulation.probes import Probes
from tests.simulation.world import World

_NONCE = 12
_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8
AT_ONCE = 2_000
"""Tasks of one batch: in fast time a thousand come due between two ticks."""


class RepeatableVault(KeyVault):
    """Seals the same text in the same place the same way, so that two runs can be compared."""

    @override
    def seal(self, place: str, text: str) -> bytes:
        nonce = blake2b(f"{place}|{text}".encode(), digest_size=_NONCE).digest()
        return nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())


@dataclass(slots=True)
class _Traces:
    """The hosting, as notices ask it."""

    hosting: HostingService

    def trace(self, targets: Sequence[TargetUrl], *, now: datetime, fresh: bool) -> list[HostingChain | None]:
        return [*self.hosting.trace_many(targets, by="notices", now=now, fresh=fresh)]


class _Listening:
    """Passes on to the follow-up, which is made after the notices."""

    def __init__(self) -> None:
        self.heard_by: NoticeListener | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.heard_by, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The services, and the doors that a run looks behind."""

    database: Database
    reports: ReportService
    hosting: HostingService
    notices: NoticeService
    followup: FollowUpService
    place: Workplace
    post: Post
    police_post: PolicePost
    parties: PartyService


def open_house(database: Database, world: World, *, fuse: Fuse, life: int = 1) -> House:
    """The house over a migrated database; `furnish` it once.

    Args:
        database: Of the services.
        world: Behind the doors.
        fuse: Has points around every effect.
        life: Counts the processes that lived in this house: names that chance makes are never made twice.
    """
    journal, parties, agenda, suffixes = SqlJournal(), SqlPartyBook(), SqlAgenda(), InstalledSuffixes()
    tokens = random.Random(f"{world.chance.seed} {life}").randbytes
    vault = RepeatableVault(bytes(range(32)))
    base: dict[str, Any] = {"transactions": database, "journal": journal}
    hosting = HostingService(
        HostingPorts(
            snapshots=SqlSnapshots(),
            rules=SqlDomainRules(),
            cache=SqlAnswers(),
            traces=SqlTraces(),
            resolver=fused(Names(world), fuse, "look_up"),
            registry=fused(Registry(world), fuse, "get"),
            suffixes=suffixes,
            **base,
        ),
        home_country="NL",
        new_id=lambda: tokens(8).hex(),
    )
    reports = ReportService(
        report_book=SqlReports(),
        item_book=SqlItems(),
        assessment_book=SqlAssessments(),
        agenda=agenda,
        parties=parties,
        vault=vault,
        reporter_vault=RepeatableVault(bytes(range(32, 64))),
        sites=suffixes,
        known=fused(HashList(world), fuse, "look"),
        proposals=None,
        viewer=None,
        terms=DeskTerms(),
        tokens=tokens,
        **base,
    )
    post, police_post, listening = Post(world), PolicePost(world), _Listening()
    notices = NoticeService(
        NoticeParts(
            hosters=SqlHosters(vault),
            notices=SqlNotices(vault),
            deliveries=SqlDeliveries(vault),
            answers=SqlAnswerBook(vault),
            referrals=SqlReferrals(vault),
            agenda=agenda,
            parties=parties,
            items=reports,
            tracing=_Traces(hosting),
            listener=cast("NoticeListener", listening),
            channels={ChannelKind.MAIL: fused(post, fuse, "hand_over")},
            police=fused(police_post, fuse, "hand_over"),
            terms=NoticeTerms(
                profile_id="nl-2024-act",
                sender=NoticeSender(organisation="Meldpunt", email="notices@meldpunt.zz"),
                portal="https://desk.meldpunt.zz/n",
            ),
            new_name=lambda: tokens(26).translate(_LETTERS).decode(),
            **base,
        )
    )
    followup = FollowUpService(
        FollowUpPorts(
            store=SqlFollowUp(),
            agenda=agenda,
            items=reports,
            notices=notices,
            rules=hosting,
            vault=vault,
            prober=fused(Probes(world), fuse, "look"),
            **base,
        )
    )
    listening.heard_by = followup.listener
    rooms: Any = _Bundle(reports=reports, notices=notices, followup=followup, clock=lambda: world.now)
    return House(
        database=database,
        reports=reports,
        hosting=hosting,
        notices=notices,
        followup=followup,
        place=Workplace(
            agenda=AgendaService(database, agenda),
            jobs=[_larger(job) for job in jobs_of(cast("Rooms", rooms))],
            chores=[],
            clock=rooms.clock,
            close=database.close,
        ),
        post=post,
        police_post=police_post,
        parties=PartyService(parties=parties, **base),
    )


def furnish(house: House, world: World, folder: Path) -> None:
    """Tables of routes, a legal basis for looking, and the police."""
    import_tables(house.hosting, world, folder)
    house.followup.record_basis("a mandate, for this simulation", "A. Jansen", by="simulation", now=world.span[0])
    house.parties.add_organisation("police", Role.POLICE, by="simulation", now=world.span[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bundle:
    """As much of the bundle of rooms as the table of jobs asks for."""

    reports: ReportService
    notices: NoticeService
    followup: FollowUpService
    clock: Callable[[], datetime]


def _larger(job: Job) -> Job:
    return replace(job, batch=AT_ONCE)
