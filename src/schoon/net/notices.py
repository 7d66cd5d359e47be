"""The channels by which notices go to hosters, and, apart from them, the way to the police."""

import logging
from collections.abc import Collection, Sequence
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from time import monotonic

from typing_extensions import override

from schoon.kinds import Clock
from schoon.net.smtp import LONGEST_BATCH, DkimKey, Envelope, SmtpDoor
from schoon.net.webhook import WebhookSender
from schoon.notices import (
    RETURN_USER,
    Delivery,
    Handed,
    HandOver,
    HosterNotice,
    NoticeSender,
    Parcel,
    ReferralParcel,
    document_of,
    letter_of,
    referral_letter,
    reports_of,
    to_json,
)
from schoon.notices.ports import Channel, PoliceDoor

_log = logging.getLogger(__name__)

_FEEDBACK = "Feedback-Type: xarf\nUser-Agent: Schoon\nVersion: 1\n"
"""The second part, as in the only published layout of XARF mail. Source: docs/sources.md#xarf."""


class MailChannel(Channel):
    """Notices by mail: a letter for people, an XARF report for machines, signed with DKIM."""

    def __init__(self, door: SmtpDoor, sender: NoticeSender, key: DkimKey) -> None:
        """Take the mail server's door, who sends, and the signing key."""
        self._door, self._sender, self._key = door, sender, key

    @override
    def prepare(self, notice: HosterNotice, delivery: Delivery) -> bytes:
        made = reports_of(notice, self._sender)
        _tell_left_out(notice, {str(report["case_item"]) for report in made})
        reports = [to_json(report) for report in made[: notice.most_reports]]
        letter = letter_of(notice, self._sender, attached=len(made))
        mail = _mail(self._sender, letter.subject, notice.email, delivery.message_id)
        mail["Date"] = format_datetime(notice.closed_at)
        if reports:
            _fill(mail, letter.text, reports, delivery.return_token)
        else:
            mail.set_content(letter.text, cte="quoted-printable")
        return self._key.sign(mail.as_bytes())

    @override
    def hand_over(self, parcels: Sequence[Parcel], clock: Clock) -> list[HandOver]:
        return self._door.send(
            [
                Envelope(
                    name=one.delivery.delivery_id,
                    return_path=f"{RETURN_USER}+{one.delivery.return_token}@{self._sender.domain}",
                    recipient=one.delivery.address,
                    content=one.content,
                )
                for one in parcels
            ]
        )


class WebhookChannel(Channel):
    """Notices to a hoster's own system, signed with HMAC as all webhooks are."""

    def __init__(self, webhooks: WebhookSender, sender: NoticeSender) -> None:
        """Take what sends webhooks, and who sends notices."""
        self._webhooks, self._sender = webhooks, sender

    @override
    def prepare(self, notice: HosterNotice, delivery: Delivery) -> bytes:
        return document_of(notice, self._sender)

    @override
    def hand_over(self, parcels: Sequence[Parcel], clock: Clock) -> list[HandOver]:
        down: set[str] = set()
        until = monotonic() + LONGEST_BATCH.total_seconds()
        return [self._handed_over(one, clock, down, until=until) for one in parcels]

    def _handed_over(self, parcel: Parcel, clock: Clock, down: set[str], *, until: float) -> HandOver:
        """A receiver that is down is asked once a call, and holds nobody else up."""
        if parcel.webhook is None:
            return HandOver(handed=Handed.REFUSED, fault="the hoster has no webhook any more")
        if parcel.webhook.url in down or monotonic() >= until:
            return HandOver(handed=Handed.NOT_TRIED)
        result = self._webhooks.deliver(parcel.webhook, parcel.delivery.delivery_id, parcel.content, clock())
        if result.delivered:
            return HandOver(handed=Handed.DELIVERED)
        down.add(parcel.webhook.url)
        return HandOver(handed=Handed.REFUSED if result.final else Handed.RETRY, fault=result.fault)


class PortalChannel(Channel):
    """Notices that a hoster looks up by itself: they have arrived as soon as they are on its page."""

    @override
    def prepare(self, notice: HosterNotice, delivery: Delivery) -> bytes:
        return b""

    @override
    def hand_over(self, parcels: Sequence[Parcel], clock: Clock) -> list[HandOver]:
        return [HandOver(handed=Handed.DELIVERED) for _ in parcels]


class PoliceMail(PoliceDoor):
    """Referrals by mail to the one address of the police; nothing here knows a hoster."""

    def __init__(self, door: SmtpDoor, sender: NoticeSender, key: DkimKey, *, address: str) -> None:
        """Take the mail server's door, who sends, the signing key, and where the police read."""
        self._door, self._sender, self._key, self._address = door, sender, key, address

    @override
    def prepare(self, parcel: ReferralParcel) -> bytes:
        subject, text = referral_letter(parcel.referral, self._sender)
        mail = _mail(self._sender, subject, self._address, parcel.message_id)
        mail["Date"] = format_datetime(parcel.referral.opened_at)
        mail.set_content(text, cte="quoted-printable")
        return self._key.sign(mail.as_bytes())

    @override
    def hand_over(self, parcels: Sequence[ReferralParcel], clock: Clock) -> list[HandOver]:
        return self._door.send(
            [
                Envelope(
                    name=one.referral.referral_id,
                    return_path=self._sender.email,
                    recipient=self._address,
                    content=one.content,
                )
                for one in parcels
            ]
        )


def _tell_left_out(notice: HosterNotice, item_ids: Collection[str]) -> None:
    """Say in the log which items go without the report that they should have; the letter names them all the same."""
    for line in notice.lines:
        if line.baseline and line.item_id not in item_ids:
            fields = {"event": "notices.xarf", "notice_id": notice.notice_id, "item_id": line.item_id}
            _log.warning("item sent without XARF report", extra=fields)


def _mail(sender: NoticeSender, subject: str, recipient: str, message_id: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(display_name=sender.organisation, addr_spec=sender.email)
    mail["To"] = Address(addr_spec=recipient)
    mail["Subject"] = subject
    mail["Message-ID"] = message_id
    mail["List-Id"] = f"Notices to hosters <notices.{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["MIME-Version"] = "1.0"
    return mail


def _fill(mail: EmailMessage, text: str, reports: Sequence[bytes], name: str) -> None:
    """Letter, feedback report, XARF: two or three parts, as RFC 6522 has it; several reports are one part of many."""
    letter = MIMEPart(policy=SMTP)
    letter.set_content(text, cte="quoted-printable")
    feedback = MIMEPart(policy=SMTP)
    feedback["Content-Type"] = "message/feedback-report"
    feedback.set_payload(_FEEDBACK)
    attached = [_json_part(place, report) for place, report in enumerate(reports, 1)]
    third: MIMEPart = attached[0]
    if len(attached) > 1:
        third = MIMEPart(policy=SMTP)
        third["Content-Type"] = f'multipart/mixed; boundary="=_x_{name}"'
        third.set_payload([*attached])
    mail["Content-Type"] = f'multipart/report; report-type=feedback-report; boundary="=_r_{name}"'
    mail.set_payload([letter, feedback, third])


def _json_part(place: int, report: bytes) -> MIMEPart:
    part = MIMEPart(policy=SMTP)
    part.set_content(report, maintype="application", subtype="json", filename=f"xarf-{place}.json")
    return part
