"""A message to a hoster on its way, and what came back."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from schoon.check import Webhook
from schoon.kinds import NoticeId
from schoon.notices.types import ChannelKind, DeliveryId


class DeliveryState(StrEnum):
    """Where one message to one contact stands."""

    WAITING = "waiting"
    SENT = "sent"
    """Taken by the contact's side, or by a relay on the way there."""

    DELIVERED = "delivered"
    """The contact's side says that it arrived."""

    REFUSED = "refused"
    """It will not be taken."""

    RETURNED = "returned"
    """It was taken, and came back."""

    TAKEN_BACK = "taken_back"
    """Not sent any more: something on it may not be asked now. Another message takes its place."""


class Handed(StrEnum):
    """What became of one attempt to hand a message over."""

    DELIVERED = "delivered"
    SENT = "sent"
    RETRY = "retry"
    """Not taken, or nobody knows: the very same message is handed over again later."""

    REFUSED = "refused"
    NOT_TRIED = "not_tried"
    """Our own side had no time, or no mail server, for it; it counts as no attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one contact, kept until it has arrived or will not.

    Attributes:
        message_id: Of the mail; the same at every attempt.
        return_token: Random; names the delivery in the return path, so that nobody else can speak of it.
        attempts: How many times it was handed over.
        fault: Of the last attempt, in words without addresses.
        tried_at: When it was first handed over.
        ended_at: When that was settled; a message that was taken may still come back.
    """

    delivery_id: DeliveryId
    notice_id: NoticeId
    channel: ChannelKind
    address: str = field(repr=False)
    message_id: str
    return_token: str = field(repr=False)
    put_at: datetime
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    fault: str = ""
    tried_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A delivery with the message itself, ready to be handed over.

    Attributes:
        webhook: Of a hoster that wants its notices so.
    """

    delivery: Delivery
    content: bytes = field(repr=False)
    webhook: Webhook | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What became of one attempt.

    Attributes:
        fault: Why it was not taken, in words without addresses; empty when it was.
    """

    handed: Handed
    fault: str = ""


class ReturnAction(StrEnum):
    """What a mail says of a message of ours. Source: RFC 3464, section 2.3.3."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What one mail says of one message of ours.

    Attributes:
        return_token: Names the delivery; who does not have it cannot speak of one.
        status: As in RFC 3463 ("5.1.1"); empty when the mail has none.
        says: The other side's words, on one line.
    """

    return_token: str = field(repr=False)
    action: ReturnAction
    status: str
    says: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReturn:
    """The same, as it is kept.

    Attributes:
        mail_sha256: Of the whole mail, in hexadecimal; the same mail counts once.
    """

    delivery_id: DeliveryId
    at: datetime
    action: ReturnAction
    status: str
    says: str = field(repr=False)
    mail_sha256: str
