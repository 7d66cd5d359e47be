"""The room `notices` put together as `main` does it, over memory or a database, with short ways to use it.

Reports are the real room; who hosts what is what a test says; channels keep what they were given, or are the real ones.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from schoon.agenda import TaskKind
from schoon.hosting import (
    Confidence,
    Contact,
    HostingChain,
    Outcome,
    Residence,
    Scope,
    Source,
    SourceFailure,
    TracedAddress,
    TraceId,
    Where,
)
from schoon.kinds import Clock, ItemId, NoticeId, Transaction
from schoon.notices import (
    AnsweredNotice,
    ChannelKind,
    Delivery,
    Handed,
    HandOver,
    Hoster,
    HosterChange,
    HosterNotice,
    ItemAnswer,
    Notice,
    NoticeSender,
    NoticesWanted,
    Parcel,
    ReferralParcel,
    SentNotice,
    SettledDispute,
    letter_of,
    referral_letter,
)
from schoon.notices.service import NoticeParts, NoticeService, NoticeTerms
from schoon.reports import ItemState, Judged, Judgement, KeyVault, TargetUrl
from schoon.store import Database
from schoon.store.answers import SqlAnswers
from schoon.store.deliveries import SqlDeliveries
from schoon.store.hosters import SqlHosters
from schoon.store.notices import SqlNotices
from schoon.store.referrals import SqlReferrals
from tests.memory.notices import MemoryAnswers, MemoryDeliveries, MemoryHosters, MemoryNotices, MemoryReferrals
from tests.reports_world import DESK_KEY, ReportsWorld, memory_world, sql_world

T0 = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SENDER = NoticeSender(organisation="Meldpunt Voorbeeld", email="notices@meldpunt.example")
PORTAL = "https://notices.meldpunt.example/n"
WORKER_KINDS = (
    TaskKind.ITEM_ATTRIBUTE,
    TaskKind.NOTICE_SEND,
    TaskKind.DELIVERY_ATTEMPT,
    TaskKind.REFERRAL_SEND,
)


Named = tuple[Scope, str] | tuple[Scope, str, str]
"""A contact: scope, mail address, and the prefix that it is about."""


def _whole(one: Named) -> tuple[Scope, str, str]:
    return (*one, "192.0.2.0/24")[:3]


@dataclass
class Net:
    """Who hosts what, as a tracer would find out; a host that it was not told of is at `default`."""

    default: tuple[Named, ...] = ((Scope.HOSTER, "abuse@stroom.example"),)
    hosts: dict[str, tuple[Named, ...]] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    where: dict[str, Where] = field(default_factory=dict)
    country: str = "NL"
    organisation: str = "Stroom BV"
    failures: tuple[SourceFailure, ...] = ()
    is_away: bool = False
    source: Source = Source.SNAPSHOT
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def trace(self, targets: Sequence[TargetUrl], *, now: datetime, fresh: bool) -> list[HostingChain | None]:
        self.asked += [(one.host, fresh) for one in targets]
        return [None if self.is_away else self.chain(one, now) for one in targets]

    def chain(self, target: TargetUrl, now: datetime) -> HostingChain:
        outcome = self.outcomes.get(target.host, Outcome.TRACED)
        found = self.hosts.get(target.host, self.default) if outcome is Outcome.TRACED else ()
        where = self.where.get(target.host, Where.OURS if found else Where.UNKNOWN)
        abouts = dict.fromkeys(about for _, _, about in map(_whole, found))
        return HostingChain(
            trace_id=TraceId(f"trace-{len(self.asked)}-{len(target.host)}"),
            target=target,
            asked_by="test",
            traced_at=now,
            outcome=outcome,
            outcome_reason="as the test says",
            residence=Residence(where=where, countries=(self.country,), reason="as the test says"),
            addresses=tuple(
                TracedAddress(address=about.replace(".0/24", ".10"), prefix=about, asn=64500) for about in abouts
            ),
            contacts=tuple(self._contact(_whole(one), now, place) for place, one in enumerate(found)),
            failures=self.failures,
        )

    def _contact(self, one: tuple[Scope, str, str], now: datetime, place: int) -> Contact:
        scope, email, about = one
        return Contact(
            scope=scope,
            about=about,
            organisation=self.organisation,
            email=email,
            country=self.country,
            source=self.source,
            obtained_at=now,
            confidence=Confidence.MEDIUM,
            evidence=place,
        )


@dataclass
class Post:
    """A channel that keeps what it was given, and answers as told; by itself everything is sent."""

    answers: list[HandOver] = field(default_factory=list)
    default: HandOver = field(default_factory=lambda: HandOver(handed=Handed.SENT))
    notices: list[HosterNotice] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    before: Callable[[], None] | None = None

    def prepare(self, notice: HosterNotice, delivery: Delivery) -> bytes:
        self.notices.append(notice)
        return letter_of(notice, SENDER, attached=0).text.encode()

    def hand_over(self, parcels: Sequence[Parcel], clock: Clock) -> list[HandOver]:
        if self.before is not None:
            self.before()
        self.parcels += parcels
        return [self.answers.pop(0) if self.answers else self.default for _ in parcels]


@dataclass
class PolicePost:
    """The way to the police, kept in a list."""

    answers: list[HandOver] = field(default_factory=list)
    parcels: list[ReferralParcel] = field(default_factory=list)

    def prepare(self, parcel: ReferralParcel) -> bytes:
        return "\n".join(referral_letter(parcel.referral, SENDER)).encode()

    def hand_over(self, parcels: Sequence[ReferralParcel], clock: Clock) -> list[HandOver]:
        self.parcels += parcels
        return [self.answers.pop(0) if self.answers else HandOver(handed=Handed.SENT) for _ in parcels]


@dataclass
class Ear:
    """Hears what becomes of notices."""

    heard: list[tuple[str, tuple[ItemId, ...]]] = field(default_factory=list)
    told: list[SentNotice] = field(default_factory=list)
    said: list[AnsweredNotice] = field(default_factory=list)
    outcomes: list[SettledDispute] = field(default_factory=list)

    def sent(self, tx: Transaction, sent: Sequence[SentNotice], at: datetime) -> None:
        self._hear("sent", sent)

    def delivered(self, tx: Transaction, delivered: Sequence[SentNotice], at: datetime) -> None:
        self._hear("delivered", delivered)

    def failed(self, tx: Transaction, failed: Sequence[SentNotice], at: datetime) -> None:
        self._hear("failed", failed)

    def answered(self, tx: Transaction, answered: Sequence[AnsweredNotice], at: datetime) -> None:
        self.said += answered

    def settled(self, tx: Transaction, settled: Sequence[SettledDispute], at: datetime) -> None:
        self.outcomes += settled

    def _hear(self, what: str, notices: Sequence[SentNotice]) -> None:
        self.told += notices
        self.heard += [(what, one.item_ids) for one in notices]


@dataclass
class NoticesWorld:
    """The room over one store."""

    desk: ReportsWorld
    notices: NoticeService
    parts: NoticeParts
    net: Net
    mail: Post
    webhook: Post
    portal: Post
    police: PolicePost
    ear: Ear

    def item(self, url: str = "https://foto.example.org/1", *, now: datetime = T0, **more: Any) -> ItemId:
        """An item that was reported and found illegal."""
        (item_id,) = self.desk.take(url, now=now).item_ids
        self.desk.assess(item_id, now=now, **more)
        return item_id

    def items(self, *urls: str, now: datetime = T0) -> list[ItemId]:
        ids = list(self.desk.take(*urls, now=now).item_ids)
        judged = [Judged(item_id=item_id, judgement=Judgement.BASELINE) for item_id in ids]
        self.desk.reports.assess(judged, by="anna", now=now)
        return ids

    def work(self, now: datetime, *, rounds: int = 12) -> int:
        """Do what is due at an instant, as the worker does, until nothing is; how many tasks that were."""
        done = 0
        for _ in range(rounds):
            with self.parts.transactions.write() as tx:
                claimed = self.parts.agenda.claim(tx, now=now, until=now + MINUTE, limit=10_000, kinds=WORKER_KINDS)
            if not claimed:
                return done
            done += len(claimed)
            by_kind = {kind: [one for one in claimed if one.kind is kind] for kind in WORKER_KINDS}
            if some := by_kind[TaskKind.ITEM_ATTRIBUTE]:
                self.notices.attribute_due(some, now=now)
            if some := by_kind[TaskKind.NOTICE_SEND]:
                self.notices.send_due(some, now=now)
            if some := by_kind[TaskKind.DELIVERY_ATTEMPT]:
                self.notices.deliver_due(some, lambda: now)
            if some := by_kind[TaskKind.REFERRAL_SEND]:
                self.notices.refer_due(some, lambda: now)
        raise AssertionError("there was always something due")

    def run(self, start: datetime, until: datetime, *, step: timedelta = MINUTE) -> None:
        """Work from one instant up to and with another."""
        now = start
        while now <= until:
            self.work(now)
            now += step

    def sent(self, url: str = "https://foto.example.org/1", *, now: datetime = T0) -> tuple[ItemId, Notice]:
        """An item on a notice that was sent an hour later."""
        item_id = self.item(url, now=now)
        self.work(now)
        self.work(now + HOUR)
        return item_id, self.all()[0]

    def all(self, **wanted: Any) -> list[Notice]:
        return self.notices.list_notices(NoticesWanted(limit=1_000, **wanted))

    def state(self, item_id: ItemId) -> ItemState:
        return self.desk.item(item_id).state

    def deliveries(self, notice_id: NoticeId) -> list[Delivery]:
        return list(self.notices.notice(notice_id).deliveries)

    def token(self, place: int = -1) -> str:
        """Of the link in a message, by its place among all that were written."""
        written = self.mail.notices + self.webhook.notices + self.portal.notices
        return written[place].page.rpartition("/")[2]

    def answer(self, *answers: ItemAnswer, now: datetime = T0 + 2 * HOUR, place: int = -1) -> Notice:
        return self.notices.answer_by_link(self.token(place), answers, now=now)

    def hoster(self, key: str = "abuse@stroom.example") -> Hoster:
        return next(one for one in self.notices.hosters() if one.key == key)

    def change(self, **change: Any) -> Hoster:
        hoster_id = self.hoster().hoster_id
        return self.notices.change_hoster(hoster_id, HosterChange(**change), by="desk", now=T0)

    def again(self, *item_ids: ItemId, now: datetime) -> None:
        with self.parts.transactions.write() as tx:
            self.notices.notice_again(tx, item_ids, now=now)


def a_notice_world(database: Database | None = None, *, seed: int = 1, **terms: Any) -> NoticesWorld:
    """The room over memory, or over a database."""
    channels: dict[str, Any] = {name: terms.pop(name) for name in ("mail", "webhook", "portal") if name in terms}
    if database is None:
        desk = memory_world(seed=seed)
        books: dict[str, Any] = {
            "hosters": MemoryHosters(),
            "notices": MemoryNotices(),
            "deliveries": MemoryDeliveries(),
            "answers": MemoryAnswers(),
            "referrals": MemoryReferrals(),
        }
        for book in books.values():
            desk.transactions.register(book)  # type: ignore[attr-defined]  # the memory's own
    else:
        desk = sql_world(database, seed=seed)
        vault = KeyVault(DESK_KEY)
        books = {
            "hosters": SqlHosters(vault),
            "notices": SqlNotices(vault),
            "deliveries": SqlDeliveries(vault),
            "answers": SqlAnswers(vault),
            "referrals": SqlReferrals(vault),
        }
    net, ear = Net(), Ear()
    police = terms.pop("police", None) or PolicePost()
    arrived = HandOver(handed=Handed.DELIVERED)
    post: dict[str, Any] = {
        "mail": Post(),
        "webhook": Post(default=arrived),
        "portal": Post(default=arrived),
    } | channels
    given: dict[str, Any] = {"profile_id": "nl-2024-act", "sender": SENDER, "portal": PORTAL} | terms
    names = random.Random(seed)
    parts = NoticeParts(
        transactions=desk.transactions,
        agenda=desk.agenda,
        journal=desk.journal,
        parties=desk.parties,
        items=desk.reports,
        tracing=net,
        listener=ear,
        channels={ChannelKind(name): channel for name, channel in post.items()},
        police=police,
        terms=NoticeTerms(**given),
        new_name=lambda: "".join(names.choices("abcdefghijklmnopqrstuvwxyz234567", k=26)),
        **books,
    )
    return NoticesWorld(
        desk=desk,
        notices=NoticeService(parts),
        parts=parts,
        net=net,
        mail=post["mail"],
        webhook=post["webhook"],
        portal=post["portal"],
        police=police,
        ear=ear,
    )
