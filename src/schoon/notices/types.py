"""The words of this room: a notice, the hoster it went to, how it went, and what was answered.

Two families of messages never meet: a `HosterNotice` is all that a hoster can be told, and has no place for the reasons
of a `PoliceReferral`, which hosters' channels do not take.
"""

import re
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

MOST_NAME = 200

_MAIL_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
)


def is_mail_address(text: str) -> bool:
    """Whether mail may be sent there: ASCII, nothing that a header or a command of SMTP could take for more."""
    return len(text) <= 254 and _MAIL_ADDRESS.fullmatch(text) is not None


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


class Answer(StrEnum):
    """What a hoster says of one item."""

    REMOVED = "removed"
    NOT_OURS = "not_ours"
    MOVED_TO = "moved_to"
    DISPUTED = "disputed"
    PASSED_ON = "passed_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hoster:
    """Who gets notices.

    Attributes:
        key: The casefolded address by which traces name it; what makes two hosters one. It never changes.
        email: Where mail goes; the same until somebody knows better.
        channel: How it wants notices; one that fails falls back on mail.
        webhook: Of the channel webhook.
        bounced_at: Since when its contact is bouncing.
        reviewed: Whether somebody looked at it; one that a trace found is used at once, and shown until then.
        party: The organisation whose keys sign its acknowledgements.
        reseller_of: Who passed a notice on to it, when that is how it became known.
    """

    hoster_id: HosterId
    key: str = field(repr=False)
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


class Dropped(StrEnum):
    """Why an item was taken off a notice just before it was sent."""

    MOVED = "moved"
    """A fresh trace names another hoster."""

    GONE = "gone"
    """Its name is gone, or it is hosted in another country now."""

    STATE = "state"
    """Nothing is asked for it any more: held, judged otherwise, or out of reach."""

    FULL = "full"
    """One message holds no more; it is on the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HosterDraft:
    """A hoster that may have to be made, by what a trace or another hoster says of it."""

    organisation: str
    country: str
    email: str = field(repr=False)
    language: Language
    reseller_of: HosterId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to one hoster about one or more items.

    Attributes:
        closes_at: When its window ends and it is sent.
        sent_at: When a channel first took it, mail, webhook or portal alike; the clocks of its items start there, or at
            `delivered_at`, as the law profile says.
        seen_at: When its page was first opened by its link, or an account looked at it.
        acknowledged_at: When the hoster first said anything of it.
        clock_at: When the clock of its items started: at sending or delivery, as the law profile says.
        due_at: When its term ends.
        email: The contact as it was.
        police_backed: The police ask with the hotline, for some of its items at least.
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
    clock_at: datetime | None = None
    due_at: datetime | None = None
    police_backed: bool = False
    items: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeItem:
    """One item on one notice.

    Attributes:
        taken_up_at: When it was put on the notice.
        trace_id: The trace that says that the hoster has it, renewed just before sending; None where another hoster
            passed it on.
        dropped_at, dropped_because: When and why it was taken off before sending; None while it is on it.
        answer: The last one.
        gone_at: Since when it is out of reach, as probes found and confirmed; None while it is there.
    """

    notice_id: NoticeId
    item_id: ItemId
    taken_up_at: datetime
    trace_id: TraceId | None
    dropped_at: datetime | None = None
    dropped_because: Dropped | None = None
    answer: Answer | None = None
    answered_at: datetime | None = None
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenUp:
    """One item as it is put on a notice.

    Attributes:
        url: The address; kept as a keyed tag alone.
        from_hoster_id: Who was told of it before, and has it no more, or passed it on; None at its first hoster.
    """

    notice: Notice
    item_id: ItemId
    url: str = field(repr=False)
    at: datetime
    trace_id: TraceId | None
    from_hoster_id: HosterId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An item that was put on the notice of another hoster than before.

    Attributes:
        number: Rises with time.
        trace_id: The trace that named the new hoster; None where the one before passed it on.
    """

    number: int
    item_id: ItemId
    notice_id: NoticeId
    from_hoster_id: HosterId
    to_hoster_id: HosterId
    at: datetime
    trace_id: TraceId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWish:
    """The open notice that is wanted for a hoster.

    Attributes:
        notice_id: Its name, when it has to be made.
    """

    notice_id: NoticeId
    hoster_id: HosterId
    profile_id: str
    kind: NoticeKind
    email: str = field(repr=False)
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """Where one item stands on one notice that was not empty.

    Attributes:
        trace_id: As of the item on the notice; None where another hoster passed it on.
    """

    item_id: ItemId
    notice_id: NoticeId
    hoster_id: HosterId
    kind: NoticeKind
    state: NoticeState
    sent_at: datetime | None
    trace_id: TraceId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesWanted:
    """Which notices a page shows; what is None narrows nothing.

    Attributes:
        after: Go on after this notice of the page before.
    """

    hoster_id: HosterId | None = None
    item_id: ItemId | None = None
    states: frozenset[NoticeState] | None = None
    after: NoticeId | None = None
    limit: int = 100


class Unreached(StrEnum):
    """Why nobody could be told of an item."""

    GONE = "gone"
    """Its name does not exist any more, or has no address."""

    NOBODY = "nobody"
    """No source names anybody who could take it down."""

    BOUNCING = "bouncing"
    """Mail to everybody who could comes back."""

    UNRESOLVED = "unresolved"
    """The DNS or the trace gave no answer to rely on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unnoticed:
    """An item that nobody could be told of; it is tried again, and shown until then.

    Attributes:
        since: Since when for this reason.
        tries: In a row.
    """

    item_id: ItemId
    reason: Unreached
    since: datetime
    tried_at: datetime
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A hoster's own figures over the items of first notices, as the monitor counts them.

    Attributes:
        items: How many; each under its notice.
        in_time: Out of reach before the term had passed.
        too_late: Out of reach after that.
        overdue: Not out of reach, and the term has passed.
        running: Not out of reach, and the term has not passed.
        median: Of the time from the start of the clock until out of reach; None without any.
    """

    items: int = 0
    in_time: int = 0
    too_late: int = 0
    overdue: int = 0
    running: int = 0
    median: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEnd:
    """Since when one item is out of reach, first seen so by a probe that was confirmed; None when it is there again."""

    notice_id: NoticeId
    item_id: ItemId
    gone_at: datetime | None


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
class SentNotice:
    """A notice with the items that are on it, as listeners hear of it."""

    notice: Notice
    item_ids: tuple[ItemId, ...]
