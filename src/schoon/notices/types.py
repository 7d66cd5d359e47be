"""The words of this room: a notice, the hoster it went to, how it went, and what was answered.

Two families of messages never meet: a `HosterNotice` is all that a hoster can be told, and has no place for the reasons
of a `PoliceReferral`, which hosters' channels do not take.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from schoon.check import Webhook
from schoon.hits import Language
from schoon.hosting import TraceId
from schoon.kinds import HosterId, ItemId, NoticeId, OrganisationId

DeliveryId = NewType("DeliveryId", str)
"""A random name of one message to one contact, safe in logs; by it a receiver drops what comes twice."""

ReferralId = NewType("ReferralId", str)
"""A random name of a message to the police, safe in logs."""


class ChannelKind(StrEnum):
    """How a hoster wants its notices."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    PORTAL = "portal"
    """The hoster looks at its own page; nothing is sent."""


class HosterState(StrEnum):
    """Whether a hoster's contact works."""

    IN_USE = "in_use"
    BOUNCING = "bouncing"
    """The last message came back; others of the chain go first."""


class NoticeKind(StrEnum):
    """Whether the hoster hears of the items for the first time."""

    FIRST = "first"
    AGAIN = "again"


class NoticeState(StrEnum):
    """Where a notice stands."""

    OPEN = "open"
    """Items are still put on it; it closes when its window ends."""

    CLOSED = "closed"
    """Its text is frozen and on its way."""

    SENT = "sent"
    """A channel has taken it."""

    FAILED = "failed"
    """No channel to this hoster took it; its items went to the next contact."""

    EMPTY = "empty"
    """When its window ended, nothing was left to ask of this hoster."""


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


class Handed(StrEnum):
    """What became of one attempt to hand a message over."""

    DELIVERED = "delivered"
    SENT = "sent"
    RETRY = "retry"
    """Not taken, or nobody knows: the very same message is handed over again later."""

    REFUSED = "refused"
    NOT_TRIED = "not_tried"
    """There was no time for it; it counts as no attempt."""


class Answer(StrEnum):
    """What a hoster says of one item."""

    REMOVED = "removed"
    NOT_OURS = "not_ours"
    MOVED_TO = "moved_to"
    DISPUTED = "disputed"
    PASSED_ON = "passed_on"


