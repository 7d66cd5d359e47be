"""What every store of the follow-up must do, and what the databases refuse."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from schoon.followup import (
    AuthorityRecord,
    ClockEnd,
    GoneRun,
    ItemClock,
    LegalBasis,
    Likeness,
    Look,
    ProbeOutcome,
    ProbeResult,
    StepTaken,
    TlsFault,
    Wanted,
    Watch,
)
from schoon.followup.ports import FollowUpStore
from schoon.kinds import Digest, HosterId, ItemId, Kind, NoticeId, Transaction, Transactions
from schoon.norms import Step
from schoon.reports import TargetUrl
from schoon.store import Database
from schoon.store.database import connection_of
from schoon.store.followup import SqlFollowUp
from tests.contract.conftest import BACKENDS
from tests.memory.followup import MemoryFollowUp
from tests.memory.transactions import MemoryTransactions

T0 = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
A, B = ItemId("a"), ItemId("b")
REFUSED = (IntegrityError, ValueError)

Kept = tuple[Transactions, FollowUpStore]


@pytest.fixture(params=["memory", *BACKENDS])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "memory":
        memory, store = MemoryTransactions(), MemoryFollowUp()
        memory.register(store)
        return memory, store
    make: Callable[[str], Database] = request.getfixturevalue("open_backend")
    return make(request.param), SqlFollowUp()


@contextmanager
def refused(kept: Kept) -> Iterator[Transaction]:
    with pytest.raises(REFUSED), kept[0].write() as tx:
        yield tx


def a_clock(item: ItemId = A, notice: str = "n1", hoster: int = 1, **given: Any) -> ItemClock:
    options: dict[str, Any] = {
        "item_id": item,
        "notice_id": NoticeId(notice),
        "hoster_id": HosterId(hoster),
        "profile_id": "nl-2024-act",
        "first_seen_at": T0 - HOUR,
        "sent_at": T0,
        "started_at": T0,
        "deadline": T0 + 24 * HOUR,
    }
    return ItemClock(**options | given)


def add(kept: Kept, *clocks: ItemClock) -> list[ItemClock]:
    with kept[0].write() as tx:
        kept[1].add_clocks(tx, clocks)
        return kept[1].clocks(tx, [A, B])


def save(kept: Kept, *clocks: ItemClock) -> list[ItemClock]:
    with kept[0].write() as tx:
        kept[1].save_clocks(tx, clocks)
        return kept[1].clocks(tx, [A, B])


def test_a_watch_is_kept_whole_and_replaced_by_a_later_one(kept: Kept) -> None:
    first = Watch(item_id=A, anchor_at=T0, first_seen_at=T0 - HOUR)
    runs = (
        GoneRun(vantage="here", first_at=T0, last_at=T0 + HOUR),
        GoneRun(vantage="over there", first_at=T0, last_at=T0),
    )
    later = replace(
        first,
        looked_at=T0 + HOUR,
        faults=3,
        seen_at=T0,
        runs=runs,
        addresses=frozenset({"192.0.2.1", "2001:db8::1"}),
        strayed_at=T0,
        gone_at=T0,
        confirmed_at=T0 + HOUR,
        returned_at=T0 + 3 * HOUR,
    )
    with kept[0].write() as tx:
        kept[1].put_watches(tx, [first, replace(first, item_id=B)])
        kept[1].put_watches(tx, [later])
    with kept[0].read() as tx:
        found = kept[1].watches(tx, [A, B, ItemId("never")])
    assert found == {A: later, B: replace(first, item_id=B)}


def test_a_clock_is_kept_whole_and_found_by_item_and_by_notice(kept: Kept) -> None:
    whole = a_clock(
        delivered_at=T0 + HOUR,
        acknowledged_at=T0 + 2 * HOUR,
        last_step=Step.POLICE,
        paused_at=T0 + 3 * HOUR,
        disputed_at=T0 + 4 * HOUR,
        answered_at=T0 + 5 * HOUR,
        upheld=True,
        seen_at=T0 + 6 * HOUR,
        gone_at=T0 + 7 * HOUR,
        confirmed_at=T0 + 8 * HOUR,
        ended_at=T0 + 8 * HOUR,
        end=ClockEnd.INACCESSIBLE,
    )
    plain = a_clock(B, "n2", started_at=None, deadline=None)
    first, second = add(kept, whole, plain)
    assert (replace(first, number=0), replace(second, number=0)) == (whole, plain)
    assert first.number < second.number
    with kept[0].read() as tx:
        assert kept[1].clocks_of(tx, [NoticeId("n2"), NoticeId("never")]) == [second]
        assert kept[1].clocks(tx, [B]) == [second]


def test_one_clock_runs_for_an_item_and_a_hoster(kept: Kept) -> None:
    (clock,) = add(kept, a_clock())
    with refused(kept) as tx:
        kept[1].add_clocks(tx, [a_clock(notice="n2")])
    assert len(add(kept, a_clock(notice="n3", hoster=2))) == 2
    save(kept, replace(clock, ended_at=T0, end=ClockEnd.RENEWED))
    assert len(add(kept, a_clock(notice="n2"))) == 3
    with refused(kept) as tx:
        kept[1].add_clocks(tx, [a_clock(notice="n1", hoster=9)])


@pytest.mark.parametrize(
    "change",
    [
        {"started_at": T0 + HOUR, "deadline": T0 + 25 * HOUR},
        {"started_at": None, "deadline": None},
        {"last_step": Step.NOTICE_AGAIN},
        {"last_step": None},
        {"ended_at": None, "end": None},
        {"ended_at": T0 + 9 * HOUR},
        {"end": ClockEnd.VOID},
        {"disputed_at": None},
        {"delivered_at": T0 + 9 * HOUR},
    ],
)
def test_a_clock_never_goes_back(kept: Kept, change: dict[str, Any]) -> None:
    (clock,) = add(
        kept,
        a_clock(delivered_at=T0, disputed_at=T0, last_step=Step.POLICE, ended_at=T0 + HOUR, end=ClockEnd.MOVED),
    )
    with refused(kept) as tx:
        kept[1].save_clocks(tx, [replace(clock, **change)])


def test_a_clock_goes_on(kept: Kept) -> None:
    (clock,) = add(kept, a_clock(started_at=None, deadline=None))
    for change in (
        {"delivered_at": T0, "started_at": T0, "deadline": T0 + HOUR},
        {"last_step": Step.NOTICE_AGAIN, "disputed_at": T0},
        {"last_step": Step.AUTHORITY, "answered_at": T0, "paused_at": T0},
        {"ended_at": T0, "end": ClockEnd.VOID, "seen_at": T0},
    ):
        clock = replace(clock, **change)
        assert save(kept, clock) == [clock]


def test_looks_are_kept_without_digests_and_without_where_it_moved_to(kept: Kept) -> None:
    secret = Digest(kind=Kind.SHA256, value=bytes(32))
    result = ProbeResult(
        item_id=A,
        vantage="here",
        at=T0,
        outcome=ProbeOutcome.MOVED,
        control_ok=False,
        status=301,
        size=2**33,
        address="192.0.2.7",
        moved_to=TargetUrl.parse("https://example.net/secret"),
        digests=(secret,),
        tls_fault=TlsFault.EXPIRED,
        reason="redirect",
    )
    moved = Look(result=result, outcome=ProbeOutcome.CHECKER_FAULT, likeness=Likeness.NEAR)
    plain = Look(
        result=ProbeResult(item_id=A, vantage="there", at=T0 + HOUR, outcome=ProbeOutcome.GONE),
        outcome=ProbeOutcome.GONE,
        likeness=Likeness.UNKNOWN,
    )
    with kept[0].write() as tx:
        kept[1].add_looks(tx, [moved, plain])
    with kept[0].read() as tx:
        found = kept[1].looks(tx, A, limit=10)
        assert kept[1].looks(tx, A, limit=1) == [plain]
    assert found == [plain, replace(moved, result=replace(result, digests=(), moved_to=None))]


def test_a_step_is_taken_once(kept: Kept) -> None:
    step = StepTaken(item_id=A, notice_id=NoticeId("n1"), step=Step.POLICE, due_at=T0, taken_at=T0 + HOUR)
    other = replace(step, notice_id=NoticeId("n2"))
    with kept[0].write() as tx:
        kept[1].add_steps(tx, [step, other])
    with refused(kept) as tx:
        kept[1].add_steps(tx, [replace(step, taken_at=T0 + 2 * HOUR)])
    with kept[0].read() as tx:
        assert kept[1].steps(tx, [A, B]) == [step, other]


def test_records_for_the_authority_are_read_in_their_order(kept: Kept) -> None:
    record = AuthorityRecord(
        item_id=A,
        notice_id=NoticeId("n1"),
        hoster_id=HosterId(1),
        profile_id="nl-2024-act",
        first_seen_at=T0,
        sent_at=T0,
        delivered_at=None,
        acknowledged_at=None,
        started_at=T0,
        deadline=T0 + HOUR,
        seen_at=None,
        noticed_again_at=T0,
        police_at=T0,
        recorded_at=T0 + HOUR,
    )
    with kept[0].write() as tx:
        kept[1].add_records(tx, [record, replace(record, item_id=B)])
    with kept[0].read() as tx:
        first, second = kept[1].records(tx, after=0, limit=10)
        assert (replace(first, number=0), second.item_id) == (record, B)
        assert kept[1].records(tx, after=first.number, limit=10) == [second]
        assert kept[1].records(tx, after=0, limit=1) == [first]


def test_pages_of_clocks_come_by_deadline_and_go_on_where_they_ended(kept: Kept) -> None:
    add(
        kept,
        a_clock(A, "late", 1, deadline=T0 + 30 * HOUR),
        a_clock(A, "ended", 2, deadline=T0, ended_at=T0, end=ClockEnd.VOID),
        a_clock(B, "soon", 1, deadline=T0 + HOUR, disputed_at=T0 + 2 * HOUR),
        a_clock(B, "as soon", 2, deadline=T0 + HOUR),
        a_clock(B, "not yet", 3, started_at=None, deadline=None),
    )

    def page(**wanted: Any) -> list[ItemClock]:
        with kept[0].read() as tx:
            return kept[1].page(tx, Wanted(**wanted))

    def names(clocks: list[ItemClock]) -> list[str]:
        return [clock.notice_id for clock in clocks]

    assert names(page()) == ["soon", "as soon", "late"]
    assert names(page(after=page(limit=1)[0], limit=1)) == ["as soon"]
    assert names(page(hoster_id=HosterId(2))) == ["as soon"]
    assert names(page(before=T0 + 30 * HOUR)) == ["soon", "as soon"]


def test_of_a_notice_the_first_deadline_that_runs_leads_else_the_last_out_of_reach(kept: Kept) -> None:
    gone: dict[str, Any] = {"ended_at": T0 + HOUR, "confirmed_at": T0 + HOUR, "end": ClockEnd.INACCESSIBLE}
    moved: dict[str, Any] = {"ended_at": T0 + HOUR, "end": ClockEnd.MOVED}
    unstarted: dict[str, Any] = {"started_at": None, "deadline": None}
    given = [
        a_clock(ItemId("1"), "runs", gone_at=T0 + 3 * HOUR, **gone),
        a_clock(ItemId("2"), "runs", deadline=T0 + 9 * HOUR),
        a_clock(ItemId("3"), "runs", deadline=T0 + 5 * HOUR),
        a_clock(ItemId("4"), "runs", **unstarted),
        a_clock(ItemId("5"), "ended", gone_at=T0 + 2 * HOUR, **gone),
        a_clock(ItemId("6"), "ended", gone_at=T0 + 3 * HOUR, **gone),
        a_clock(ItemId("7"), "ended", gone_at=T0 + 3 * HOUR, **gone),
        a_clock(ItemId("8"), "ended", **moved),
        a_clock(ItemId("9"), "settled", **moved),
        a_clock(ItemId("10"), "to come", **unstarted),
    ]
    add(kept, *given)
    with kept[0].read() as tx:
        added = kept[1].clocks(tx, [one.item_id for one in given])
        wanted = [NoticeId(name) for name in ("runs", "ended", "settled", "to come", "never")]
        leading = {one.notice_id: one for one in kept[1].leading_clocks(tx, wanted)}
    by_item = {one.item_id: one for one in added}
    assert leading == {
        "runs": by_item[ItemId("3")],
        "ended": by_item[ItemId("6")],
        "settled": by_item[ItemId("9")],
        "to come": by_item[ItemId("10")],
    }


def test_disputes_wait_in_their_order_also_after_the_end_of_the_clock(kept: Kept) -> None:
    add(
        kept,
        a_clock(A, "second", 1, disputed_at=T0 + HOUR),
        a_clock(A, "first", 2, disputed_at=T0, ended_at=T0, end=ClockEnd.MOVED),
        a_clock(A, "answered", 3, disputed_at=T0, answered_at=T0),
    )
    with kept[0].read() as tx:
        first, second = kept[1].page(tx, Wanted(disputed=True))
        assert (first.notice_id, second.notice_id) == ("first", "second")
        assert kept[1].page(tx, Wanted(disputed=True, after=first)) == [second]


def test_one_legal_basis_holds_at_a_time(kept: Kept) -> None:
    new = LegalBasis(number=0, basis="mandate", signatory="A. Jansen", recorded_by="desk", recorded_at=T0)
    with kept[0].write() as tx:
        assert kept[1].basis(tx) is None
        first = kept[1].add_basis(tx, new)
        assert kept[1].basis(tx) == first
    with refused(kept) as tx:
        kept[1].add_basis(tx, new)
    with kept[0].write() as tx:
        kept[1].end_basis(tx, first.number, by="desk", at=T0 + HOUR)
        assert kept[1].basis(tx) is None
        second = kept[1].add_basis(tx, replace(new, signatory="B. de Vries"))
    with kept[0].read() as tx:
        assert kept[1].basis(tx) == second
        assert kept[1].bases(tx) == [replace(first, ended_at=T0 + HOUR), second]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE followup_observations SET outcome = 'gone'",
        "DELETE FROM followup_observations",
        "UPDATE followup_steps SET taken_at = due_at",
        "DELETE FROM followup_steps",
        "UPDATE authority_records SET seen_at = NULL",
        "DELETE FROM authority_records",
        "DELETE FROM followup_clocks",
        "UPDATE followup_clocks SET item_id = 'other'",
        "UPDATE followup_legal_bases SET signatory = 'somebody else'",
        "DELETE FROM followup_legal_bases",
    ],
)
def test_the_database_itself_refuses_to_forget(backend: Database, statement: str) -> None:
    store = SqlFollowUp()
    look = Look(
        result=ProbeResult(item_id=A, vantage="here", at=T0, outcome=ProbeOutcome.PRESENT),
        outcome=ProbeOutcome.PRESENT,
        likeness=Likeness.SAME,
    )
    step = StepTaken(item_id=A, notice_id=NoticeId("n1"), step=Step.POLICE, due_at=T0, taken_at=T0 + HOUR)
    record = AuthorityRecord(
        item_id=A,
        notice_id=NoticeId("n1"),
        hoster_id=HosterId(1),
        profile_id="p",
        first_seen_at=T0,
        sent_at=T0,
        delivered_at=None,
        acknowledged_at=None,
        started_at=T0,
        deadline=T0,
        seen_at=T0,
        noticed_again_at=None,
        police_at=None,
        recorded_at=T0,
    )
    basis = LegalBasis(number=0, basis="mandate", signatory="A. Jansen", recorded_by="desk", recorded_at=T0)
    with backend.write() as tx:
        store.add_clocks(tx, [a_clock()])
        store.add_looks(tx, [look])
        store.add_steps(tx, [step])
        store.add_records(tx, [record])
        store.add_basis(tx, basis)
    with pytest.raises(IntegrityError), backend.write() as tx:
        connection_of(tx).execute(text(statement))
