"""What the database itself refuses of notices, what two workers come to, and how many statements a batch takes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from schoon.agenda import TaskKind
from schoon.notices import Answer, ItemAnswer, NoticeState
from schoon.store import Database
from tests.notices_world import HOUR, MINUTE, T0, NoticesWorld, a_notice_world
from tests.statements import statements

OTHERS = "hoster_id, profile_id, kind, state, email, police_backed, opened_at, closes_at"
SENT = OTHERS.replace("state", "'sent'")
COLUMNS = f"id, {OTHERS}"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE notices SET sent_at = closed_at, state = 'open', closed_at = NULL",
        "UPDATE notices SET sent_at = NULL",
        "UPDATE notices SET clock_at = opened_at",
        "UPDATE notices SET hoster_id = hoster_id + 1",
        "UPDATE notice_deliveries SET message_id = 'x'",
        "UPDATE notice_deliveries SET content = 'x'",
        "UPDATE notice_deliveries SET return_token = 'x'",
        "UPDATE notice_answers SET answer = 'removed'",
        "DELETE FROM notice_answers",
        f"INSERT INTO notices ({COLUMNS}) SELECT id || state, {SENT} FROM notices",
    ],
)
def test_the_database_refuses_to_rewrite_what_was_sent_and_said(backend: Database, statement: str) -> None:
    world = a_notice_world(backend)
    item_id, _ = world.sent()
    world.answer(ItemAnswer(item_id=item_id, answer=Answer.NOT_OURS))
    with pytest.raises(IntegrityError), backend.write() as tx:
        tx.execute(text(statement))


def test_the_database_refuses_a_second_open_notice_of_one_hoster(backend: Database) -> None:
    world = a_notice_world(backend)
    world.item()
    world.work(T0)
    twice = f"INSERT INTO notices ({COLUMNS}) SELECT 'other', {OTHERS} FROM notices"
    with pytest.raises(IntegrityError), backend.write() as tx:
        tx.execute(text(twice))


def together(*acts: Callable[[], None]) -> None:
    barrier = Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        barrier.wait()
        act()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))


def claims(world: NoticesWorld, kind: TaskKind, many: int, now: Any) -> list[Any]:
    with world.parts.transactions.write() as tx:
        return world.parts.agenda.claim(tx, now=now, until=now + MINUTE, limit=many, kinds=[kind])


def test_two_workers_put_items_of_one_hoster_on_one_notice(backend: Database) -> None:
    world = a_notice_world(backend)
    world.items(*[f"https://foto.example.org/{number}" for number in range(40)])
    parts = [claims(world, TaskKind.ITEM_ATTRIBUTE, 20, T0) for _ in range(2)]
    together(*[lambda some=some: world.notices.attribute_due(some, now=T0) for some in parts])
    assert [(one.state, one.items) for one in world.all()] == [(NoticeState.OPEN, 40)]


def test_an_item_that_comes_while_its_notice_closes_is_on_this_one_or_on_the_next(backend: Database) -> None:
    world = a_notice_world(backend)
    world.item("https://foto.example.org/0")
    world.work(T0)
    world.items(*[f"https://foto.example.org/{number}" for number in range(1, 10)], now=T0 + HOUR)
    closing = claims(world, TaskKind.NOTICE_SEND, 1, T0 + HOUR)
    coming = claims(world, TaskKind.ITEM_ATTRIBUTE, 20, T0 + HOUR)
    together(
        lambda: world.notices.send_due(closing, now=T0 + HOUR),
        lambda: world.notices.attribute_due(coming, now=T0 + HOUR),
    )
    world.work(T0 + HOUR)
    world.work(T0 + 2 * HOUR)
    assert sum(one.items for one in world.all()) == 10
    told = [item_id for _, some in world.ear.heard for item_id in some]
    assert len(told) == len(set(told)) == 10


def test_who_lost_its_claim_writes_nothing_down_and_hands_over_under_the_same_name(backend: Database) -> None:
    world = a_notice_world(backend)
    world.item()
    world.work(T0)
    sending = claims(world, TaskKind.NOTICE_SEND, 1, T0 + HOUR)
    world.notices.send_due(sending, now=T0 + HOUR)
    slow = claims(world, TaskKind.DELIVERY_ATTEMPT, 1, T0 + HOUR)
    other = claims(world, TaskKind.DELIVERY_ATTEMPT, 1, T0 + HOUR + MINUTE)
    world.notices.deliver_due(other, lambda: T0 + HOUR + MINUTE)
    world.notices.deliver_due(slow, lambda: T0 + HOUR + 2 * MINUTE)
    assert [one.sent_at for one in world.all()] == [T0 + HOUR + MINUTE]
    assert [what for what, _ in world.ear.heard] == ["sent"]
    assert len({one.delivery.message_id for one in world.mail.parcels}) == 1


def test_a_batch_takes_as_many_statements_for_two_hundred_items_as_for_five(backend: Database) -> None:
    taken = []
    world = a_notice_world(backend)
    world.sent("https://foto.example.org/first")
    for many in (5, 200):
        now = T0 + many * HOUR
        world.items(*[f"https://foto.example.org/{many}-{number}" for number in range(many)], now=now)
        with statements() as seen:
            world.notices.attribute_due(claims(world, TaskKind.ITEM_ATTRIBUTE, many, now), now=now)
            world.notices.send_due(claims(world, TaskKind.NOTICE_SEND, many, now + HOUR), now=now + HOUR)
            due = claims(world, TaskKind.DELIVERY_ATTEMPT, many, now + HOUR)
            world.notices.deliver_due(due, lambda now=now: now + HOUR)  # type: ignore[misc]  # bound at once
        taken.append(len(seen))
    assert world.all()[0].state is NoticeState.SENT
    assert taken[0] == taken[1]
