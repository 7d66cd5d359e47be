"""What comes after the judgement, over memory and both databases: steps, the police, the hash list."""

from dataclasses import replace

import pytest

from schoon.agenda import TaskKind
from schoon.hits import ReasonsMissingError
from schoon.kinds import ItemId, Kind
from schoon.parties import Role
from schoon.reports import (
    AssessOutcome,
    ItemMovedError,
    ItemState,
    Judgement,
    Means,
    Move,
    NoSuchItemError,
    NotPoliceError,
    PoliceAct,
    Wanted,
)
from tests.contract.report_worlds import (
    OTHER,
    PAGE,
    WHY,
    moves_of,
    propose,
    step,
    step_of,
)
from tests.contract.report_worlds import make as make  # a fixture
from tests.contract.report_worlds import world as world  # a fixture
from tests.reports_world import DAY, HOUR, T0, ReportsWorld, a_digest

# The hash list hears of our own judgements


def test_a_baseline_judgement_is_proposed_to_the_hash_list_once(world: ReportsWorld) -> None:
    item_id = world.take_file(PAGE, a_digest("new"), a_digest("new", Kind.PDQ))
    world.take_file(OTHER, a_digest("new"))
    world.assess(item_id)
    assert world.due(TaskKind.ITEM_PROPOSE, T0) == []
    propose(world, T0 + HOUR)
    assert {one: set(digests) for one, digests in world.hash_list.proposed.items()} == {
        item_id: {a_digest("new"), a_digest("new", Kind.PDQ)}
    }
    assert world.due(TaskKind.ITEM_PROPOSE, T0 + DAY) == []
    assert len(world.events("report:item:propose")) == 1


@pytest.mark.parametrize("judgement", [Judgement.NATIONAL, Judgement.POLICE_FIRST, Judgement.NOT_ILLEGAL])
def test_no_other_judgement_is_proposed(world: ReportsWorld, judgement: Judgement) -> None:
    world.assess(world.take_file(PAGE, a_digest("new")), judgement)
    world.assess(world.take(OTHER).item_ids[0])
    propose(world, T0 + DAY)
    assert world.hash_list.proposed == {}


def test_a_list_that_is_away_gets_the_proposal_later(world: ReportsWorld) -> None:
    item_id = world.take_file(PAGE, a_digest("new"))
    world.assess(item_id)
    world.hash_list.is_away = True
    propose(world, T0 + HOUR)
    world.hash_list.is_away = False
    propose(world, T0 + 2 * HOUR)
    assert list(world.hash_list.proposed) == [item_id]


def test_an_entry_is_withdrawn_when_its_judgement_was_wrong(world: ReportsWorld) -> None:
    item_id = world.take_file(PAGE, a_digest("new"))
    world.assess(item_id)
    propose(world, T0 + HOUR)
    step(world, item_id, ItemState.NOT_ILLEGAL)
    propose(world, T0 + HOUR)
    assert world.hash_list.withdrawn == [item_id]
    assert world.item(item_id).judgement is Judgement.NOT_ILLEGAL


def test_what_the_police_hold_is_proposed_after_they_release_it(world: ReportsWorld) -> None:
    police = world.police()
    item_id = world.take_file(PAGE, a_digest("new"))
    world.assess(item_id)
    world.reports.police([item_id], PoliceAct.HOLD, police=police, by="eva", reason=WHY, now=T0)
    propose(world, T0 + HOUR)
    assert world.hash_list.proposed == {}
    world.reports.release([item_id], police=police, by="eva", reason=WHY, now=T0 + HOUR)
    propose(world, T0 + 3 * HOUR)
    assert list(world.hash_list.proposed) == [item_id]


# Moves, the police


def test_later_rooms_move_items_by_the_table_alone(world: ReportsWorld) -> None:
    (item_id,) = world.take(PAGE).item_ids
    world.assess(item_id)
    for to in (ItemState.NOTICED, ItemState.INACCESSIBLE, ItemState.TO_NOTICE, ItemState.ABROAD):
        step(world, item_id, to)
    assert [state for state, _ in moves_of(world, item_id)] == [
        "to_assess",
        "to_notice",
        "noticed",
        "inaccessible",
        "to_notice",
        "abroad",
    ]
    with pytest.raises(ItemMovedError, match=item_id):
        step(world, item_id, ItemState.NOTICED)
    assert world.reports.item(item_id).history[-1].reason == "r"
    assert len(world.events("report:item:move")) == 4


def test_a_move_from_another_state_than_expected_is_refused_and_nothing_moves(world: ReportsWorld) -> None:
    first, second = world.take(PAGE, OTHER).item_ids
    world.assess(first)
    moves = [
        Move(item_id=first, from_state=ItemState.TO_NOTICE, to_state=ItemState.NOTICED, by="notices"),
        Move(item_id=second, from_state=ItemState.TO_NOTICE, to_state=ItemState.NOTICED, by="notices"),
    ]
    with pytest.raises(ItemMovedError, match=second), world.transactions.write() as tx:
        world.reports.move(tx, moves, now=T0)
    with pytest.raises(NoSuchItemError), world.transactions.write() as tx:
        world.reports.move(tx, [replace(moves[0], item_id=ItemId("none"))], now=T0)
    assert world.item(first).state is ItemState.TO_NOTICE


