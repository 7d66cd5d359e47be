"""What people at the desk change and see."""

from dataclasses import dataclass, field

from schoon.hits import Language
from schoon.kinds import OrganisationId
from schoon.notices._answer_types import PageView
from schoon.notices._delivery_types import Delivery, KeptReturn
from schoon.notices.types import ChannelKind


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
