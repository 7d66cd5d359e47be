"""A batch takes as many statements as one report, and no page of the desk reads the whole table."""

from collections.abc import Callable

import pytest

from schoon.kinds import Kind
from schoon.reports import (
    ItemState,
    Judged,
    Judgement,
    Known,
    Reporter,
    ReportSource,
    Submission,
    SubmittedItem,
    Wanted,
)
from schoon.store import Database
from schoon.store.tables import metadata
from tests.reports_world import T0, a_digest, sql_world
from tests.statements import plan_of, statements

BUSY = frozenset({ItemState.TO_ASSESS})


def reports(first: int, count: int) -> list[Submission]:
    return [
        Submission(
            source=ReportSource.API,
            items=(
                SubmittedItem(
                    url=f"https://foto.example.org/{number}",
                    page="https://foto.example.org/",
                    digests=(a_digest(str(number)), a_digest(str(number), Kind.MD5)),
                ),
            ),
            text="look",
            reporter=Reporter(name="A. Melder"),
            sender="organisation:3",
            idempotency_key=str(number),
        )
        for number in range(first, first + count)
    ]


def test_the_number_of_statements_does_not_grow_with_the_batch(backend: Database) -> None:
    world = sql_world(backend)
    world.reports.take(reports(0, 1), now=T0)

    def cost(first: int, count: int) -> tuple[int, int]:
        with statements() as taking:
            receipts = world.reports.take(reports(first, count), now=T0)
        items = [one.item_ids[1] for one in receipts]
        with statements() as judging:
            world.reports.assess([Judged(item_id=one, judgement=Judgement.BASELINE) for one in items], by="a", now=T0)
        return len(taking), len(judging)

    few, many = cost(1, 2), cost(10, 400)
    assert many == few
    assert max(few) < 40


PAGES = {
    "all": Wanted(),
    "newest": Wanted(newest_first=True),
    "one state": Wanted(states=BUSY),
    "two states": Wanted(states=frozenset({ItemState.HELD, ItemState.TO_ASSESS})),
    "an analyst's": Wanted(states=BUSY, analyst="anna"),
    "a host": Wanted(host="foto.example.org"),
    "a site": Wanted(site="example.org"),
    "an address": Wanted(url="https://foto.example.org/1"),
    "near known material": Wanted(known=Known.REVIEW),
    "disputed": Wanted(disputed_votes=True),
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_of_the_desk_goes_by_an_index(open_backend: Callable[[str], Database], name: str) -> None:
    database = open_backend("sqlite")
    world = sql_world(database)
    world.reports.take(reports(0, 50), now=T0)
    with statements() as sent:
        world.reports.find(PAGES[name], now=T0)
    plan = plan_of(database, sent[-1])
    looked_at = [step for step in plan if " items" in step]
    assert looked_at
    assert all("INDEX" in step for step in looked_at), plan


def test_no_deferred_foreign_key_makes_an_insert_read_a_whole_table() -> None:
    """SQLite looks for orphans of each new parent among the children: without an index, through all of them."""
    looked = 0
    for table in metadata.tables.values():
        led = [list(index.columns)[:1] for index in table.indexes] + [list(table.primary_key.columns)[:1]]
        for key in table.foreign_key_constraints:
            if key.deferrable:
                looked += 1
                assert [table.c[key.column_keys[0]]] in led, f"{table.name}: {key.column_keys}"
    assert looked > 0
