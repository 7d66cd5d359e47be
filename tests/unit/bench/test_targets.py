"""Targets are judged right: on made-up figures, by peers, by the limit, and by the machine they are asked of."""

import pytest

from bench._figures import figure
from bench.targets import OTHERS, REFERENCE, ROWS, Ask, Row, State, best_peer, figures_of, judge

REFERENCE_MACHINE = "Some Xeon, AVX-512, 2 cores, 24 GiB, Python 3.11.7"
OTHER_MACHINE = "Some EPYC, AVX2, 2 cores, 24 GiB, Python 3.11.7"


def a_figure(value, unit="look-ups/s", *, machine=REFERENCE_MACHINE, name="look-ups", size="10 entries", **more):
    return figure(name, size, value, unit, **more) | {"machine": machine}


def state_of(ask, *figures):
    return judge(ask, figures).state


@pytest.mark.parametrize(("value", "state"), [(100.0, State.REACHED), (99.0, State.MISSED)])
def test_a_bound_is_held_or_not_on_the_machine_it_is_asked_of(value, state):
    assert state_of(Ask(words="", figure="look-ups", at_least=100), a_figure(value)) is state


@pytest.mark.parametrize(("value", "state"), [(100.0, State.REACHED_ELSEWHERE), (99.0, State.ANOTHER_MACHINE)])
def test_a_bound_is_not_missed_on_another_machine(value, state):
    ask = Ask(words="", figure="look-ups", at_least=100)
    assert state_of(ask, a_figure(value, machine=OTHER_MACHINE)) is state


def test_a_bound_on_memory_or_a_ratio_is_judged_everywhere():
    ask = Ask(words="", figure="look-ups", everywhere=True, at_most=1.2)
    assert state_of(ask, a_figure(1.3, "GB", machine=OTHER_MACHINE)) is State.MISSED
    assert state_of(ask, a_figure(1.1, "GB", machine=OTHER_MACHINE)) is State.REACHED


@pytest.mark.parametrize(
    ("unit", "value", "peer", "state"),
    [
        ("look-ups/s", 90.0, 10.0, State.REACHED),
        ("look-ups/s", 89.0, 10.0, State.MISSED),
        ("ms", 10.0, 90.0, State.REACHED),
        ("ms", 10.0, 89.0, State.MISSED),
    ],
)
def test_a_ratio_to_a_peer_is_judged_on_every_machine_and_the_right_way_round(unit, value, peer, state):
    ask = Ask(words="", figure="look-ups", times=(9, "DuckDB"))
    assert state_of(ask, a_figure(value, unit, machine=OTHER_MACHINE, peers={"DuckDB": peer})) is state


def test_the_best_other_peer_is_the_closest_one_that_has_no_target_of_its_own():
    ask = Ask(words="", figure="look-ups", times=(60, OTHERS))
    peers = {"FAISS flat": 9.0, "slow": 1.0, "closest": 2.0}
    judged = judge(ask, [a_figure(119.0, peers=peers)])
    assert (judged.state, judged.seen) == (State.MISSED, "59.5x")
    assert state_of(ask, a_figure(120.0, peers=peers)) is State.REACHED


def test_a_figure_without_that_peer_is_passed_over_for_a_smaller_one_that_has_it():
    large, small = a_figure(500.0, size="10,000 x"), a_figure(70.0, size="1,000 x", peers={"multi": 1.0})
    assert judge(Ask(words="", figure="look-ups", times=(60, "multi")), [large, small]).figure is small


def test_shares_of_and_multiples_over_the_limit():
    share = Ask(words="", figure="look-ups", of_limit=0.6)
    assert state_of(share, a_figure(60.0, limit=100)) is State.REACHED
    assert state_of(share, a_figure(59.0, limit=100)) is State.MISSED
    over = Ask(words="", figure="look-ups", over_limit=1.25)
    assert state_of(over, a_figure(125.0, "ms", limit=100)) is State.REACHED
    assert state_of(over, a_figure(126.0, "ms", limit=100)) is State.MISSED
    assert state_of(over, a_figure(80.0, limit=100)) is State.REACHED
    assert state_of(over, a_figure(79.0, limit=100)) is State.MISSED


def test_an_ask_with_a_condition_applies_only_when_it_holds():
    ask = Ask(words="", figure="look-ups", everywhere=True, at_most=5, provided=("shared", 50))
    cost = a_figure(7.0, "times")
    assert state_of(ask, cost, a_figure(1.0, "%", name="shared")) is State.NOT_ASKED
    assert state_of(ask, cost, a_figure(60.0, "%", name="shared")) is State.MISSED


def test_an_ask_that_the_limit_itself_does_not_meet_is_told_apart():
    ask = Ask(words="", figure="look-ups", times=(10, "peer"))
    forbidden = judge(ask, [a_figure(80.0, limit=90.0, peers={"peer": 10.0})])
    assert (forbidden.state, forbidden.seen) == (State.FORBIDDEN, "8.00x; the limit: 9.00x")
    assert state_of(ask, a_figure(80.0, limit=110.0, peers={"peer": 10.0})) is State.MISSED
    assert state_of(ask, a_figure(80.0, peers={"peer": 10.0})) is State.MISSED
    assert state_of(Ask(words="", figure="look-ups", at_least=100), a_figure(80.0, limit=90.0)) is State.FORBIDDEN
    assert state_of(Ask(words="", figure="look-ups", of_limit=0.9), a_figure(80.0, limit=100.0)) is State.MISSED


def test_what_was_not_measured_is_said_to_be_so():
    assert state_of(Ask(words="", figure="look-ups", of_limit=0.5), a_figure(1.0)) is State.UNMEASURED
    assert state_of(Ask(words="", figure="other", at_least=1), a_figure(1.0)) is State.UNMEASURED


def test_a_row_shows_each_figure_once():
    asks = (Ask(words="", figure="look-ups", at_least=1), Ask(words="", figure="look-ups", times=(1, "a")))
    row = Row(title="", command="", asks=asks, shown=(("look-ups", ""),))
    figures = [a_figure(1.0, peers={"a": 1.0}), a_figure(2.0, size="1 entry")]
    assert figures_of(row, figures) == figures


def test_the_best_peer_is_the_closest():
    assert best_peer(a_figure(1.0, "s", peers={"slow": 9.0, "quick": 2.0})) == ("quick", 2.0)
    assert best_peer(a_figure(1.0)) is None


def test_every_ask_asks_one_thing():
    asks = [ask for row in ROWS for ask in row.asks]
    print(f"looked at {len(asks)} asks; the absolute ones are for {REFERENCE}")
    bounds = [(one.at_least, one.at_most, one.times, one.of_limit, one.over_limit) for one in asks]
    assert [sum(part is not None for part in one) for one in bounds] == [1] * len(asks)
