"""The second process that opens rows gives what one process gives."""

import inspect
import os
import signal

import pytest

from schoon.index import derive_keys
from schoon.kinds.merkle import leaf_hash, root_of
from schoon.lists._opener import WORTH_IT_ROWS, opened_chunks
from schoon.lists._prepare import Preparer
from schoon.lists._sealing import Sealer
from schoon.lists.errors import TamperedError
from schoon.lists.formats import ParsedEntry

KEYS = derive_keys(b"\x05" * 32)
SEALER = Sealer(KEYS)


def chunks_of(count, size):
    random = [os.urandom(68) for _ in range(count)]
    parsed = [
        ParsedEntry(n, f"é-{n}", 1, None if n % 3 else n - 50, raw[:16], raw[16:36], None, raw[36:], None)
        for n, raw in enumerate(random)
    ]
    new = Preparer(KEYS, SEALER, 7).rows(parsed)
    rows = [(n + 1, 3, 7, *row) for n, row in enumerate(new)]
    return [rows[at : at + size] for at in range(0, count, size)]


def opened(chunks, *, keep=True, count=WORTH_IT_ROWS):
    return list(opened_chunks(SEALER, KEYS.table_key, chunks, keep=keep, count=count))


@pytest.mark.parametrize("keep", [True, False])
def test_two_processes_open_what_one_opens_and_in_its_order(keep):
    chunks = chunks_of(4_000, 64)
    one, two = opened(chunks, keep=keep, count=0), opened(chunks, keep=keep)
    assert [rows for rows, _ in two] == chunks
    assert [(o.root, o.packed) for _, o in two] == [(o.root, o.packed) for _, o in one]
    assert two[-1][1].root == root_of([leaf_hash(row[11]) for row in chunks[-1]])
    assert len(two[0][1].packed) == (64 if keep else 0)


@pytest.mark.parametrize("place", [0, 1, 2, 30, 62])
@pytest.mark.parametrize("change", [{12: b"\x00" * 150}, {11: b"\x00" * 32}, {3: "other"}, {5: 2}, {7: 12}])
def test_a_changed_row_is_found_in_either_process(place, change):
    chunks = chunks_of(630, 10)
    row = list(chunks[place][4])
    for column, value in change.items():
        row[column] = value
    chunks[place][4] = tuple(row)
    with pytest.raises(TamperedError):
        opened(chunks)


def test_a_row_of_other_types_than_are_ever_stored_is_tampered_with():
    chunks = chunks_of(40, 10)
    chunks[0][0] = (*chunks[0][0][:12], 5)
    with pytest.raises(TamperedError, match="never imported"):
        opened(chunks)


def test_when_the_second_process_dies_the_first_does_all_of_it():
    chunks = chunks_of(2_000, 20)
    made = opened_chunks(SEALER, KEYS.table_key, chunks, keep=True, count=WORTH_IT_ROWS)
    first = next(made)
    beside = inspect.getgeneratorlocals(made)["beside"]
    os.kill(beside._process.pid, signal.SIGKILL)
    assert [rows for rows, _ in [first, *made]] == chunks


def test_the_second_process_is_gone_when_nobody_wants_the_rest():
    made = opened_chunks(SEALER, KEYS.table_key, chunks_of(2_000, 20), keep=True, count=WORTH_IT_ROWS)
    next(made)
    beside = inspect.getgeneratorlocals(made)["beside"]
    made.close()
    assert beside._process.returncode is not None
