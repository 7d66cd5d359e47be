"""What the use cases of this room work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from schoon.agenda import Agenda
from schoon.journal import Journal
from schoon.kinds import Transactions
from schoon.notices._message_types import NoticeSender
from schoon.notices.ports import (
    AnswerBook,
    Channel,
    DeliveryBook,
    HosterBook,
    ItemDesk,
    NoticeBook,
    NoticeListener,
    PoliceDoor,
    ReferralBook,
    Tracing,
)
from schoon.notices.rules import WINDOW
from schoon.notices.types import ChannelKind
from schoon.parties.ports import PartyBook


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTerms:
    """By what notices are made.

    Attributes:
        profile_id: The law profile of new notices.
        sender: Who sends them; None while nobody may be told who that is: then nothing is sent.
        portal: The address before the token in links, without a slash at its end.
        window: How long items are gathered for one hoster.
        blocked_days: On which nothing is sent; none, unless the operator says so.
    """

    profile_id: str
    sender: NoticeSender | None
    portal: str
    window: timedelta = WINDOW
    blocked_days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NoticeParts:
    """The ports of the room.

    Attributes:
        channels: Every kind but those that this installation cannot use.
        police: None while nobody says where the police are told.
        new_name: Makes random names of 26 letters; of tokens too.
    """

    transactions: Transactions
    hosters: HosterBook
    notices: NoticeBook
    deliveries: DeliveryBook
    answers: AnswerBook
    referrals: ReferralBook
    agenda: Agenda
    journal: Journal
    parties: PartyBook
    items: ItemDesk
    tracing: Tracing
    listener: NoticeListener
    channels: Mapping[ChannelKind, Channel] = field(default_factory=dict)
    police: PoliceDoor | None = None
    terms: NoticeTerms
    new_name: Callable[[], str]
