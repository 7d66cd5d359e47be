"""What the police are told: a family of its own, which no channel to a hoster takes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from schoon.kinds import ItemId
from schoon.notices._delivery_types import DeliveryState

ReferralId = NewType("ReferralId", str)
"""A random name of a message to the police, safe in logs."""


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
class ReferralParcel:
    """A referral on its way.

    Attributes:
        content: The message as it is handed over at every attempt; empty until the first.
        message_id: Of the mail; the same at every attempt.
    """

    referral: PoliceReferral
    message_id: str
    content: bytes = field(default=b"", repr=False)
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    fault: str = ""
    ended_at: datetime | None = None
