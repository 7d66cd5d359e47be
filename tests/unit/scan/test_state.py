"""What the state keeps of many files at a time, whatever their number and names."""

import os
import sqlite3
from collections.abc import Iterator

import pytest

from schoon.scan._rows import StoredAnswer
from schoon.scan._state import State
from schoon.scan._state_folder import StateFolder
from schoon.scan.types import HashedFile, Stamp

ODD = [b"plain.html", b"caf\xe9", b"new\nline", b'quo"te', "naïve 😀".encode(), b"\x01\x7f"]
HUGE = (1 << 63) - 1


@pytest.fixture
def state(tmp_path) -> Iterator[State]:
    with StateFolder(os.fsencode(tmp_path / "state")) as folder, State(folder) as made:
        made.begin(started_at="2026-11-27", paths="/", action="report", fail=None, legal_basis="")
        made.target_version = 1
        yield made


def a_file(number: int, name: bytes = b"", exact: bytes = b"\x00") -> HashedFile:
    stamp = Stamp(number, HUGE, -HUGE, number, HUGE - number)
    return HashedFile(b"/srv/\xff", name or b"%d" % number, stamp, 1, exact * 68, b"\xff" * 32, None, None, racy=False)


def answers(state: State, verdict: str = "not_listed") -> list[StoredAnswer]:
    return [StoredAnswer(one, verdict, None, 1) for one in state.waiting(10_000)]


def answer(state: State, said: list[StoredAnswer]) -> None:
    with state.writing() as tx:
        state.answer(tx, said)


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 700])
def test_every_file_is_kept_and_waits_and_is_answered(state, count):
    files = [a_file(number) for number in range(count)]
    state.store(files, (), ())
    found = state.waiting(10_000)
    assert [one.row for one in found] == sorted(one.row for one in found)
    kept = {(one.path, one.exact, one.pdq, one.stamp, one.held) for one in found}
    assert kept == {(b"/srv/\xff/" + one.name, one.exact, one.pdq, one.stamp, None) for one in files}
    answer(state, answers(state))
    assert state.waiting(10_000) == []
    assert state.tally(lambda _: False) == ({("not_listed", ""): count} if count else {})


def test_an_sqlite_that_allows_few_variables_takes_fewer_rows_at_a_time(state):
    state.writer.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)  # as SQLite came before 3.32
    state.store([a_file(number) for number in range(700)], (), ())
    assert len(state.waiting(10_000)) == 700
    answer(state, answers(state))
    assert state.waiting(10_000) == []


def test_names_of_any_bytes_come_back_as_they_were(state):
    state.store([a_file(number, name) for number, name in enumerate(ODD)], (), ())
    assert [one.path for one in state.waiting(10_000)] == [b"/srv/\xff/" + name for name in ODD]


def test_no_more_wait_than_were_asked_for_and_the_oldest_first(state):
    state.store([a_file(number) for number in range(20)], (), ())
    assert [one.stamp.size for one in state.waiting(3)] == [0, 1, 2]


def test_an_answer_on_other_digests_is_dropped_among_those_that_hold(state):
    state.store([a_file(number) for number in range(300)], (), ())
    asked = answers(state)
    state.store([a_file(7, exact=b"\x01")], (), ())
    answer(state, asked)
    (still,) = state.waiting(10_000)
    assert (still.path, still.exact) == (b"/srv/\xff/7", b"\x01" * 68)


def test_unlike_answers_reach_each_its_own_file(state):
    state.store([a_file(number) for number in range(600)], (), ())
    said = [one._replace(verdict=("not_listed", "review", "listed")[at % 3]) for at, one in enumerate(answers(state))]
    answer(state, [one._replace(hit=f"h{one.asked.row}" if one.verdict == "listed" else None) for one in said])
    with state.reading() as tx:
        rows = dict(tx.execute("SELECT id, verdict || coalesce(hit, '') FROM files").fetchall())
    assert rows == {
        one.asked.row: one.verdict + (f"h{one.asked.row}" if one.verdict == "listed" else "") for one in said
    }


def test_a_file_that_is_read_again_and_is_the_same_keeps_the_answer_of_this_list(state):
    state.store([a_file(number) for number in range(300)], (), ())
    answer(state, answers(state))
    state.store([a_file(number, exact=b"\x01" if number == 9 else b"\x00") for number in range(300)], (), ())
    assert [one.path for one in state.waiting(10_000)] == [b"/srv/\xff/9"]
    state.target_version = 2
    state.store([a_file(number) for number in range(300)], (), ())
    assert len(state.waiting(10_000)) == 300
