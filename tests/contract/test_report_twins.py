"""Whatever people do in whatever order: SQLite ends where the twin in memory ends, and every history is whole."""

import shutil
import tempfile
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schoon.agenda import TaskKind
from schoon.kinds import ItemId, Kind, SchoonError
from schoon.reports import (
    ItemState,
    Judged,
    Judgement,
    Known,
    Move,
    PoliceAct,
    ReportSource,
    Submission,
    SubmittedItem,
    Wanted,
    may_move,
)
from schoon.store import Database
from tests.reports_world import MINUTE, T0, ReportsWorld, a_digest, memory_world, sql_world

WHY = "a reason that is long enough"
LISTED, NEAR = "listed", "near"

digests = st.lists(st.tuples(st.sampled_from(["a", "b", LISTED, NEAR]), st.sampled_from(Kind)), max_size=2)
addresses = st.tuples(st.integers(0, 5), st.booleans(), digests)
takes = st.tuples(st.just("take"), st.lists(addresses, min_size=1, max_size=3), st.sampled_from(["", "x", "y"]))
acts = st.one_of(
    takes,
    st.tuples(st.just("assess"), st.integers(0, 5), st.sampled_from(Judgement), st.sampled_from(["anna", "bram"])),
    st.tuples(st.just("move"), st.integers(0, 5), st.sampled_from(ItemState)),
    st.tuples(st.just("police"), st.integers(0, 5), st.sampled_from(PoliceAct)),
    st.tuples(st.just("lock"), st.integers(0, 5), st.sampled_from(["anna", "bram"])),
    st.tuples(st.just("away"), st.booleans()),
    st.tuples(st.just("work")),
)
stories = st.builds(lambda first, others: [first, *others], takes, st.lists(acts, min_size=8, max_size=30))


def play(world: ReportsWorld, story: list[tuple[Any, ...]]) -> list[Any]:
    """What each act came to, and where every item stands at the end."""
    world.hash_list.put(a_digest(LISTED))
    world.hash_list.put(a_digest(NEAR), Known.REVIEW)
    police = world.police()
    said: list[Any] = []
    for number, (what, *words) in enumerate(story):
        try:
            said.append(act(world, what, words, police, T0 + number * 3 * MINUTE))
        except SchoonError as error:
            said.append((type(error), error.message))
    ids = sorted(one.item_id for one in world.reports.find(Wanted(limit=1_000), now=T0))
    return said + [world.reports.item(one) for one in ids]


def act(world: ReportsWorld, what: str, words: list[Any], police: Any, now: Any) -> Any:
    reports = world.reports
    ids: list[ItemId] = sorted(one.item_id for one in reports.find(Wanted(), now=now))
    if what == "take":
        items = tuple(
            SubmittedItem(
                url=f"https://foto.example.org/{place}",
                page="https://foto.example.org/0" if is_media else "",
                digests=tuple(a_digest(seed, kind) for seed, kind in some),
            )
            for place, is_media, some in words[0]
        )
        return reports.take([Submission(source=ReportSource.API, items=items, sender=words[1])], now=now)
    if what == "away":
        world.hash_list.is_away = words[0]
        return None
    if what == "work":
        reports.match_due(world.due(TaskKind.ITEM_MATCH, now), now=now)
        reports.propose_due(world.due(TaskKind.ITEM_PROPOSE, now + timedelta(hours=1)), now=now)
        return sorted(world.hash_list.proposed)
    item_id = ids[words[0] % len(ids)] if ids else ItemId("none")
    if what == "assess":
        return reports.assess([Judged(item_id=item_id, judgement=words[1])], by=words[2], now=now)
    if what == "lock":
        return reports.lock([item_id], by=words[1], now=now)
    if what == "police":
        return reports.police([item_id], words[1], police=police, by="eva", reason=WHY, now=now)
    before = reports.item(item_id).item.state
    step = Move(item_id=item_id, from_state=before, to_state=words[1], by="followup", reason=WHY)
    return reports.correct([step], now=now)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories, agreement=st.sampled_from([1, 1, 2]))
def test_both_stores_tell_the_same_story(migrated_sqlite: Path, story: list[tuple[Any, ...]], agreement: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(migrated_sqlite, f"{folder}/schoon.db")
        database = Database(f"sqlite:///{folder}/schoon.db")
        on_disk = play(sql_world(database, agreement=agreement), story)
        database.close()
    assert on_disk == play(memory_world(agreement=agreement), story)
    for details in on_disk[len(story) :]:
        assert [one.number for one in details.history] == list(range(1, details.item.moves + 1))
        assert details.history[-1].to_state is details.item.state
        for before, after in pairwise(details.history):
            assert after.from_state is before.to_state
            assert may_move(before.to_state, after.to_state)
        assert (details.item.state is ItemState.TO_ASSESS) == (details.item.judgement is None)
        counting = [one.round for one in details.assessments if one.counts]
        assert len(set(counting)) == len(counting)
