"""Whatever happens in whatever order, and whoever dies in it: no clock loses or doubles a step, and none calms down."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from schoon.agenda import TaskKind
from schoon.followup import ItemClock, ProbeOutcome, Wanted
from schoon.followup.rules import ACCUSING, MAX_WAITS, WAIT, next_step
from schoon.kinds import HosterId, ItemId, Transaction
from schoon.norms import Step
from schoon.notices import Answer
from schoon.reports import ItemState
from tests.followup_world import HOUR, MINUTE, World

ITEMS = st.sampled_from([ItemId("a"), ItemId("b")])
HOSTERS = st.sampled_from([HosterId(1), HosterId(2)])
ORDER = [None, *Step]
LONGEST_WAIT = 6 * HOUR + MAX_WAITS * WAIT + 2 * HOUR
"""That a step may be put off while nothing is wrong with us: for the look after an outage, and for a confirmation."""


class KilledError(Exception):
    """The process ended here."""


class Mortal:
    """Transactions of a process that dies at the end of its next write, before anything is kept."""

    def __init__(self, whole: Any) -> None:
        self.whole, self.dies = whole, False

    def read(self) -> Any:
        return self.whole.read()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        with self.whole.write() as tx:
            yield tx
            if self.dies:
                raise KilledError


class ClockMachine(RuleBasedStateMachine):
    """Notices, looks, answers, holds, moves, outages and deaths, over memory, with time between them."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.mortal = Mortal(self.world.ports.transactions)
        object.__setattr__(self.world.ports, "transactions", self.mortal)
        self.world.hoster(), self.world.hoster()
        self.last: dict[int, ItemClock] = {}

    @initialize()
    def begin(self):
        for name in ("a", "b"):
            self.world.items.add(name)
            self.world.notice([ItemId(name)], HosterId(1))

    @rule(minutes=st.integers(1, 3 * 24 * 60))
    def time_passes(self, minutes):
        began = self.world.now
        self.world.run(minutes * MINUTE)
        if not self.world.net.cut_off:
            self.no_step_is_put_off_for_long(began)

    def no_step_is_put_off_for_long(self, began):
        for item in self.world.items.kept:
            answer = self.world.net.answers.get(item)
            is_faulty = answer is not None and answer("", began) is ProbeOutcome.CHECKER_FAULT
            if self.world.state(item) is not ItemState.NOTICED or is_faulty:
                continue
            clocks = [one for one in self.world.followed(item).clocks if one.ended_at is None]
            disputed = any(one.is_disputed for one in clocks)
            for step, due in filter(None, (next_step(one, self.world.profile) for one in clocks)):
                assert (disputed and step in ACCUSING) or self.world.now <= max(due, began) + LONGEST_WAIT

    @rule(minutes=st.integers(1, 24 * 60), kept=st.booleans())
    def a_worker_dies(self, minutes, kept):
        """With its claims, before or after its effects outside, and never with half of what it wrote."""
        self.world.now += minutes * MINUTE
        claimed = self.world.claim()
        self.mortal.dies = True
        try:
            self.world.work(claimed if kept else [])
        except KilledError:
            pass
        finally:
            self.mortal.dies = False

    @rule(minutes=st.integers(1, 24 * 60))
    def a_slow_worker_comes_back(self, minutes):
        """After its claims have ended, and others did the work."""
        self.world.now += minutes * MINUTE
        claimed = self.world.claim()
        self.world.run(2 * MINUTE)
        self.world.work(claimed)

    @rule(item=ITEMS, outcome=st.sampled_from([*[ProbeOutcome.GONE, ProbeOutcome.PRESENT] * 4, *ProbeOutcome]))
    def the_host_changes(self, item, outcome):
        self.world.net.always(item, outcome)

    @rule(down=st.booleans())
    def our_line_changes(self, down):
        (self.world.net.cut_off.add if down else self.world.net.cut_off.discard)("here")

    @rule(item=ITEMS, answer=st.sampled_from(Answer))
    def the_hoster_answers(self, item, answer):
        self.world.answer(item, answer)

    @rule(item=ITEMS, upheld=st.booleans())
    def the_desk_answers(self, item, upheld):
        for clock in self.world.followup.clocks(Wanted(disputed=True)):
            if clock.item_id == item:
                self.world.settle(item, clock.hoster_id, upheld=upheld)
                break

    @rule(item=ITEMS)
    def the_police_hold(self, item):
        if self.world.state(item) is ItemState.NOTICED:
            self.world.items.put(item, ItemState.HELD)

    @rule(item=ITEMS, hoster=HOSTERS)
    def a_first_notice_is_sent(self, item, hoster):
        if self.world.state(item) in {ItemState.HELD, ItemState.TO_NOTICE, ItemState.NOTICED}:
            self.world.notice([item], hoster)

    @rule(item=ITEMS, last=st.integers(1, 3), hoster=HOSTERS)
    def the_address_changes(self, item, last, hoster):
        self.world.net.details[item] = {"address": f"192.0.2.{last}"}
        self.world.hosted_by[item] = hoster

    def clocks(self) -> list[ItemClock]:
        return [one for item in ("a", "b") for one in self.world.followed(ItemId(item)).clocks]

    @invariant()
    def no_clock_is_lost_and_none_calms_down(self):
        if not self.last and not self.world.items.kept:
            return
        now = {clock.number: clock for clock in self.clocks()}
        for number, before in self.last.items():
            after = now[number]
            assert after.started_at == before.started_at
            assert after.deadline == before.deadline
            assert ORDER.index(after.last_step) >= ORDER.index(before.last_step)
            assert before.ended_at is None or (after.ended_at, after.end) == (before.ended_at, before.end)
        self.last = now

    @invariant()
    def every_step_is_taken_once_in_order_and_never_early(self):
        for item in self.world.items.kept:
            taken = [(one.notice_id, one.step) for one in self.world.followed(item).steps]
            assert len(taken) == len(set(taken))
            for clock in self.world.followed(item).clocks:
                steps = [one for one in self.world.followed(item).steps if one.notice_id == clock.notice_id]
                assert [one.step for one in steps] == sorted((one.step for one in steps), key=ORDER.index)
                assert all(one.taken_at >= one.due_at for one in steps)
                if steps:
                    assert clock.last_step is steps[-1].step

    @invariant()
    def what_was_done_is_what_was_decided(self):
        steps = [one for item in self.world.items.kept for one in self.world.followed(item).steps]
        by_step = {step: sum(one.step is step for one in steps) for step in Step}
        assert by_step[Step.AUTHORITY] == len(self.world.followup.authority_records())
        for step, told in ((Step.NOTICE_AGAIN, self.world.notices.again), (Step.POLICE, self.world.notices.police)):
            assert {(one.item_id, one.taken_at) for one in steps if one.step is step} == set(told)
            assert len(told) <= by_step[step]  # the steps of two hosters' clocks may be one word about the item
        assert sum(by_step.values()) == self.world.events("followup:clock:step")

    @invariant()
    def every_clock_that_runs_has_its_next_step_and_every_item_its_next_look(self):
        rows = getattr(self.world.ports.agenda, "rows", {})
        for item, kept in self.world.items.kept.items():
            if kept.state is not ItemState.NOTICED:
                continue
            clocks = [one for one in self.world.followed(item).clocks if one.ended_at is None]
            assert clocks
            assert (TaskKind.ITEM_PROBE, item) in rows
            disputed = any(one.is_disputed for one in clocks)
            dues = [due for one in clocks if (due := next_step(one, self.world.profile)) is not None]
            wanted = [due for step, due in dues if not (disputed and step in ACCUSING)]
            if wanted:
                assert (TaskKind.CLOCK_STEP, item) in rows

    @invariant()
    def an_inaccessible_item_was_gone_twice(self):
        for item, kept in self.world.items.kept.items():
            if kept.state is ItemState.INACCESSIBLE:
                watch = self.world.followed(item).watch
                assert watch.gone_at is not None
                assert watch.confirmed_at is not None
                assert watch.confirmed_at - watch.gone_at >= timedelta(hours=1)
                assert all(one.ended_at for one in self.world.followed(item).clocks)
                between = [
                    one.outcome
                    for one in self.world.followed(item).looks
                    if watch.gone_at <= one.result.at <= watch.confirmed_at
                ]
                assert not {ProbeOutcome.PRESENT, ProbeOutcome.MOVED} & set(between)


ClockMachine.TestCase.settings = settings(max_examples=100, stateful_step_count=40)
test_clocks_keep_their_steps_through_everything = ClockMachine.TestCase
