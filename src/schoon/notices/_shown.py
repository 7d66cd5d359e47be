"""What is sent of a notice, or will be, as the desk may read it: all of it but the hoster's own link."""

import re
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message

from schoon.kinds import NoticeId, Transaction
from schoon.notices._answers import notice_of
from schoon.notices._delivery_types import DeliveryState
from schoon.notices._desk_types import ShownMessage
from schoon.notices._freezing import line_of, said_of
from schoon.notices._parts import NoticeParts
from schoon.notices.rules import channel_for
from schoon.notices.types import ChannelKind, Notice, NoticeState

_REPORTS = 10
"""Reports of a mail that are shown, of which hundreds may follow, all alike."""

_SHOWN = 2 + _REPORTS
"""With the letter and its summary."""

_BEING_GATHERED = {NoticeState.OPEN, NoticeState.CLOSED}


def message_of(parts: NoticeParts, tx: Transaction, notice_id: NoticeId, *, now: datetime) -> ShownMessage | None:
    """The message that stands: the newest that was written, else as it would be written now.

    None where there is neither: nothing was left to ask, or nobody may send notices yet.
    """
    notice = notice_of(parts, tx, notice_id)
    written = [one for one in parts.deliveries.of_notices(tx, [notice_id]) if one.state is not DeliveryState.TAKEN_BACK]
    if written:
        delivery, content = parts.deliveries.parcels(tx, [written[-1].delivery_id])[written[-1].delivery_id]
        return _shown(parts, delivery.channel, content, is_final=True)
    if parts.terms.sender is None or notice.state not in _BEING_GATHERED:
        return None
    return _as_it_would_be(parts, tx, notice, now=now)


def _as_it_would_be(parts: NoticeParts, tx: Transaction, notice: Notice, *, now: datetime) -> ShownMessage:
    hoster = parts.hosters.hosters(tx, [notice.hoster_id])[notice.hoster_id]
    rows = parts.notices.items_of(tx, [notice.notice_id])[notice.notice_id]
    items = parts.items.items(tx, sorted({row.item_id for row in rows}))
    lines = [line_of(items[row.item_id], None, hoster, None) for row in rows if row.item_id in items]
    channel = channel_for(hoster, ()) or ChannelKind.MAIL
    said, delivery = said_of(parts, notice, hoster, lines, channel=channel, now=now)
    content = parts.channels[channel].prepare(replace(said, most_reports=_REPORTS), delivery)
    unwritten = max(0, sum(line.baseline for line in lines) - _REPORTS) if channel is ChannelKind.MAIL else 0
    return _shown(parts, channel, content, is_final=False, more=unwritten)


def _shown(parts: NoticeParts, channel: ChannelKind, content: bytes, *, is_final: bool, more: int = 0) -> ShownMessage:
    subject, pieces = "", [("", content.decode(errors="replace"))]
    if channel is ChannelKind.MAIL:
        mail = message_from_bytes(content)
        subject = str(make_header(decode_header(str(mail["Subject"] or ""))))
        held = _parts_of(mail)
        pieces, more = [_piece(part) for part in held[:_SHOWN]], more + max(0, len(held) - _SHOWN)
    hidden = [(name, _without_link(parts, text)) for name, text in pieces]
    return ShownMessage(
        channel=channel, subject=subject, text=hidden[0][1], attached=tuple(hidden[1:]), more=more, is_final=is_final
    )


def _parts_of(mail: Message) -> list[Message]:
    """The parts that hold something, in order."""
    return [part for part in mail.walk() if _holds_something(part)]


def _holds_something(part: Message) -> bool:
    if part.get_content_type() == "message/feedback-report":
        return True
    return not part.is_multipart() and bool(str(part.get_payload()).strip())


def _piece(part: Message) -> tuple[str, str]:
    """The name of a part, and its text."""
    raw = part.get_payload(decode=True)
    text = raw.decode(errors="replace") if isinstance(raw, bytes) else str(part.get_payload())
    return part.get_filename() or part.get_content_type(), text


def _without_link(parts: NoticeParts, text: str) -> str:
    """Who has the link can answer for the hoster: the desk does not see it."""
    return re.sub(re.escape(parts.terms.portal) + r"/[a-z2-7]{20,}", f"{parts.terms.portal}/…", text)
