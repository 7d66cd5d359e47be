"""What no program can do to reports and items, whatever it sends to the database."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from schoon.kinds import ItemId
from schoon.reports import ItemState, Judgement, Reporter, ReportSource
from schoon.store import Database
from tests.reports_world import DAY, T0, ReportsWorld, sql_world

PAGE, OTHER = "https://foto.example.org/1", "https://foto.example.org/2"
WHY = "the police asked for it"


@pytest.fixture
def world(backend: Database) -> ReportsWorld:
    return sql_world(backend)


@pytest.fixture
def item(world: ReportsWorld) -> ItemId:
    (item_id,) = world.take(PAGE).item_ids
    world.assess(item_id)
    return item_id


def run(world: ReportsWorld, statement: str, **values: object) -> None:
    with world.transactions.write() as tx:
        tx.execute(text(statement), values)  # type: ignore[attr-defined]  # a connection


def refused(world: ReportsWorld, statement: str, **values: object) -> None:
    with pytest.raises(IntegrityError):
        run(world, statement, **values)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'noticed'",
        "state = 'to_assess'",
        "moves = 3",
        "state = 'noticed', moves = 3",
        "moved_at = '2020-01-01'",
        "url_tag = 'x'",
        "id = 'x'",
        "judgement = NULL, means = NULL",
        "means = NULL",
        "inherited_from = id",
        "locked_by = 'anna'",
    ],
)
def test_an_item_is_where_its_history_ends(world: ReportsWorld, item: ItemId, change: str) -> None:
    refused(world, f"UPDATE items SET {change} WHERE id = :id", id=item)
    assert world.item(item).state is ItemState.TO_NOTICE


@pytest.mark.parametrize("statement", ["DELETE FROM items", "DELETE FROM item_history", "DELETE FROM assessments"])
def test_nothing_that_was_decided_is_deleted(world: ReportsWorld, item: ItemId, statement: str) -> None:
    refused(world, statement)
    assert len(world.reports.item(item).history) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE item_history SET by = 'somebody'",
        "UPDATE assessments SET judgement = 'ignore'",
        "UPDATE assessments SET by = 'somebody'",
    ],
)
def test_nothing_that_was_decided_is_changed(world: ReportsWorld, item: ItemId, statement: str) -> None:
    refused(world, statement)
    assert world.reports.item(item).assessments[0].by == "anna"


STEP = "INSERT INTO item_history (item_id, number, from_state, to_state, at, by) VALUES (:id, {}, '2026-11-24', 'x')"


@pytest.mark.parametrize(
    "step",
    [
        "3, 'to_assess', 'held'",  # not where it stands
        "3, 'to_notice', 'ignored'",  # no such step
        "4, 'to_notice', 'noticed'",  # a number is left out
        "2, 'to_notice', 'noticed'",  # a number comes twice
        "1, NULL, 'to_assess'",  # a second beginning
        "3, NULL, 'noticed'",
    ],
)
def test_a_step_that_does_not_follow_is_refused(world: ReportsWorld, item: ItemId, step: str) -> None:
    refused(world, STEP.format(step), id=item)


def test_a_step_that_follows_takes_the_item_with_it(world: ReportsWorld, item: ItemId) -> None:
    run(world, STEP.format("3, 'to_notice', 'noticed'"), id=item)
    assert (world.item(item).state, world.item(item).moves) == (ItemState.NOTICED, 3)


def test_no_item_is_noticed_without_a_judgement(world: ReportsWorld) -> None:
    (item_id,) = world.take(OTHER).item_ids
    refused(world, STEP.format("2, 'to_assess', 'to_notice'"), id=item_id)


def test_an_item_begins_where_it_is_to_be_assessed(world: ReportsWorld, item: ItemId) -> None:
    columns = "kind, sealed, key_tag, host_tag, site_tag, moved_at, first_reported_at, last_reported_at, reports, round"
    flags = "proposed, disputed, police_backed, preserve, judgement, means"
    copy = (
        f"INSERT INTO items (id, url_tag, state, moves, {columns}, {flags}) SELECT {{}}, {columns}, {flags} FROM items"
    )
    for made in ("'a', 'a', 'noticed', 1", "'a', 'a', 'to_assess', 2", "'a', url_tag, 'to_assess', 1"):
        refused(world, copy.format(made))
    refused(world, copy.format("id, 'a', 'to_assess', 1"))
    run(world, copy.format("'a', 'a', 'to_assess', 1"))
    with world.transactions.read() as tx:
        assert [one.by for one in world.reports.item_book.history(tx, ItemId("a"))] == ["intake"]


def test_an_analyst_judges_once_in_a_round_and_one_judgement_counts(world: ReportsWorld, item: ItemId) -> None:
    copy = "INSERT INTO assessments (item_id, round, judgement, means, by, at, counts, vocabulary) VALUES ({}, '')"
    again = f"'{item}', 1, 'ignore', 'analyst', 'anna', '2026-11-24', false"
    second = f"'{item}', 1, 'ignore', 'known_hash', 'list', '2026-11-24', true"
    for values in (again, second):
        refused(world, copy.format(values))
    run(world, copy.format(again.replace("anna", "bram")))


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ("approved_by = 'anna', approved_at = '2026-11-24', ends_at = '2026-11-25'", 2),
        ("approved_by = 'ANNA', approved_at = '2026-11-24', ends_at = '2026-11-25'", 2),
        ("approved_by = 'carla'", 2),
        ("read_at = '2026-11-24'", 2),
        ("approved_by = 'carla'", 1),
        ("ends_at = '2099-01-01'", 1),
        ("asked_by = 'bram'", 1),
        ("read_at = '2099-01-01'", 1),
        ("read_at = '2020-01-01'", 1),
    ],
)
def test_one_person_alone_opens_no_reporter_whatever_is_written(world: ReportsWorld, change: str, number: int) -> None:
    receipt = world.take(PAGE, reporter=Reporter(name="A. Melder"), source=ReportSource.FORM)
    for _ in range(2):
        world.reports.ask_identity(receipt.report_id, by="anna", reason=WHY, now=T0)
    world.reports.approve_identity(1, by="bram", now=T0)
    refused(world, f"UPDATE identity_requests SET {change} WHERE number = {number}")
    refused(world, "DELETE FROM identity_requests")


def test_a_request_that_was_read_stays_read(world: ReportsWorld) -> None:
    receipt = world.take(PAGE, reporter=Reporter(name="A. Melder"), source=ReportSource.FORM)
    world.reports.ask_identity(receipt.report_id, by="anna", reason=WHY, now=T0)
    world.reports.approve_identity(1, by="bram", now=T0)
    world.reports.read_identity(1, by="anna", now=T0)
    refused(world, "UPDATE identity_requests SET read_at = NULL")


def test_a_question_set_is_never_changed(world: ReportsWorld) -> None:
    world.reports.import_vocabulary('{"version": "v", "source": "s", "questions": []}', by="chief", now=T0)
    refused(world, "UPDATE vocabularies SET document = '{}'")
    refused(world, "DELETE FROM vocabularies")


def test_sqlite_replaces_nothing_by_the_back_door(world: ReportsWorld, item: ItemId) -> None:
    with world.transactions.read() as tx:
        if tx.dialect.name != "sqlite":  # type: ignore[attr-defined]  # a connection
            pytest.skip("PostgreSQL has no REPLACE")
    world.assess(world.take(OTHER).item_ids[0], Judgement.IGNORE)
    for table in ("items", "item_history", "assessments"):
        refused(world, f"REPLACE INTO {table} SELECT * FROM {table}")


def test_only_keys_that_a_sender_chose_are_kept_for_good(world: ReportsWorld) -> None:
    world.take(PAGE, sender="organisation:3", idempotency_key="a")
    world.take(PAGE, text="look", sender="melder@example.org")
    world.reports.expire(now=T0 + 90 * DAY)
    with world.transactions.read() as tx:
        rows = tx.execute(text("SELECT count(*), count(until) FROM report_keys")).one()  # type: ignore[attr-defined]  # a connection
    assert tuple(rows) == (1, 0)
