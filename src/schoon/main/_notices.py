"""The room `notices` over the other rooms: who traces, by which channels messages go, and who hears of them."""

import logging
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from typing_extensions import override

from schoon.hosting import HostingChain
from schoon.hosting.service import HostingService
from schoon.kinds import SchoonError
from schoon.main._desk import DeskBase, FileVault
from schoon.main._keys import KeyFileError, content_of
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
from schoon.notices import ChannelKind, NoticeSender
from schoon.notices.ports import Channel, NoticeListener, Tracing
from schoon.notices.service import NoticeParts, NoticeService, NoticeTerms
from schoon.reports import TargetUrl
from schoon.reports.service import ReportService
from schoon.settings import SettingError, Settings
from schoon.store.agenda import SqlAgenda
from schoon.store.answers import SqlAnswers
from schoon.store.deliveries import SqlDeliveries
from schoon.store.hosters import SqlHosters
from schoon.store.notices import SqlNotices
from schoon.store.referrals import SqlReferrals

_log = logging.getLogger(__name__)

_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8
_NAME_LETTERS = 26
_TRACES_AT_ONCE = 8


def notices_over(
    base: DeskBase,
    settings: Settings,
    *,
    reports: ReportService,
    hosting: HostingService,
    listener: NoticeListener,
) -> NoticeService:
    """The service. Without a sender it gathers notices and sends none; `notice_sender` says what makes one.

    Raises:
        KeyFileMissingError: Notices are to be sent, and the DKIM key is not there.
    """
    vault = FileVault(settings.desk_key_file)
    sender = notice_sender(settings)
    channels, police = ({}, None) if sender is None else _ways_out(settings, sender)
    return NoticeService(
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
            tracing=TracingOverHosting(hosting),
            listener=listener,
            channels=channels,
            police=police,
            terms=NoticeTerms(
                profile_id=settings.law_profile,
                sender=sender,
                portal=settings.portal,
                window=settings.notice_window,
                blocked_days=settings.notice_blocked_days,
            ),
            new_name=_new_name,
        )
    )


def notice_sender(settings: Settings) -> NoticeSender | None:
    """Who sends notices, once name, address, page and mail server are all set; None before.

    Raises:
        SettingError: The name or the address cannot be used.
    """
    if not (settings.hotline and settings.notice_from and settings.portal and settings.smtp):
        return None
    try:
        return NoticeSender(organisation=settings.hotline, email=settings.notice_from)
    except ValueError as problem:
        raise SettingError(f"SCHOON_HOTLINE, SCHOON_NOTICE_FROM: {problem}") from problem


def _ways_out(settings: Settings, sender: NoticeSender) -> tuple[dict[ChannelKind, Channel], PoliceMail | None]:
    smtp = settings.smtp
    if smtp is None:
        return {}, None
    password_file = settings.smtp_password_file
    server = MailServer(
        host=smtp.host,
        port=smtp.port,
        security=Security(smtp.security),
        user=smtp.user,
        password="" if password_file is None else content_of(password_file).decode().strip(),
        ca_file=settings.ca_file,
    )
    pem = content_of(settings.dkim_key_file)
    if b"PRIVATE KEY" not in pem:
        raise KeyFileError(f"{settings.dkim_key_file}: not a PEM private key")
    key = DkimKey(selector=settings.dkim_selector, domain=sender.domain, pem=pem)
    door = SmtpDoor(server)
    channels: dict[ChannelKind, Channel] = {
        ChannelKind.MAIL: MailChannel(door, sender, key),
        ChannelKind.WEBHOOK: WebhookChannel(WebhookSender(), sender),
        ChannelKind.PORTAL: PortalChannel(),
    }
    police = PoliceMail(door, sender, key, address=settings.police_email) if settings.police_email else None
    return channels, police


class TracingOverHosting(Tracing):
    """Traces several hosts at once; one that cannot be traced stops no other."""

    def __init__(self, hosting: HostingService) -> None:
        """Take the service."""
        self._hosting = hosting

    @override
    def trace(self, targets: Sequence[TargetUrl], *, now: datetime, fresh: bool) -> list[HostingChain | None]:
        with ThreadPoolExecutor(_TRACES_AT_ONCE) as pool:
            return list(pool.map(lambda target: self._one(target, now=now, fresh=fresh), targets))

    def _one(self, target: TargetUrl, *, now: datetime, fresh: bool) -> HostingChain | None:
        try:
            return self._hosting.trace(target.text, by="notices", now=now, fresh=fresh)
        except SchoonError as fault:
            fields = {"event": "notices.trace", "fault": type(fault).__name__}
            _log.warning("address not traced", extra=fields)
            return None


def _new_name() -> str:
    return secrets.token_bytes(_NAME_LETTERS).translate(_LETTERS).decode("ascii")
