"""The room `followup` over the other rooms, and how it hears of notices that are made before it."""

from collections.abc import Sequence
from datetime import datetime

from typing_extensions import override

from schoon.followup.ports import FollowUpPorts, Prober
from schoon.followup.service import FollowUpService
from schoon.hosting.service import HostingService
from schoon.kinds import Transaction
from schoon.main._desk import DeskBase, FileVault
from schoon.notices import AnsweredNotice, SentNotice, SettledDispute
from schoon.notices.ports import NoticeListener
from schoon.notices.service import NoticeService
from schoon.reports.service import ReportService
from schoon.settings import Settings
from schoon.store.agenda import SqlAgenda
from schoon.store.followup import SqlFollowUp


def followup_over(
    base: DeskBase,
    settings: Settings,
    *,
    reports: ReportService,
    notices: NoticeService,
    hosting: HostingService,
    prober: Prober | None,
) -> FollowUpService:
    """The service; without a prober people look, and record what they saw."""
    return FollowUpService(
        FollowUpPorts(
            transactions=base.database,
            store=SqlFollowUp(),
            agenda=SqlAgenda(),
            journal=base.journal,
            items=reports,
            notices=notices,
            rules=hosting,
            vault=FileVault(settings.desk_key_file),
            prober=prober,
        )
    )


class LateListener(NoticeListener):
    """Passes on what becomes of notices to the room that follows them, which is made after the notices.

    Attributes:
        room: The listener of that room; set before anything is sent.
    """

    room: NoticeListener

    @override
    def sent(self, tx: Transaction, sent: Sequence[SentNotice], at: datetime) -> None:
        self.room.sent(tx, sent, at)

    @override
    def delivered(self, tx: Transaction, delivered: Sequence[SentNotice], at: datetime) -> None:
        self.room.delivered(tx, delivered, at)

    @override
    def failed(self, tx: Transaction, failed: Sequence[SentNotice], at: datetime) -> None:
        self.room.failed(tx, failed, at)

    @override
    def answered(self, tx: Transaction, answered: Sequence[AnsweredNotice], at: datetime) -> None:
        self.room.answered(tx, answered, at)

    @override
    def settled(self, tx: Transaction, settled: Sequence[SettledDispute], at: datetime) -> None:
        self.room.settled(tx, settled, at)
