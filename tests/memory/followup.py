"""The follow-up's tables in memory, written from the port's words alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from schoon.followup import AuthorityRecord, ClockEnd, ItemClock, LegalBasis, Look, StepTaken, Wanted, Watch
from schoon.kinds import ItemId, NoticeId, Transaction

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class MemoryFollowUp:
    watched: dict[ItemId, Watch] = field(default_factory=dict)
    all_clocks: list[ItemClock] = field(default_factory=list)
    all_looks: list[Look] = field(default_factory=list)
    all_steps: list[StepTaken] = field(default_factory=list)
    all_records: list[AuthorityRecord] = field(default_factory=list)
    all_bases: list[LegalBasis] = field(default_factory=list)

    def watches(self, tx: Transaction, item_ids: Collection[ItemId]) -> dict[ItemId, Watch]:
        return {one: self.watched[one] for one in item_ids if one in self.watched}

    def put_watches(self, tx: Transaction, watches: Sequence[Watch]) -> None:
        self.watched |= {one.item_id: one for one in watches}

    def clocks(self, tx: Transaction, item_ids: Collection[ItemId]) -> list[ItemClock]:
        return [one for one in self.all_clocks if one.item_id in item_ids]

    def clocks_of(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> list[ItemClock]:
        return [one for one in self.all_clocks if one.notice_id in notice_ids]

    def leading_clocks(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> list[ItemClock]:
        leading = []
        for notice_id in notice_ids:
            under = [one for one in self.all_clocks if one.notice_id == notice_id]
            running = [one for one in under if one.deadline and not one.ended_at]
            gone = [one for one in under if one.deadline and one.end is ClockEnd.INACCESSIBLE]
            if running:
                leading.append(min(running, key=lambda one: (one.deadline or _NEVER, one.number)))
            elif gone:
                leading.append(max(gone, key=lambda one: (one.gone_at or _NEVER, -one.number)))
            else:
                leading += under[:1]
        return leading

    def add_clocks(self, tx: Transaction, clocks: Sequence[ItemClock]) -> None:
        for one in clocks:
            others = [other for other in self.all_clocks if other.item_id == one.item_id]
            taken = any(
                other.notice_id == one.notice_id or (other.hoster_id == one.hoster_id and not other.ended_at)
                for other in others
            )
            _refuse(taken, "a clock of that item is there")
            self.all_clocks.append(replace(one, number=len(self.all_clocks) + 1))

    def save_clocks(self, tx: Transaction, clocks: Sequence[ItemClock]) -> None:
        for one in clocks:
            old = self.all_clocks[one.number - 1]
            once = ("delivered_at", "acknowledged_at", "started_at", "disputed_at", "answered_at", "ended_at", "end")
            changed = [name for name in once if getattr(old, name) not in {None, getattr(one, name)}]
            _refuse(bool(changed), f"a clock does not change its {changed}")
            order = [None, "notice_again", "police", "authority"]
            _refuse(order.index(one.last_step) < order.index(old.last_step), "a clock does not go back a step")
            self.all_clocks[one.number - 1] = one

    def add_looks(self, tx: Transaction, looks: Sequence[Look]) -> None:
        self.all_looks += [replace(one, result=replace(one.result, digests=(), moved_to=None)) for one in looks]

    def looks(self, tx: Transaction, item_id: ItemId, *, limit: int) -> list[Look]:
        return [one for one in reversed(self.all_looks) if one.result.item_id == item_id][:limit]

    def add_steps(self, tx: Transaction, steps: Sequence[StepTaken]) -> None:
        for one in steps:
            key = (one.item_id, one.notice_id, one.step)
            _refuse(key in {(old.item_id, old.notice_id, old.step) for old in self.all_steps}, "a step is taken once")
            self.all_steps.append(one)

    def steps(self, tx: Transaction, item_ids: Collection[ItemId]) -> list[StepTaken]:
        return [one for one in self.all_steps if one.item_id in item_ids]

    def add_records(self, tx: Transaction, records: Sequence[AuthorityRecord]) -> None:
        self.all_records += [replace(one, number=len(self.all_records) + place) for place, one in enumerate(records, 1)]

    def records(self, tx: Transaction, *, after: int, limit: int) -> list[AuthorityRecord]:
        return [one for one in self.all_records if one.number > after][:limit]

    def page(self, tx: Transaction, wanted: Wanted) -> list[ItemClock]:
        def place(clock: ItemClock) -> tuple[datetime, int]:
            return (clock.disputed_at if wanted.disputed else clock.deadline) or _NEVER, clock.number

        found = [one for one in self.all_clocks if (one.is_disputed if wanted.disputed else not one.ended_at)]
        found = [one for one in found if place(one)[0] is not _NEVER]
        if wanted.hoster_id is not None:
            found = [one for one in found if one.hoster_id == wanted.hoster_id]
        if wanted.before is not None:
            found = [one for one in found if one.deadline and one.deadline < wanted.before]
        if wanted.after is not None:
            found = [one for one in found if place(one) > place(wanted.after)]
        return sorted(found, key=place)[: wanted.limit]

    def basis(self, tx: Transaction) -> LegalBasis | None:
        return next((one for one in self.all_bases if one.ended_at is None), None)

    def bases(self, tx: Transaction) -> list[LegalBasis]:
        return list(self.all_bases)

    def add_basis(self, tx: Transaction, basis: LegalBasis) -> LegalBasis:
        _refuse(self.basis(tx) is not None, "one legal basis holds at a time")
        self.all_bases.append(replace(basis, number=len(self.all_bases) + 1))
        return self.all_bases[-1]

    def end_basis(self, tx: Transaction, number: int, *, by: str, at: datetime) -> None:
        self.all_bases[number - 1] = replace(self.all_bases[number - 1], ended_at=at)


def _refuse(broken: bool, what: str) -> None:
    if broken:
        raise ValueError(what)
