"""Figures are numbers with a unit, or are refused; and are put into words with the digits that mean something."""

import pytest

from bench._figures import FigureError, beside, checked, figure, number, times_better
from bench._findings import CHARTS, OWN, rough


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": "5 M/s"},
        {"value": "fast"},
        {"value": float("nan")},
        {"value": True},
        {"unit": ""},
        {"unit": " "},
        {"size": ""},
        {"peers": {"Redis": "none"}},
        {"peers": {"Redis": float("inf")}},
        {"notes": "more"},
    ],
    ids=str,
)
def test_a_figure_of_another_form_is_refused(wrong):
    with pytest.raises(FigureError):
        checked(figure("a", "1 entry", 1.0, "s") | wrong)


def test_a_figure_without_a_key_is_refused():
    whole = figure("a", "1 entry", 1.0, "s", peers={"b": 2}, limit=3)
    assert checked(whole) == whole
    for key in whole:
        with pytest.raises(FigureError):
            checked({name: value for name, value in whole.items() if name != key})


@pytest.mark.parametrize(("unit", "times"), [("s", 2.0), ("GB", 2.0), ("queries/s", 0.5)])
def test_less_time_and_memory_is_better_and_less_of_a_rate_is_not(unit, times):
    assert times_better(1.0, 2.0, unit) == times


def test_peers_and_limit_come_with_their_ratios():
    one = figure("a", "1 entry", 50.0, "queries/s", peers={"FAISS flat": 2.0}, limit=100.0)
    assert beside(one) == "FAISS flat 2.00 (25.0x); limit 100 (50% of it)"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.01234, "0.0123"), (9.996, "10.0"), (4.5678, "4.57"), (789.4, "789"), (12345, "12,300"),
     (141141905, "141 million")],
)  # fmt: skip
def test_three_digits_that_mean_something(value, text):
    assert number(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.0345, "0.035"), (12.3, "12"), (4321, "4,300"), (1e7, "10 million")])
def test_two_digits_in_titles(value, text):
    assert rough(value) == text


def test_the_titles_say_what_the_points_show():
    points = [
        {"series": OWN, "x": 1e3, "y": 2.0},
        {"series": OWN, "x": 1e6, "y": 8.0},
        {"series": "FAISS flat", "x": 1e3, "y": 1.0},
        {"series": "FAISS flat", "x": 1e6, "y": 900.0},
    ]
    assert CHARTS["pdq-list"].finding(points) == (
        "1,000 times more vectors make a query 4.0 times dearer, with FAISS flat 900 times"
    )
    peer = {"series": "Python set", "x": 1e6, "y": 4.0}
    assert CHARTS["exact-list"].finding([*points[:2], peer]) == (
        "Among 1 million entries one core looks up 8.0 digests a second, 2.0 times as many as Python set"
    )
    assert CHARTS["exact-memory"].finding([*points[:2], peer]) == (
        "1 million entries take 8.0 MB, and 4.0 MB with Python set"
    )
