"""What may follow what, what a file carries over, and what a reporter is told."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.kinds import Kind
from schoon.reports import ILLEGAL, MOVES, ItemState, Judgement, Progress, may_move
from schoon.reports.rules import STATE_OF_JUDGEMENT, is_agreed, may_inherit, progress_of, retry_after

S = ItemState

AS_DESIGNED = {
    (S.TO_ASSESS, S.TO_NOTICE),
    (S.TO_ASSESS, S.HELD),
    (S.TO_ASSESS, S.NOT_ILLEGAL),
    (S.TO_ASSESS, S.IGNORED),
    (S.TO_NOTICE, S.NOTICED),
    (S.TO_NOTICE, S.ABROAD),
    (S.TO_NOTICE, S.UNTRACEABLE),
    (S.TO_NOTICE, S.HELD),
    (S.TO_NOTICE, S.NOT_ILLEGAL),
    (S.TO_NOTICE, S.INACCESSIBLE),
    (S.HELD, S.TO_NOTICE),
    (S.HELD, S.IGNORED),
    (S.HELD, S.NOT_ILLEGAL),
    (S.HELD, S.ABROAD),
    (S.NOTICED, S.INACCESSIBLE),
    (S.NOTICED, S.TO_NOTICE),
    (S.NOTICED, S.ABROAD),
    (S.NOTICED, S.HELD),
    (S.NOTICED, S.NOT_ILLEGAL),
    (S.INACCESSIBLE, S.TO_NOTICE),
    (S.ABROAD, S.TO_NOTICE),
    (S.UNTRACEABLE, S.TO_NOTICE),
    (S.NOT_ILLEGAL, S.TO_ASSESS),
    (S.IGNORED, S.TO_ASSESS),
}


def test_the_steps_are_these_and_no_others():
    assert {(a, b) for a, b in product(S, S) if may_move(a, b)} == AS_DESIGNED


def test_no_state_is_a_dead_end_and_each_can_be_reached():
    assert set(MOVES) == set(S)
    assert all(MOVES[state] for state in S)
    assert {after for follow in MOVES.values() for after in follow} == set(S)


def test_every_judgement_leads_somewhere_that_the_steps_allow():
    assert set(STATE_OF_JUDGEMENT) == set(Judgement)
    assert all(may_move(S.TO_ASSESS, state) for state in STATE_OF_JUDGEMENT.values())
    assert {j for j, state in STATE_OF_JUDGEMENT.items() if state in {S.TO_NOTICE, S.HELD}} == ILLEGAL


@given(st.lists(st.sampled_from(Judgement), max_size=8), st.integers(1, 4))
def test_agreement_is_a_matter_of_counting(votes, agreement):
    agreed = {one for one in Judgement if is_agreed(one, votes, agreement)}
    assert agreed == {one for one in Judgement if votes.count(one) >= agreement}


@given(st.sampled_from(Judgement), st.sets(st.sampled_from(Kind)))
def test_what_lets_material_stay_up_is_carried_by_sha256_alone(judgement, kinds):
    carried = may_inherit(judgement, kinds)
    if judgement in ILLEGAL:
        assert carried == bool(kinds - {Kind.PDQ})
    else:
        assert carried == (Kind.SHA256 in kinds)


@pytest.mark.parametrize(
    ("states", "to_read", "progress"),
    [
        ([], False, Progress.DONE),
        ([], True, Progress.RECEIVED),
        ([S.TO_ASSESS, S.TO_ASSESS], False, Progress.RECEIVED),
        ([S.TO_ASSESS, S.NOT_ILLEGAL], False, Progress.IN_HAND),
        ([S.HELD], False, Progress.RECEIVED),
        ([S.HELD, S.TO_ASSESS], False, Progress.RECEIVED),
        ([S.TO_NOTICE], False, Progress.IN_HAND),
        ([S.UNTRACEABLE], False, Progress.IN_HAND),
        ([S.INACCESSIBLE, S.NOT_ILLEGAL, S.IGNORED, S.ABROAD], False, Progress.DONE),
        ([S.INACCESSIBLE], True, Progress.RECEIVED),
    ],
)
def test_a_reporter_is_told_how_far_it_is(states, to_read, progress):
    assert progress_of(states, to_read=to_read) is progress


def test_what_fails_is_tried_again_later_each_time_and_within_the_hour():
    waits = [retry_after(attempts).total_seconds() / 60 for attempts in range(10)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