def test_an_item_that_is_to_be_assessed_moves_by_a_judgement_alone(world: ReportsWorld) -> None:
    (item_id,) = world.take(PAGE).item_ids
    with pytest.raises(ItemMovedError):
        step(world, item_id, ItemState.TO_NOTICE)


def test_who_leaves_to_notice_is_not_attributed_any_more(world: ReportsWorld) -> None:
    (item_id,) = world.take(PAGE).item_ids
    world.assess(item_id)
    step(world, item_id, ItemState.NOT_ILLEGAL)
    assert world.due(TaskKind.ITEM_ATTRIBUTE, T0 + DAY) == []
    (decision,) = world.reports.item(item_id).assessments[1:]
    assert (decision.judgement, decision.means, decision.counts) == (Judgement.NOT_ILLEGAL, Means.DECISION, True)


def test_a_reopened_item_is_judged_anew_by_the_same_analyst(world: ReportsWorld) -> None:
    (item_id,) = world.take(PAGE).item_ids
    world.assess(item_id, Judgement.IGNORE, by="anna")
    world.reports.reopen([item_id], by="chief", reason=WHY, now=T0)
    assert (world.item(item_id).judgement, world.item(item_id).state) == (None, ItemState.TO_ASSESS)
    assert world.assess(item_id, Judgement.BASELINE, by="anna").outcome is AssessOutcome.COUNTED
    assert [one.round for one in world.reports.item(item_id).assessments] == [1, 2]
    with pytest.raises(ItemMovedError):
        world.reports.reopen([item_id], by="chief", reason=WHY, now=T0)


def test_a_person_corrects_with_a_reason(world: ReportsWorld) -> None:
    (item_id,) = world.take(PAGE).item_ids
    world.assess(item_id)
    move = step_of(item_id, ItemState.TO_NOTICE, ItemState.NOT_ILLEGAL, by="chief")
    with pytest.raises(ReasonsMissingError):
        world.reports.correct([replace(move, reason="no")], now=T0)
    world.reports.correct([replace(move, reason="a mistake of mine")], now=T0)
    assert world.item(item_id).state is ItemState.NOT_ILLEGAL


def test_only_the_police_release_what_is_held_for_them(world: ReportsWorld) -> None:
    police = world.police()
    with world.transactions.write() as tx:
        hotline = world.parties.add_organisation(tx, name="Hotline", role=Role.HOTLINE, at=T0).organisation_id
    (item_id,) = world.take(PAGE).item_ids
    world.assess(item_id, Judgement.POLICE_FIRST)
    assert world.assess(item_id, Judgement.BASELINE, by="bram").outcome is AssessOutcome.REFUSED
    with pytest.raises(NotPoliceError):
        world.reports.release([item_id], police=hotline, by="anna", reason=WHY, now=T0)
    assert world.due(TaskKind.ITEM_ATTRIBUTE, T0 + DAY) == []
    world.reports.release([item_id], police=police, by="eva", reason=WHY, now=T0)
    assert world.item(item_id).state is ItemState.TO_NOTICE
    assert len(world.due(TaskKind.ITEM_ATTRIBUTE, T0)) == 1
    assert moves_of(world, item_id)[-1] == ("to_notice", f"eva for organisation:{police}")


def test_the_police_hold_send_and_preserve(world: ReportsWorld) -> None:
    police = world.police()
    first, second = world.take(PAGE, OTHER).item_ids

    def act(act: PoliceAct, *items: ItemId) -> None:
        world.reports.police(items, act, police=police, by="eva", reason=WHY, now=T0)

    world.assess(first)
    act(PoliceAct.HOLD, first, second)
    act(PoliceAct.HOLD, first)
    held = world.reports.find(Wanted(states=frozenset({ItemState.HELD})), now=T0)
    assert {one.item_id for one in held} == {first, second}
    assert world.item(second).judgement is Judgement.POLICE_FIRST
    act(PoliceAct.SEND, first)
    act(PoliceAct.PRESERVE, first)
    item = world.item(first)
    assert (item.state, item.police_backed, item.preserve) == (ItemState.TO_NOTICE, True, True)
    world.reports.release([second], police=police, by="eva", reason=WHY, now=T0, to=ItemState.IGNORED)
    with pytest.raises(ItemMovedError):
        act(PoliceAct.SEND, second)
    assert {one.action for one in world.events() if one.action.startswith("report:police")} == {
        "report:police:hold",
        "report:police:send",
        "report:police:preserve",
        "report:police:release",
    }
