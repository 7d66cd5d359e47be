"""Rooms: the one bundle of services that every edge receives."""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from schoon.agenda.service import AgendaService
from schoon.check import ReceiptSigner
from schoon.check.service import CheckService, MemberService
from schoon.followup.service import FollowUpService
from schoon.hits.ports import Sender
from schoon.hits.service import HitService
from schoon.hosting.service import HostingService
from schoon.index import IndexHolder
from schoon.journal.service import JournalService
from schoon.kinds import Clock
from schoon.lists.service import ListService
from schoon.notices.service import NoticeService
from schoon.parties.service import PartyService, PeopleService
from schoon.reports.service import ReportService


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """The services over one database and one folder of published list files.

    Attributes:
        clock: The present instant; the only clock that edges use.
        holder: The served list; the API's background refreshes it.
        receipts: Signs answers.
        receipt_public_key: By which members verify receipts.
        sender: Takes messages to members' ticket systems.
        close: Ends the use of the bundle: connections are closed.
    """

    clock: Clock
    journal: JournalService
    agenda: AgendaService
    parties: PartyService
    people: PeopleService
    lists: ListService
    members: MemberService
    check: CheckService
    hits: HitService
    reports: ReportService
    hosting: HostingService
    notices: NoticeService
    followup: FollowUpService
    holder: IndexHolder
    receipts: ReceiptSigner
    receipt_public_key: Ed25519PublicKey
    sender: Sender
    close: Callable[[], None]
