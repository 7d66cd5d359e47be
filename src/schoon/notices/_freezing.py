"""Writes the message of a notice: what it says, its names, the link to its page, and the bytes that are handed over."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from schoon.hosting import HostingChain, TracedAddress
from schoon.norms import LAW_PROFILES, Act
from schoon.notices._answer_types import NoticePage
from schoon.notices._delivery_types import Delivery
from schoon.notices._message_types import HosterNotice, NoticeLine, NoticeSender
from schoon.notices._parts import NoticeParts
from schoon.notices.rules import PAGE_TERM, hoster_key
from schoon.notices.types import ChannelKind, DeliveryId, Hoster, Notice
from schoon.reports import Item, Judgement, Means


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message that is written, and not kept yet."""

    delivery: Delivery
    content: bytes = field(repr=False)
    page: NoticePage


def line_of(item: Item, chain: HostingChain | None, hoster: Hoster, first_noticed_at: datetime | None) -> NoticeLine:
    """What a hoster is told of one item."""
    places = _places(chain, hoster)
    means = {Means.KNOWN_HASH, Means.INHERITED}
    return NoticeLine(
        item_id=item.item_id,
        url=item.url.text,
        host=item.url.host,
        addresses=tuple(one.address for one in places),
        asn=next((one.asn for one in places if one.asn), None),
        baseline=item.judgement is Judgement.BASELINE,
        known_hash=item.means in means,
        reported_at=item.first_reported_at,
        police_backed=item.police_backed,
        preserve=item.preserve,
        first_noticed_at=first_noticed_at,
    )


def compose(
    parts: NoticeParts,
    notice: Notice,
    hoster: Hoster,
    lines: Sequence[NoticeLine],
    *,
    channel: ChannelKind,
    now: datetime,
) -> Message:
    """The message about these lines, by that channel; every call gives it new names and a new link."""
    said, delivery = said_of(parts, notice, hoster, lines, channel=channel, now=now)
    page = NoticePage(
        digest=digest_of(said.page.rpartition("/")[2]),
        notice_id=notice.notice_id,
        delivery_id=delivery.delivery_id,
        expires_at=now + PAGE_TERM,
    )
    return Message(delivery=delivery, content=parts.channels[channel].prepare(said, delivery), page=page)


def said_of(
    parts: NoticeParts,
    notice: Notice,
    hoster: Hoster,
    lines: Sequence[NoticeLine],
    *,
    channel: ChannelKind,
    now: datetime,
) -> tuple[HosterNotice, Delivery]:
    """What a hoster is told, and how it goes there; nothing is written yet."""
    sender = parts.terms.sender
    if sender is None:
        raise ValueError("notices are not written before it is known who sends them")
    token = parts.new_name() + parts.new_name()
    delivery = _delivery(parts, notice, hoster, sender, channel=channel, now=now)
    said = HosterNotice(
        notice_id=notice.notice_id,
        delivery_id=delivery.delivery_id,
        kind=notice.kind,
        profile_id=notice.profile_id,
        term=LAW_PROFILES[notice.profile_id].terms[Act.NOTICE].length,
        language=hoster.language,
        email=hoster.email,
        page=f"{parts.terms.portal}/{token}",
        closed_at=notice.closed_at or now,
        lines=tuple(lines),
    )
    return said, delivery


def digest_of(token: str) -> bytes:
    """By which a token's page is found; the token has 260 random bits, so that it needs no salt."""
    return hashlib.sha256(token.encode()).digest()


def _delivery(
    parts: NoticeParts, notice: Notice, hoster: Hoster, sender: NoticeSender, *, channel: ChannelKind, now: datetime
) -> Delivery:
    return_token = parts.new_name()
    by_webhook = channel is ChannelKind.WEBHOOK and hoster.webhook is not None
    return Delivery(
        delivery_id=DeliveryId(parts.new_name()),
        notice_id=notice.notice_id,
        channel=channel,
        address=hoster.webhook.url if by_webhook and hoster.webhook else hoster.email,
        message_id=f"<{return_token}@{sender.domain}>",
        return_token=return_token,
        put_at=now,
    )


def _places(chain: HostingChain | None, hoster: Hoster) -> list[TracedAddress]:
    """The addresses that are this hoster's by the trace; all, where a rule or another hoster names it."""
    if chain is None:
        return []
    about = {one.about for one in chain.contacts if one.email and hoster_key(one.email) == hoster.key}
    places = [one for one in chain.addresses if not one.special]
    return [one for one in places if about & {one.prefix, one.registered_range}] or places
