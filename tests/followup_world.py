"""The room `followup` over each store, with a network that answers what a test puts into it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from schoon.agenda import Claimed, TaskKind
from schoon.followup import Followed, ItemClock, LegalBasis, ProbeOutcome, ProbeResult, ProbeTarget
from schoon.followup.ports import FollowUpPorts
from schoon.followup.service import FollowUpService
from schoon.kinds import HosterId, ItemId, NoticeId
from schoon.norms import LAW_PROFILES, LawProfile
from schoon.notices import (
    Answer,
    AnsweredNotice,
    Answerer,
    ItemAnswer,
    KeptDispute,
    Notice,
    NoticeKind,
    NoticeState,
    SentNotice,
    SettledDispute,
)
from schoon.reports import ItemState
from schoon.store import Database
from schoon.store.agenda import SqlAgenda
from schoon.store.followup import SqlFollowUp
from schoon.store.journal import SqlJournal
from tests.memory.agenda import MemoryAgenda
from tests.memory.desk import T0, MemoryItems, MemoryNotices, MemoryRules
from tests.memory.followup import MemoryFollowUp
from tests.memory.journal import MemoryJournal
from tests.memory.transactions import MemoryTransactions

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
LEASE = MINUTE
PROFILE_ID = "nl-2024-act"

Says = Callable[[str, datetime], ProbeOutcome]
"""What one vantage point finds at a moment."""


@dataclass
class Net:
    """Everything that can be looked at: what each item answers, to whom and when; all is there until told otherwise."""

    names: tuple[str, ...] = ("here",)
    answers: dict[ItemId, Says] = field(default_factory=dict)
    details: dict[ItemId, dict[str, Any]] = field(default_factory=dict)
    cut_off: set[str] = field(default_factory=set)
    looks: list[tuple[ItemId, datetime]] = field(default_factory=list)

    @property
    def vantages(self) -> tuple[str, ...]:
        return self.names

    def look(self, targets: Sequence[ProbeTarget], *, under: LegalBasis, now: datetime) -> list[ProbeResult]:
        self.looks += [(one.item_id, now) for one in targets]
        return [self._result(one.item_id, name, now) for one in targets for name in self.names]

    def gone_from(self, item_id: ItemId, at: datetime, outcome: ProbeOutcome = ProbeOutcome.GONE) -> None:
        self.answers[item_id] = lambda _, now: outcome if now >= at else ProbeOutcome.PRESENT

    def always(self, item_id: ItemId, outcome: ProbeOutcome) -> None:
        self.answers[item_id] = lambda _, __: outcome

    def _result(self, item_id: ItemId, vantage: str, now: datetime) -> ProbeResult:
        outcome = self.answers[item_id](vantage, now) if item_id in self.answers else ProbeOutcome.PRESENT
        more: dict[str, Any] = {"address": "192.0.2.1"} if outcome is ProbeOutcome.PRESENT else {}
        more |= self.details.get(item_id, {})
        return ProbeResult(
            item_id=item_id, vantage=vantage, at=now, outcome=outcome, control_ok=vantage not in self.cut_off, **more
        )


class PlainVault:
    """Tags that tell everything: good for tests alone."""

    def seal(self, place: str, text: str) -> bytes:
        return text.encode()

    def open(self, place: str, sealed: bytes) -> str:
        return sealed.decode()

    def tag(self, purpose: str, text: str) -> str:
        return f"{purpose}:{text}"

    def code(self, purpose: str, text: str) -> str:
        return f"{purpose}:{text}"


class World:
    """The room with its neighbours, a clock that runs from task to task, and short ways to do the usual things."""

    def __init__(
        self,
        database: Database | None = None,
        *,
        vantages: tuple[str, ...] = ("here",),
        profile: LawProfile | None = None,
        basis: bool = True,
    ) -> None:
        memory = MemoryTransactions()
        self.items, self.notices, self.rules, self.net = MemoryItems(), MemoryNotices(), MemoryRules(), Net(vantages)
        self.hosted_by: dict[ItemId, HosterId] = {}
        twins: dict[str, Any] = {"store": MemoryFollowUp(), "agenda": MemoryAgenda(), "journal": MemoryJournal()}
        if database is None:
            for book in (*twins.values(), self.items, self.notices):
                memory.register(book)
        else:
            twins = {"store": SqlFollowUp(), "agenda": SqlAgenda(), "journal": SqlJournal()}
        self.profile = profile or LAW_PROFILES[PROFILE_ID]
        self.ports = FollowUpPorts(
            transactions=database or memory,
            items=self.items,
            notices=self.notices,
            rules=self.rules,
            vault=PlainVault(),
            prober=self.net,
            profiles={self.profile.profile_id: self.profile},
            **twins,
        )
        self.followup = FollowUpService(self.ports)
        self.now = T0
        self._numbers, self._hosters = count(1), count(1)
        if basis:
            self.followup.record_basis("a mandate of the ministry", "A. Jansen", by="desk", now=T0)

    def hoster(self) -> HosterId:
        return HosterId(next(self._hosters))

    def noticed(self, *names: str, hoster: HosterId | None = None, **more: Any) -> list[ItemId]:
        """New items, on a first notice that is sent now."""
        item_ids = [self.items.add(name, at=self.now - HOUR, **more) for name in names]
        self.notice(item_ids, hoster)
        return item_ids

    def notice(
        self,
        item_ids: Iterable[ItemId],
        hoster: HosterId | None = None,
        kind: NoticeKind = NoticeKind.FIRST,
        *,
        keep_state: bool = False,
    ) -> Notice:
        """A notice that is sent now."""
        ids = tuple(item_ids)
        notice = Notice(
            notice_id=NoticeId(f"n{next(self._numbers)}"),
            hoster_id=hoster or self.hoster(),
            profile_id=self.profile.profile_id,
            kind=kind,
            state=NoticeState.SENT,
            opened_at=self.now - HOUR,
            closes_at=self.now,
            email="abuse@hoster.example",
            sent_at=self.now,
            items=len(ids),
        )
        for one in ids:
            if self.state(one) is not ItemState.NOTICED and not keep_state:
                self.items.put(one, ItemState.NOTICED, self.now)
        with self.ports.transactions.write() as tx:
            self.followup.listener.sent(tx, [SentNotice(notice=notice, item_ids=ids)], self.now)
        return notice

    def answer(self, item_id: ItemId, answer: Answer, hoster: HosterId | None = None) -> None:
        """What the hoster of an item says of it now."""
        clock = self.clock(item_id) if hoster is None else self.clock_at(item_id, hoster)
        said = AnsweredNotice(
            notice=self._notice(clock),
            answers=(ItemAnswer(item_id=item_id, answer=answer, text="x"),),
            answerer=Answerer.LINK,
        )
        with self.ports.transactions.write() as tx:
            self.followup.listener.answered(tx, [said], self.now)

    def settle(self, item_id: ItemId, hoster: HosterId | None = None, *, upheld: bool) -> None:
        """The desk's answer to a dispute, as the notices take it."""
        clock = self.clock(item_id) if hoster is None else self.clock_at(item_id, hoster)
        dispute = KeptDispute(
            number=1, notice_id=clock.notice_id, item_id=item_id, text="x", at=self.now, upheld=upheld
        )
        if upheld and self.state(item_id) is ItemState.NOTICED:
            self.items.put(item_id, ItemState.NOT_ILLEGAL, self.now)
        with self.ports.transactions.write() as tx:
            settled = SettledDispute(dispute=dispute, notice=self._notice(clock))
            self.followup.listener.settled(tx, [settled], self.now)

    def run(self, until: timedelta | datetime) -> None:
        """Do everything that is due until then, each task at its moment."""
        end = self.now + until if isinstance(until, timedelta) else until
        while (due := self._next_due()) is not None and due <= end:
            self.now = max(self.now, due)
            self.work(self.claim())
        self.now = end

    def claim(self, limit: int = 1000) -> list[Claimed]:
        with self.ports.transactions.write() as tx:
            return self.ports.agenda.claim(tx, now=self.now, until=self.now + LEASE, limit=limit)

    def work(self, claimed: Sequence[Claimed]) -> None:
        """What a worker does with tasks."""
        kinds = {one.kind for one in claimed}
        for kind, do in (
            (TaskKind.ITEM_PROBE, self.followup.probe_due),
            (TaskKind.CLOCK_STEP, self.followup.step_due),
        ):
            if kind in kinds:
                do([one for one in claimed if one.kind is kind], now=self.now)
        self._attribute([one for one in claimed if one.kind is TaskKind.ITEM_ATTRIBUTE])

    def _attribute(self, claimed: Sequence[Claimed]) -> None:
        """What the notices do: an item that is with nobody who was told is to be noticed anew."""
        with self.ports.transactions.write() as tx:
            for one in self.ports.agenda.done(tx, claimed):
                item_id = ItemId(one.subject)
                told = {clock.hoster_id for clock in self.ports.store.clocks(tx, [item_id]) if clock.ended_at is None}
                if self.hosted_by.get(item_id, min(told)) not in told and self.state(item_id) is ItemState.NOTICED:
                    self.items.put(item_id, ItemState.TO_NOTICE, self.now)

    def state(self, item_id: ItemId) -> ItemState:
        return self.items.kept[item_id].state

    def followed(self, item_id: ItemId) -> Followed:
        return self.followup.followed(item_id)

    def clock(self, item_id: ItemId) -> ItemClock:
        """The newest clock of an item."""
        return self.followed(item_id).clocks[-1]

    def clock_at(self, item_id: ItemId, hoster: HosterId) -> ItemClock:
        return [one for one in self.followed(item_id).clocks if one.hoster_id == hoster][-1]

    def steps(self, item_id: ItemId) -> list[tuple[str, timedelta]]:
        """The steps taken about an item, each with how long after the notice's sending it was taken."""
        sent_at = self.followed(item_id).clocks[0].sent_at
        return [(one.step.value, one.taken_at - sent_at) for one in self.followed(item_id).steps]

    def looked_at(self, item_id: ItemId) -> list[timedelta]:
        """When an item was looked at, from the start."""
        return [at - T0 for one, at in self.net.looks if one == item_id]

    def tasks(self, kind: TaskKind | None = None) -> int:
        with self.ports.transactions.read() as tx:
            return sum(one.tasks for one in self.ports.agenda.waiting(tx, self.now) if kind in {None, one.kind})

    def events(self, action: str) -> int:
        with self.ports.transactions.read() as tx:
            return sum(one.event.action == action for one in self.ports.journal.read(tx, limit=100_000))

    def _notice(self, clock: ItemClock) -> Notice:
        return Notice(
            notice_id=clock.notice_id,
            hoster_id=clock.hoster_id,
            profile_id=clock.profile_id,
            kind=NoticeKind.FIRST,
            state=NoticeState.SENT,
            opened_at=T0,
            closes_at=T0,
            email="abuse@hoster.example",
        )

    def _next_due(self) -> datetime | None:
        with self.ports.transactions.read() as tx:
            return self.ports.agenda.next_due(tx)
