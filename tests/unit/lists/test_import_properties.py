"""Whatever the order of a supplier's pages, and however often each is read: the list is what the supplier says."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from schoon.kinds import Kind, Standing
from schoon.lists import BatchState
from tests.houses import House, line
from tests.memory.lists import memory_ports

Event = tuple[str, int, bool]  # supplier's id, its time, whether it is a withdrawal

events = st.tuples(st.sampled_from("abc"), st.integers(1, 9), st.booleans())
pages = st.lists(st.lists(events, min_size=1, max_size=6), min_size=1, max_size=6)


def as_line(event: Event) -> dict[str, object]:
    ref, at, withdrawn = event
    time = f"2026-01-0{at}T00:00:00Z"
    if withdrawn:
        return {"id": ref, "withdrawn": True, "time": time}
    return line(f"{ref}{at}", id=ref, time=time)


def truth(everything: list[Event]) -> dict[str, int]:
    """What is listed in the end: each id whose latest entry is later than its latest withdrawal, with that time."""
    listed = {}
    for ref in "abc":
        entry = max((at for r, at, gone in everything if r == ref and not gone), default=0)
        withdrawn = max((at for r, at, gone in everything if r == ref and gone), default=0)
        if entry > withdrawn:
            listed[ref] = entry
    return listed


@given(pages, st.lists(st.integers(0, 5), max_size=4))
@settings(max_examples=60, deadline=None)
def test_the_list_is_what_the_supplier_says_in_the_end(given_pages: list[list[Event]], again: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "publication"
        directory.mkdir()
        house = House(memory_ports(), directory)
        order = [*given_pages, *(given_pages[n] for n in again if n < len(given_pages))]
        for page in order:
            house.take(*map(as_line, page))
            for batch in house.lists.batches():
                if batch.state is BatchState.PROPOSED:
                    house.attest(batch.batch_id)
                    house.test(batch.batch_id)
            house.publish()
        wanted = truth([event for page in given_pages for event in page])
        for ref in "abc":
            for at in range(1, 10):
                found = house.found(f"{ref}{at}", Kind.MD5)
                assert list(found.values()) == ([Standing.ACTIVE] if wanted.get(ref) == at else [])


@given(pages)
@settings(max_examples=30, deadline=None)
def test_the_same_pages_again_change_nothing(given_pages: list[list[Event]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "publication"
        directory.mkdir()
        house = House(memory_ports(), directory)
        for page in given_pages:
            house.take(*map(as_line, page))
        before = house.lists.status()
        for page in given_pages:
            report = house.take(*map(as_line, page))
            assert (report.new, report.superseding, report.withdrawn) == (0, 0, 0)
        assert house.lists.status() == before
