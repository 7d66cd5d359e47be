"""What the follow-up asks of earlier rooms: the small rooms of its tests do as the rooms themselves do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from schoon.followup.ports import DomainRules, Items
from schoon.hosting import RuleKind
from schoon.kinds import Digest, ItemId, Kind, Transactions
from schoon.reports import (
    ItemKind,
    ItemMovedError,
    ItemState,
    Judged,
    Judgement,
    KeyReusedError,
    Move,
    ReportSource,
    Submission,
    SubmittedItem,
)
from schoon.store import Database
from tests.contract.conftest import BACKENDS
from tests.hosting_world import World as HostingWorld
from tests.memory.desk import T0, MemoryItems, MemoryRules
from tests.memory.transactions import MemoryTransactions
from tests.reports_world import memory_world, sql_world

HOUR = timedelta(hours=1)
DIGESTS = (Digest(kind=Kind.SHA256, value=bytes(32)), Digest(kind=Kind.PDQ, value=b"\x0f" * 32))


@dataclass
class Desk:
    """A room that keeps items, with one that is to be noticed."""

    transactions: Transactions
    items: Items
    item_id: ItemId

    def state(self) -> ItemState:
        with self.transactions.read() as tx:
            return self.items.items(tx, [self.item_id])[self.item_id].state

    def move(self, *moves: Move, now: Any = T0 + HOUR) -> None:
        with self.transactions.write() as tx:
            self.items.move(tx, moves, now=now)

    def step(self, from_state: ItemState, to_state: ItemState) -> Move:
        return Move(item_id=self.item_id, from_state=from_state, to_state=to_state, by="followup", reason="because")


@pytest.fixture(params=["small", "memory", *BACKENDS])
def desk(request: pytest.FixtureRequest) -> Desk:
    if request.param == "small":
        memory, small = MemoryTransactions(), MemoryItems()
        memory.register(small)
        item_id = small.add("item", kind=ItemKind.MEDIA)
        small.known[item_id] = DIGESTS
        return Desk(memory, small, item_id)
    make: Callable[[str], Database] = request.getfixturevalue("open_backend")
    world = memory_world() if request.param == "memory" else sql_world(make(request.param))
    item_id = world.take_file("https://example.org/item", *DIGESTS, kind=ItemKind.MEDIA)
    world.reports.assess([Judged(item_id=item_id, judgement=Judgement.BASELINE)], by="anna", now=T0)
    return Desk(world.transactions, world.reports, item_id)


def test_items_are_told_with_their_address_and_those_that_are_not_there_are_left_out(desk: Desk) -> None:
    with desk.transactions.read() as tx:
        found = desk.items.items(tx, [desk.item_id, ItemId("never")])
    (item,) = found.values()
    assert (item.item_id, item.url.text, item.kind) == (desk.item_id, "https://example.org/item", ItemKind.MEDIA)
    assert (item.state, item.first_reported_at) == (ItemState.TO_NOTICE, T0)


def test_a_move_takes_the_item_on_and_says_when(desk: Desk) -> None:
    desk.move(desk.step(ItemState.TO_NOTICE, ItemState.NOTICED))
    with desk.transactions.read() as tx:
        item = desk.items.items(tx, [desk.item_id])[desk.item_id]
    assert (item.state, item.moved_at) == (ItemState.NOTICED, T0 + HOUR)


@pytest.mark.parametrize(
    ("from_state", "to_state"),
    [(ItemState.NOTICED, ItemState.INACCESSIBLE), (ItemState.TO_NOTICE, ItemState.TO_ASSESS)],
)
def test_a_step_that_is_not_there_is_refused(desk: Desk, from_state: ItemState, to_state: ItemState) -> None:
    with pytest.raises(ItemMovedError):
        desk.move(desk.step(from_state, to_state))
    assert desk.state() is ItemState.TO_NOTICE


def test_of_two_steps_none_is_taken_when_one_is_refused(desk: Desk) -> None:
    good = desk.step(ItemState.TO_NOTICE, ItemState.NOTICED)
    with pytest.raises(ItemMovedError):
        desk.move(good, good)
    assert desk.state() is ItemState.TO_NOTICE


def test_digests_are_told_opened(desk: Desk) -> None:
    with desk.transactions.read() as tx:
        found = desk.items.digests(tx, [desk.item_id, ItemId("never")])
    assert {one: set(some) for one, some in found.items()} == {desk.item_id: set(DIGESTS)}


def test_a_report_is_taken_once_for_its_key(desk: Desk) -> None:
    def submission(url: str) -> Submission:
        item = SubmittedItem(url=url, kind=ItemKind.MEDIA, digests=DIGESTS[:1])
        return Submission(source=ReportSource.API, items=(item,), sender="followup", idempotency_key="key")

    (first,) = desk.items.take([submission("https://example.net/")], now=T0)
    (again,) = desk.items.take([submission("https://example.net/")], now=T0 + HOUR)
    assert (first.known, again.known) == (False, True)
    with pytest.raises(KeyReusedError):
        desk.items.take([submission("https://example.com/")], now=T0 + HOUR)


@pytest.mark.parametrize("kind", ["small", "memory"])
def test_hosts_under_a_rule_that_forbids_to_look_are_named_and_no_others(kind: str, tmp_path: Any) -> None:
    rules: DomainRules = MemoryRules({"foto.zz", "www.foto.zz"})
    if kind == "memory":
        world = HostingWorld(tmp_path)
        for domain, what, more in (
            ("foto.zz", RuleKind.DO_NOT_PROBE, {}),
            ("ended.zz", RuleKind.DO_NOT_PROBE, {"valid_until": T0 - HOUR}),
            ("other.zz", RuleKind.NOTIFY_OWNER, {}),
        ):
            world.rule(domain, what, valid_from=T0 - 2 * HOUR, **more)
        rules = world.hosting
    hosts = ["foto.zz", "www.foto.zz", "afoto.zz", "ended.zz", "other.zz", "192.0.2.1"]
    assert rules.forbidden(hosts, now=T0) == {"foto.zz", "www.foto.zz"}
    assert rules.forbidden([], now=T0) == frozenset()
