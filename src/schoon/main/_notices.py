"""The rooms `notices` and `followup` over the earlier ones: who is told, by which channel, and what is looked at."""

import base64
import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from typing_extensions import override

from schoon.followup.ports import FollowUpPorts, Notices
from schoon.followup.service import FollowUpService
from schoon.hosting import HostingChain
from schoon.hosting.service import HostingService
from schoon.kinds import ItemId, SchoonError, Transaction
from schoon.main._desk import DeskBase, FileVault
from schoon.main._keys import content_of
from schoon.main._prober import prober_of
from schoon.net import (
    DkimKey,
    MailChannel,
    MailServer,
    PoliceMail,
    PortalChannel,
    Security,
    SmtpDoor,
    WebhookChannel,
    WebhookSender,
)
from schoon.notices import ChannelKind, ItemEnd, NoticeSender, ReferralId
from schoon.notices.ports import Channel, PoliceDoor, Tracing
from schoon.notices.service import NoticeParts, NoticeService, NoticeTerms
from schoon.reports import TargetUrl
from schoon.reports.service import ReportService
from schoon.settings import Settings
from schoon.store.agenda import SqlAgenda
from schoon.store.answers import SqlAnswers
from schoon.store.deliveries import SqlDeliveries
from schoon.store.followup import SqlFollowUp
from schoon.store.hosters import SqlHosters
from schoon.store.notices import SqlNotices
from schoon.store.referrals import SqlReferrals

_log = logging.getLogger(__name__)


def notices_over(
    base: DeskBase, settings: Settings, *, reports: ReportService, hosting: HostingService
) -> tuple[NoticeService, FollowUpService]:
    """Both services, each hearing of the other."""
    vault = FileVault(settings.desk_key_file)
    told = _NoticesToCome()
    followup = FollowUpService(
        FollowUpPorts(
            transactions=base.database,
            store=SqlFollowUp(),
            agenda=SqlAgenda(),
            journal=base.journal,
            items=reports,
            notices=told,
            rules=hosting,
            vault=vault,
            prober=prober_of(settings),
        )
    )
    sender = _sender(settings)
    channels, police = _ways(settings, sender)
    told.service = NoticeService(
        NoticeParts(
            transactions=base.database,
            hosters=SqlHosters(vault),
            notices=SqlNotices(vault),
            deliveries=SqlDeliveries(vault),
            answers=SqlAnswers(vault),
            referrals=SqlReferrals(vault),
            agenda=SqlAgenda(),
            journal=base.journal,
            parties=base.parties,
            items=reports,
            tracing=_TracingByHosting(hosting),
            listener=followup.listener,
            channels=channels,
            police=police,
            terms=NoticeTerms(
                profile_id=settings.law_profile, sender=sender, portal=settings.portal, window=settings.notice_window
            ),
            new_name=_new_name,
        )
    )
    return told.service, followup


class _NoticesToCome(Notices):
    """The notices for the follow-up, which is there before them: they tell it what becomes of notices."""

    service: NoticeService

    @override
    def notice_again(self, tx: Transaction, item_ids: Sequence[ItemId], *, now: datetime) -> None:
        self.service.notice_again(tx, item_ids, now=now)

    @override
    def out_of_reach(self, tx: Transaction, ends: Sequence[ItemEnd]) -> None:
        self.service.out_of_reach(tx, ends)

    @override
    def refer_to_police(
        self, tx: Transaction, item_ids: Sequence[ItemId], *, reasons: str, now: datetime
    ) -> ReferralId:
        return self.service.refer_to_police(tx, item_ids, reasons=reasons, now=now)


class _TracingByHosting(Tracing):
    """Traces as the room `hosting` makes and keeps them."""

    def __init__(self, hosting: HostingService) -> None:
        self._hosting = hosting

    @override
    def trace(self, targets: Sequence[TargetUrl], *, now: datetime, fresh: bool) -> list[HostingChain | None]:
        try:
            return list(self._hosting.trace_many(targets, by="notices", now=now, fresh=fresh))
        except SchoonError as error:  # a fault of our own: the items wait, and are tried again
            _log.error("addresses not traced", extra={"event": "notices.trace", "why": type(error).__name__})
            return [None] * len(targets)


def _sender(settings: Settings) -> NoticeSender | None:
    """Who sends notices; None until everything that sending needs is set."""
    needed = (settings.hotline, settings.notice_from, settings.portal, settings.smtp, settings.dkim_key_file)
    return NoticeSender(organisation=settings.hotline, email=settings.notice_from) if all(needed) else None


def _ways(settings: Settings, sender: NoticeSender | None) -> tuple[Mapping[ChannelKind, Channel], PoliceDoor | None]:
    if sender is None or settings.smtp is None or settings.dkim_key_file is None:
        return {}, None
    door = SmtpDoor(_mail_server(settings, settings.smtp))
    key = DkimKey(selector=settings.dkim_selector, domain=sender.domain, pem=content_of(settings.dkim_key_file))
    channels: dict[ChannelKind, Channel] = {
        ChannelKind.MAIL: MailChannel(door, sender, key),
        ChannelKind.WEBHOOK: WebhookChannel(WebhookSender(), sender),
        ChannelKind.PORTAL: PortalChannel(),
    }
    police = PoliceMail(door, sender, key, address=settings.police_mail) if settings.police_mail else None
    return channels, police


def _mail_server(settings: Settings, named: tuple[str, str, str, int]) -> MailServer:
    security, user, host, port = named
    return MailServer(
        host=host,
        port=port,
        security=Security(security),
        user=user,
        password=_password(settings.smtp_password_file),
        ca_file=settings.smtp_ca_file,
    )


def _password(path: Path | None) -> str:
    return "" if path is None else content_of(path).decode().strip()


def _new_name() -> str:
    return base64.b32encode(secrets.token_bytes(17)).decode().lower()[:26]
