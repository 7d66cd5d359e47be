"""Filters that are given together: what is found is what each of them finds; memory, SQLite and PostgreSQL."""

from collections.abc import Callable, Mapping
from itertools import chain, combinations
from typing import Any

from schoon.hosting import Scope
from schoon.notices import NoticeState
from schoon.reports import ItemKind, ItemState, Judgement, Known, Wanted
from tests.contract.notices import make_world as make_world  # a fixture
from tests.contract.notices import world as world  # a fixture
from tests.contract.report_worlds import Make
from tests.contract.report_worlds import make as make  # a fixture
from tests.notices_world import HOUR, NoticesWorld
from tests.reports_world import T0, ReportsWorld, a_digest

HOSTS = ("a.foto.example.org", "b.foto.example.org", "foto.example.net")


def require_narrowing(filters: Mapping[str, Any], find: Callable[..., set[Any]]) -> None:
    """Each alone finds some and not all; any two or three together find what all of them find."""
    everything = find()
    alone = {name: find(**{name: value}) for name, value in filters.items()}
    for name, found in alone.items():
        assert set() < found < everything, name
    for names in chain(combinations(filters, 2), combinations(filters, 3)):
        together = find(**{name: filters[name] for name in names})
        assert together == set.intersection(*(alone[name] for name in names)), names


def a_mixed_desk(world: ReportsWorld) -> dict[str, Any]:
    """Items that differ in everything a page narrows by; the filters."""
    twin, listed = a_digest("twin"), a_digest("listed")
    world.hash_list.put(listed, Known.REVIEW)
    report = world.take(*(f"https://{host}/{number}" for host in HOSTS for number in range(4)))
    world.take("https://foto.example.net/album")
    first = world.take_file("https://a.foto.example.org/twin", twin)
    ids = list(report.item_ids)
    for place, judgement in enumerate([Judgement.BASELINE, Judgement.NATIONAL] * 3):
        for by in ("anna", "bert") if place % 3 else ("anna",):
            other = Judgement.NOT_ILLEGAL if by == "bert" and place % 2 else judgement
            world.assess(ids[2 * place], other, by=by)
    for by in ("anna", "bert"):
        world.assess(first, by=by)
    world.reports.lock(ids[1::4], by="carl", now=T0)
    world.take_file("https://b.foto.example.org/twin", twin)
    for host in HOSTS:
        world.take_file(f"https://{host}/near", listed, page=f"https://{host}/")
    return {
        "states": frozenset({ItemState.TO_ASSESS}),
        "kind": ItemKind.PAGE,
        "judgement": Judgement.BASELINE,
        "known": Known.REVIEW,
        "url": f"https://{HOSTS[0]}/1",
        "host": HOSTS[0],
        "site": "example.org",
        "report_id": report.report_id,
        "disputed_votes": True,
        "inherited_from": first,
        "analyst": "anna",
    }


def test_defect_10_each_further_filter_narrows_what_is_found_of_items(make: Make) -> None:
    """There, an OR without brackets let through what another filter had kept out."""
    world = make(agreement=2)
    filters = a_mixed_desk(world)

    def find(**wanted: Any) -> set[str]:
        return {one.item_id for one in world.reports.find(Wanted(limit=1_000, **wanted), now=T0)}

    require_narrowing(filters, find)


def test_defect_10_each_further_filter_narrows_what_is_found_of_notices(world: NoticesWorld) -> None:
    world.net.hosts["b.example.org"] = ((Scope.HOSTER, "abuse@fern.example"),)
    item_id, _ = world.sent("https://a.example.org/1")
    world.sent("https://b.example.org/1", now=T0 + HOUR)
    for host in "ab":
        world.item(f"https://{host}.example.org/2", now=T0 + 3 * HOUR)
    world.work(T0 + 3 * HOUR)
    filters = {
        "hoster_id": world.hoster().hoster_id,
        "item_id": item_id,
        "states": frozenset({NoticeState.SENT}),
    }
    require_narrowing(filters, lambda **wanted: {one.notice_id for one in world.all(**wanted)})
