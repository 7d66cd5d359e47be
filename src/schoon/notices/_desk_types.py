"""What people at the desk change and see."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from schoon.hits import Language
from schoon.kinds import HosterId, OrganisationId
from schoon.notices._answer_types import PageView
from schoon.notices._delivery_types import Delivery, KeptReturn
from schoon.notices.types import ChannelKind, Hoster, Moved, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class HosterChange:
    """What becomes different; None leaves a thing as it is.

    Attributes:
        email: A new one is taken to work, whatever came back from the old one.
        webhook_url: Empty takes the webhook away.
        party: The organisation whose keys sign its acknowledgements.
    """

    organisation: str | None = None
    email: str | None = field(default=None, repr=False)
    language: Language | None = None
    channel: ChannelKind | None = None
    webhook_url: str | None = field(default=None, repr=False)
    party: OrganisationId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDetails:
    """Everything the desk shows of one notice, beside what its page shows."""

    view: PageView
    deliveries: tuple[Delivery, ...]
    returns: tuple[KeptReturn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMessage:
    """What is sent of a notice, without the link that is the hoster's alone.

    Attributes:
        subject: Of a mail.
        text: The letter, or the document of a webhook; empty for a hoster that looks at its page.
        attached: Name and text of what goes with a mail; of many the first.
        more: How many go with it beside those.
        is_final: It was written; otherwise it is as it would be written now, before hosts are traced anew.
    """

    channel: ChannelKind
    subject: str
    text: str = field(repr=False)
    attached: tuple[tuple[str, str], ...] = field(repr=False)
    more: int
    is_final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedNotices:
    """A page of notices with the hosters that they went to."""

    notices: tuple[Notice, ...]
    hosters: Mapping[HosterId, Hoster]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMoves:
    """A page of items that another hoster has now, with the hosters."""

    moves: tuple[Moved, ...]
    hosters: Mapping[HosterId, Hoster]
