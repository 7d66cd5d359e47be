"""Analysts, police and hosters: what people do in the simulated year."""

from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush

from schoon.kinds import ItemId, OrganisationId
from schoon.notices import Answer, ItemAnswer, Settled
from schoon.reports import Item, ItemState, Judged, Judgement, Wanted
from tests.simulation.house import House
from tests.simulation.mail import Received, Tell, tell_nobody
from tests.simulation.world import World

ANALYSTS = ("anna", "bram", "carla", "daan")
FIRST_HOUR, LAST_HOUR = 6, 21
"""Somebody judges from 6 to 21 UTC, every day."""

PAGE = 500
POLICE = OrganisationId(1)
"""The only organisation of the house."""


@dataclass(slots=True)
class Analysts:
    """Judge what is to be judged, in working hours, the longest waiting first."""

    house: House
    world: World
    judged: int = 0

    def work(self, now: datetime) -> None:
        """Judge everything that there is."""
        if not FIRST_HOUR <= now.hour < LAST_HOUR:
            return
        wanted = Wanted(states=frozenset({ItemState.TO_ASSESS}), limit=PAGE)
        while items := self.house.reports.find(wanted, now=now):
            by = ANALYSTS[self.judged % len(ANALYSTS)]
            self.house.reports.assess(
                [
                    Judged(item_id=one.item_id, judgement=Judgement(self.world.places[one.url.text].nature.value))
                    for one in items
                ],
                by=by,
                now=now,
            )
            self.judged += len(items)
            if len(items) < PAGE:
                return


@dataclass(slots=True)
class Police:
    """Release most of what is held for them within some days, close a little of it, and keep the rest."""

    house: House
    world: World

    def work(self, now: datetime) -> None:
        """Let go what its time has come for; once a day, in the morning."""
        if now.hour != FIRST_HOUR + 2:
            return
        held = self.house.reports.find(Wanted(states=frozenset({ItemState.HELD}), limit=1_000), now=now)
        due = [one.item_id for one in held if (at := self._release_at(one)) is not None and at <= now]
        if due:
            self.house.reports.release(
                due, police=POLICE, by="police:unit", reason="nothing more is needed here", now=now
            )

    def _release_at(self, item: Item) -> datetime | None:
        chance, url = self.world.chance, item.url.text
        if chance.happens(0.15, "kept by the police", url):
            return None
        return item.moved_at + chance.hours(0, 96, "released", url)


@dataclass(slots=True)
class Hosters:
    """Say what they did, some time after they were told; dispute; and send back mail for nobody.

    Attributes:
        tell: As `Post.tell`: what was said is not said again by who comes after.
        over: (message, whether to dispute) of what was said before.
    """

    house: House
    world: World
    planned: list[tuple[datetime, int, Received, bool]] = field(default_factory=list)
    numbers: int = 0
    answered: int = 0
    disputed: int = 0
    came_back: int = 0
    tell: Tell = tell_nobody
    over: set[tuple[str, bool]] = field(default_factory=set)

    def work(self, now: datetime) -> None:
        """Do everything whose time has come."""
        for received in self.house.post.to_answer:
            self._plan(received)
        self.house.post.to_answer.clear()
        while self.planned and self.planned[0][0] <= now:
            _, _, received, disputes = heappop(self.planned)
            self._answer(received, now, disputes=disputes)
        due = [one for one in self.house.post.bounces if one[0] <= now]
        self.house.post.bounces = [one for one in self.house.post.bounces if one[0] > now]
        for _, token in due:
            self.came_back += 1
            self.house.notices.take_return(_bounce(token), recipient=f"bounces+{token}@meldpunt.zz", now=now)
            self.tell("came back", token)

    def _plan(self, received: Received) -> None:
        chance, hoster = self.world.chance, self.house.post.by_number[received.hoster]
        draw = (hoster.number, received.at.isoformat(), received.again, len(received.lines))
        if chance.happens(hoster.acknowledges, "acknowledges", *draw):
            self._put(received.at + chance.hours(1, 40, "acknowledges after", *draw), received, disputes=False)
        if chance.happens(min(hoster.disputes * len(received.lines), 0.9), "disputes", *draw):
            self._put(received.at + chance.hours(1, 20, "disputes after", *draw), received, disputes=True)

    def _put(self, at: datetime, received: Received, *, disputes: bool) -> None:
        if (received.message_id, disputes) in self.over:
            return
        self.numbers += 1
        heappush(self.planned, (at, self.numbers, received, disputes))

    def _answer(self, received: Received, now: datetime, *, disputes: bool) -> None:
        here = [ItemId(item_id) for item_id, url in received.lines if self.world.places[url].is_here(now)]
        gone = [ItemId(item_id) for item_id, url in received.lines if not self.world.places[url].is_here(now)]
        if disputes and here:
            said = [ItemAnswer(item_id=here[0], answer=Answer.DISPUTED, text="an adult, and we can show it")]
            self.disputed += 1
        else:
            said = [ItemAnswer(item_id=one, answer=Answer.REMOVED) for one in gone]
        self.answered += 1
        self.house.notices.answer_by_link(received.page.rpartition("/")[2], said, now=now)
        self.tell("answered", [received.message_id, disputes])


@dataclass(slots=True)
class Desk:
    """Answers disputes after some days: one in five is upheld."""

    house: House
    world: World
    upheld: int = 0

    def work(self, now: datetime) -> None:
        """Answer what waits long enough; in the mornings."""
        if now.hour != FIRST_HOUR + 3:
            return
        for one in self.house.notices.disputes():
            if one.at + self.world.chance.hours(24, 100, "settled", one.number) > now:
                continue
            upheld = self.world.chance.happens(0.2, "upheld", one.number)
            self.upheld += upheld
            reason = "shown to be an adult" if upheld else "nothing was shown"
            self.house.notices.settle(Settled(number=one.number, upheld=upheld, reason=reason, by="desk:eva", at=now))


def _bounce(token: str) -> bytes:
    return (
        b"From: MAILER-DAEMON@mx.zz\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.zz\r\n\r\n"
        b"Final-Recipient: rfc822; abuse@hoster.zz\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822-headers\r\n\r\nMessage-ID: <%b@meldpunt.zz>\r\n\r\n--b--\r\n"
    ) % token.encode()