class Answerer(StrEnum):
    """By which right an answer was given."""

    LINK = "link"
    """The link in the message."""

    ACCOUNT = "account"
    KEY = "key"
    """A signature under a registered key of the hoster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hoster:
    """Who gets notices.

    Attributes:
        email: Where mail goes; what makes two hosters one, whatever the case of its letters.
        channel: How it wants notices; one that fails falls back on mail.
        webhook: Of the channel webhook.
        bounced_at: Since when its contact is bouncing.
        reviewed: Whether somebody looked at it; one that a trace found is used at once, and shown until then.
        party: The organisation whose keys sign its acknowledgements.
        reseller_of: Who passed a notice on to it, when that is how it became known.
    """

    hoster_id: HosterId
    organisation: str
    country: str
    email: str = field(repr=False)
    language: Language
    added_at: datetime
    channel: ChannelKind = ChannelKind.MAIL
    webhook: Webhook | None = field(default=None, repr=False)
    bounced_at: datetime | None = None
    reviewed: bool = False
    party: OrganisationId | None = None
    reseller_of: HosterId | None = None

    @property
    def state(self) -> HosterState:
        """Whether its contact works."""
        return HosterState.IN_USE if self.bounced_at is None else HosterState.BOUNCING


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to one hoster about one or more items.

    Attributes:
        closes_at: When its window ends and it is sent.
        sent_at: When a channel first took it, mail, webhook or portal alike; the clocks of its items start there, or at
            `delivered_at`, as the law profile says.
        seen_at: When its page was first opened by its link, or an account looked at it.
        acknowledged_at: When the hoster first said anything of it.
        email: The contact as it was.
        police_backed: Sent as a request that the police stands behind.
        items: How many are on it.
    """

    notice_id: NoticeId
    hoster_id: HosterId
    profile_id: str
    kind: NoticeKind
    state: NoticeState
    opened_at: datetime
    closes_at: datetime
    email: str = field(repr=False)
    closed_at: datetime | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    seen_at: datetime | None = None
    acknowledged_at: datetime | None = None
    failed_at: datetime | None = None
    police_backed: bool = False
    items: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeItem:
    """One item on one notice.

    Attributes:
        taken_up_at: When it was put on the notice.
        trace_id: The trace that says that the hoster has it, renewed just before sending.
        dropped_at, dropped_because: When and why it was taken off before sending; None and empty while it is on it.
        answer: The last one.
    """

    notice_id: NoticeId
    item_id: ItemId
    taken_up_at: datetime
    trace_id: TraceId | None
    dropped_at: datetime | None = None
    dropped_because: str = ""
    answer: Answer | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTimes:
    """What is known of the notices about one item, whatever channel they went by.

    Attributes:
        first_sent_at: When the first of them was sent; None before.
        notices: How many were sent.
    """

    item_id: ItemId
    first_sent_at: datetime | None
    last_sent_at: datetime | None
    first_delivered_at: datetime | None
    first_acknowledged_at: datetime | None
    notices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """What a hoster is told of one item. Nothing that a probe or an analyst saw has a place here.

    Attributes:
        url: Absolute, in ASCII.
        host: The name or address in it.
        addresses: IP addresses at which this hoster has it.
        asn: Who announces them.
        baseline: Meets INTERPOL's baseline criteria; else it is illegal by national law.
        known_hash: Found by a known digest; else a person judged it.
        reported_at: When it was first reported.
        first_noticed_at: When this hoster first had a notice of it, in a notice again.
    """

    item_id: ItemId
    url: str = field(repr=False)
    host: str = field(repr=False)
    addresses: tuple[str, ...]
    asn: int | None
    baseline: bool
    known_hash: bool
    reported_at: datetime
    first_noticed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HosterNotice:
    """All that a hoster is told.

    Attributes:
        term: How long it has, from sending.
        page: The address of the notice's own page, with its token.
    """

    notice_id: NoticeId
    delivery_id: DeliveryId
    kind: NoticeKind
    profile_id: str
    term: timedelta
    police_backed: bool
    language: Language
    email: str = field(repr=False)
    page: str = field(repr=False)
    closed_at: datetime
    lines: tuple[NoticeLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralLine:
    """What the police is told of one item."""

    item_id: ItemId
    url: str = field(repr=False)
    notices: int
    first_noticed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceReferral:
    """All that the police is told. The reasons exist nowhere else."""

    referral_id: ReferralId
    opened_at: datetime
    reasons: str = field(repr=False)
    lines: tuple[ReferralLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one contact, kept until it has arrived or will not.

    Attributes:
        message_id: Of the mail; the same at every attempt.
        return_token: Random; names the delivery in the return path, so that nobody else can speak of it.
        attempts: How many times it was handed over.
        fault: Of the last attempt, in words without addresses.
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
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentNotice:
    """A notice with the items that are on it, as listeners hear of it."""

    notice: Notice
    item_ids: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reseller:
    """To whom a hoster passes a notice on."""

    email: str = field(repr=False)
    organisation: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnswer:
    """What a hoster says of one item.

    Attributes:
        text: The new address for `moved_to`, the reason for `disputed`; at will for the others.
        reseller: For `passed_on`, and only there.
    """

    item_id: ItemId
    answer: Answer
    text: str = field(default="", repr=False)
    reseller: Reseller | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredNotice:
    """The answers of one hoster to one notice, as listeners hear of them.

    Attributes:
        answers: In which an item stands once; empty for a bare acknowledgement.
    """

    notice: Notice
    answers: tuple[ItemAnswer, ...]
    answerer: Answerer
