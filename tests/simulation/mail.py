"""The way to hosters: who takes a message, who says "later", who takes it and does not say so, and what follows."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from schoon.kinds import Clock
from schoon.notices import Delivery, Handed, HandOver, HosterNotice, NoticeKind, Parcel, ReferralParcel
from tests.simulation.hosters import UPSTREAM, HosterModel
from tests.simulation.reactions import react
from tests.simulation.world import World

BOUNCE_AFTER = timedelta(minutes=40)

Tell = Callable[[str, object], None]
"""Writes down what happened outside: a word, and something that JSON can hold."""


def tell_nobody(_word: str, _what: object) -> None:
    """A run that is not killed needs no diary."""


@dataclass(slots=True)
class Received:
    """One message in a hoster's mailbox.

    Attributes:
        copies: How many times it came; more than once only where our side could not know that it had come.
        unsure: How many times the hoster's side took it without saying so.
        changed: Whether a copy held something else than the first.
        content: SHA-256 of the message.
        lines: (item, address) of each.
    """

    message_id: str
    delivery_id: str
    notice_id: str
    hoster: int
    again: bool
    lines: tuple[tuple[str, str], ...]
    page: str
    at: datetime
    copies: int = 1
    unsure: int = 0
    changed: bool = False
    content: str = ""


@dataclass(slots=True)
class Post:
    """The channel for mail, with every mailbox behind it.

    Attributes:
        mailboxes: Message-ID → what came under it.
        bounces: (when, return token) of mail that will come back.
        to_answer: What hosters have yet to react to in words, in the order it came.
        tell: Told of everything that came, before it counts: a diary that outlives this process.
    """

    world: World
    tell: Tell = tell_nobody
    mailboxes: dict[str, Received] = field(default_factory=dict)
    bounces: list[tuple[datetime, str]] = field(default_factory=list)
    to_answer: list[Received] = field(default_factory=list)
    by_email: dict[str, HosterModel] = field(init=False)
    by_number: dict[int, HosterModel] = field(init=False)

    def __post_init__(self) -> None:
        hosters = [*self.world.home, UPSTREAM, *self.world.foreign]
        self.by_email = {one.email: one for one in hosters}
        self.by_number = {one.number: one for one in hosters}

    def prepare(self, notice: HosterNotice, delivery: Delivery) -> bytes:
        """The message: as much of it as the world reads."""
        said = {
            "message_id": delivery.message_id,
            "again": notice.kind is NoticeKind.AGAIN,
            "lines": [(line.item_id, line.url) for line in notice.lines],
            "page": notice.page,
        }
        return json.dumps(said).encode()

    def hand_over(self, parcels: Sequence[Parcel], clock: Clock) -> list[HandOver]:
        """What became of each."""
        now = clock()
        if self.world.troubles.mail.holds(now):
            return [HandOver(handed=Handed.NOT_TRIED, fault="our mail server is away")] * len(parcels)
        return [self._one(parcel, now) for parcel in parcels]

    def _one(self, parcel: Parcel, now: datetime) -> HandOver:
        delivery = parcel.delivery
        hoster = self.by_email[delivery.address]
        draw = ("mail", hoster.number, delivery.put_at.isoformat(), delivery.attempts)
        if hoster.bounces:
            if hoster.number % 2:
                return HandOver(handed=Handed.REFUSED, fault="550 no such user")
            self.tell("bounce", [(now + BOUNCE_AFTER).isoformat(), delivery.return_token])
            self.bounces.append((now + BOUNCE_AFTER, delivery.return_token))
            return HandOver(handed=Handed.SENT)
        if self.world.chance.happens(hoster.slow_mail, *draw):
            if self.world.chance.happens(0.5, "dropped", *draw):
                self._take(parcel, hoster, now, unsure=True)
            return HandOver(handed=Handed.RETRY, fault="the connection was dropped")
        self._take(parcel, hoster, now, unsure=False)
        return HandOver(handed=Handed.DELIVERED if hoster.number % 3 == 0 else Handed.SENT)

    def _take(self, parcel: Parcel, hoster: HosterModel, now: datetime, *, unsure: bool) -> None:
        said = json.loads(parcel.content)
        came = Received(
            message_id=said["message_id"],
            delivery_id=parcel.delivery.delivery_id,
            notice_id=parcel.delivery.notice_id,
            hoster=hoster.number,
            again=said["again"],
            lines=tuple((item_id, url) for item_id, url in said["lines"]),
            page=said["page"],
            at=now,
            unsure=int(unsure),
            content=sha256(parcel.content).hexdigest(),
        )
        self.tell("mail", asdict(came))
        self.take_in(came)

    def take_in(self, came: Received) -> None:
        """Let a message be in its mailbox; the first under its name is reacted to."""
        known = self.mailboxes.get(came.message_id)
        if known is not None:
            known.copies += came.copies
            known.unsure += came.unsure
            known.changed |= known.content != came.content
            return
        self.mailboxes[came.message_id] = came
        self.to_answer.append(came)
        hoster = self.by_number[came.hoster]
        for _, url in came.lines:
            place = self.world.places[url]
            react(
                place,
                hoster,
                came.at,
                again=came.again,
                elsewhere=partial(self.world.refuge, place),
                chance=self.world.chance,
            )


@dataclass(slots=True)
class PolicePost:
    """The way to the police: out whenever our mail is.

    Attributes:
        came: How often each referral came, by Message-ID.
        tell: As for hosters.
    """

    world: World
    tell: Tell = tell_nobody
    came: Counter[str] = field(default_factory=Counter)

    def prepare(self, parcel: ReferralParcel) -> bytes:
        """The message."""
        return parcel.referral.referral_id.encode()

    def hand_over(self, parcels: Sequence[ReferralParcel], clock: Clock) -> list[HandOver]:
        """What became of each."""
        if self.world.troubles.mail.holds(clock()):
            return [HandOver(handed=Handed.NOT_TRIED, fault="our mail server is away")] * len(parcels)
        for one in parcels:
            self.tell("referral", one.message_id)
            self.came[one.message_id] += 1
        return [HandOver(handed=Handed.SENT)] * len(parcels)
