"""What hosters say: answers, disputes, signed acknowledgements, and lists to compare with."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from schoon.kinds import HosterId, ItemId, NoticeId
from schoon.notices.types import Answer, DeliveryId, Hoster, Notice, NoticeItem
from schoon.parties import KeyId

MOST_TEXT = 2_000


class Answerer(StrEnum):
    """By which right an answer was given."""

    LINK = "link"
    """The link in the message."""

    ACCOUNT = "account"
    KEY = "key"
    """A signature under a registered key of the hoster."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """What the token of a link opens: one notice, until it expires.

    Attributes:
        digest: SHA-256 of the token; the token itself is in the message alone.
    """

    digest: bytes = field(repr=False)
    notice_id: NoticeId
    delivery_id: DeliveryId
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """An answer as it is kept, for good.

    Attributes:
        by: Who, as far as that is known: "link", an account, a key.
    """

    notice_id: NoticeId
    answer: ItemAnswer
    answerer: Answerer
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says of one notice.

    Attributes:
        by: Who, for the record: "link", an account, a key.
    """

    notice_id: NoticeId
    answers: tuple[ItemAnswer, ...]
    answerer: Answerer
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLine:
    """One item as the page of its notice shows it.

    Attributes:
        police_backed: The police ask with the hotline.
        preserve: It is to be kept for the police.
    """

    row: NoticeItem
    url: str = field(repr=False)
    baseline: bool
    police_backed: bool
    preserve: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """What a notice's page shows: what is asked, and what was said."""

    notice: Notice
    hoster: Hoster
    lines: tuple[PageLine, ...]
    answers: tuple[KeptAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDispute:
    """A hoster's objection to one item, with its outcome once there is one."""

    number: int
    notice_id: NoticeId
    item_id: ItemId
    text: str = field(repr=False)
    at: datetime
    upheld: bool | None = None
    reason: str = field(default="", repr=False)
    settled_by: str = ""
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The outcome of a dispute."""

    number: int
    upheld: bool
    reason: str = field(repr=False)
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledDispute:
    """A dispute with its outcome and the notice it was about, as listeners hear of it."""

    dispute: KeptDispute
    notice: Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAcknowledgement:
    """A signed acknowledgement: the bytes that were signed, and by which key.

    Attributes:
        document: Canonical JSON, as it came.
        signature: Ed25519 over `SIGNED_AS` and the document.
    """

    notice_id: NoticeId
    key_id: KeyId
    document: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedNotice:
    """One row of a hoster's own list of notices.

    Attributes:
        row: Of the file, from 1 after the heading.
        notice_id: The notice to this hoster that it names, by its name or by an address on it; None when there is none.
        received_at: When the hoster says that it came; None when the list does not say.
    """

    row: int
    notice_id: NoticeId | None
    received_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A hoster's list as it was compared.

    Attributes:
        number: 0 before it is kept.
    """

    number: int = 0
    hoster_id: HosterId
    at: datetime
    by: str
    rows: tuple[ListedNotice, ...]


class Standing(StrEnum):
    """What is known of one notice on both sides."""

    SENT = "sent"
    DELIVERED = "delivered"
    SEEN = "seen"
    FAILED = "failed"
    """No channel to the hoster took it, or it came back."""

    UNKNOWN = "unknown"
    """On the hoster's list, and no notice to this hoster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One notice in both lists, or in one of them.

    Attributes:
        rows: Of the hoster's list; empty when the notice is not on it.
        notice: None for a row that is no notice to this hoster.
        received_at: When the hoster says that it came.
    """

    standing: Standing
    rows: tuple[int, ...]
    notice: Notice | None
    received_at: datetime | None
