"""All that a hoster can be told. Nothing that the police, a probe or an analyst alone may know has a place here."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schoon.hits import Language
from schoon.kinds import ItemId, NoticeId
from schoon.notices.types import MOST_NAME, DeliveryId, NoticeKind, is_mail_address


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSender:
    """Who sends notices, and answers questions about them.

    Attributes:
        organisation: As hosters know it.
        email: Where people at a hoster write to; messages come from there.
    """

    organisation: str
    email: str

    def __post_init__(self) -> None:
        if not self.organisation.strip() or not self.organisation.isprintable() or len(self.organisation) > MOST_NAME:
            raise ValueError(f"an organisation has a name of 1 to {MOST_NAME} printable characters")
        if not is_mail_address(self.email):
            raise ValueError("notices come from a mail address in ASCII")

    @property
    def domain(self) -> str:
        """The domain of the mail address."""
        return self.email.rpartition("@")[2]


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
        police_backed: The police ask with the hotline.
        preserve: It is to be kept for the police, out of everybody else's reach.
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
    police_backed: bool = False
    preserve: bool = False
    first_noticed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HosterNotice:
    """All that a hoster is told.

    Attributes:
        term: How long it has, from the sending of the first notice; a notice again gives no new one.
        page: The address of the notice's own page, with its token.
        most_reports: How many reports for machines are written out; all, unless somebody only looks at it.
    """

    notice_id: NoticeId
    delivery_id: DeliveryId
    kind: NoticeKind
    profile_id: str
    term: timedelta
    language: Language
    email: str = field(repr=False)
    page: str = field(repr=False)
    closed_at: datetime
    lines: tuple[NoticeLine, ...]
    most_reports: int | None = None
