"""Reports, notices and the follow-up as one desk: real rooms over one store, with a clock that runs from task to task.

Who hosts what, channels and what can be looked at are what a test says.
"""

from datetime import datetime, timedelta
from typing import Any

from schoon.agenda import TaskKind
from schoon.followup import Followed, ItemClock
from schoon.followup.ports import FollowUpPorts
from schoon.followup.service import FollowUpService
from schoon.kinds import ItemId
from schoon.reports import ItemState
from schoon.store import Database
from schoon.store.followup import SqlFollowUp
from tests.followup_world import Net
from tests.memory.desk import MemoryRules
from tests.memory.followup import MemoryFollowUp
from tests.notices_world import HOUR, MINUTE, T0, NoticesWorld, a_notice_world


class DeskWorld:
    """The desk, and short ways to do the usual things."""

    def __init__(self, database: Database | None = None, *, vantages: tuple[str, ...] = ("here",)) -> None:
        self.front: NoticesWorld = a_notice_world(database)
        self.net = Net(vantages)
        parts = self.front.parts
        store: Any = MemoryFollowUp() if database is None else SqlFollowUp()
        if database is None:
            parts.transactions.register(store)  # type: ignore[attr-defined]  # the memory's own
        self.followup = FollowUpService(
            FollowUpPorts(
                transactions=parts.transactions,
                store=store,
                agenda=parts.agenda,
                journal=parts.journal,
                items=self.front.desk.reports,
                notices=self.front.notices,
                rules=MemoryRules(),
                vault=self.front.desk.reports.vault,
                prober=self.net,
            )
        )
        object.__setattr__(parts, "listener", self.followup.listener)
        self.followup.record_basis("a mandate", "A. Jansen", by="desk", now=T0)
        self.now = T0

    def item(self, url: str = "https://foto.example.org/1") -> ItemId:
        """An item that was reported and found illegal now."""
        return self.front.item(url, now=self.now)

    def run(self, until: timedelta) -> None:
        """Do everything that is due until then, each task at its moment."""
        end = self.now + until
        while (due := self._next_due()) is not None and due <= end:
            self.now = max(self.now, due)
            self._work()
        self.now = end

    def state(self, item_id: ItemId) -> ItemState:
        return self.front.state(item_id)

    def followed(self, item_id: ItemId) -> Followed:
        return self.followup.followed(item_id)

    def clock(self, item_id: ItemId) -> ItemClock:
        return self.followed(item_id).clocks[-1]

    def steps(self, item_id: ItemId) -> list[str]:
        return [one.step.value for one in self.followed(item_id).steps]

    def _work(self) -> None:
        self.front.work(self.now)
        with self.front.parts.transactions.write() as tx:
            mine = [TaskKind.ITEM_PROBE, TaskKind.CLOCK_STEP]
            claimed = self.front.parts.agenda.claim(tx, now=self.now, until=self.now + MINUTE, limit=1_000, kinds=mine)
        self.followup.probe_due([one for one in claimed if one.kind is TaskKind.ITEM_PROBE], now=self.now)
        self.followup.step_due([one for one in claimed if one.kind is TaskKind.CLOCK_STEP], now=self.now)

    def _next_due(self) -> datetime | None:
        with self.front.parts.transactions.read() as tx:
            return self.front.parts.agenda.next_due(tx)


__all__ = ["HOUR", "MINUTE", "T0", "DeskWorld"]
