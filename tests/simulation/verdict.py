"""Compares what the services know with the truth: reports, states, removals, tasks, mail; gives what is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, select, text

from schoon.kinds import ItemId
from schoon.reports import Item, ItemState
from schoon.store.tables.agenda import agenda
from schoon.store.tables.followup import watches
from schoon.store.tables.notices import deliveries
from tests.simulation.play import Played
from tests.simulation.truth import ILLEGAL, Nature, Place, Presence

_AT_ONCE = 1_000
NOTICED_WITHIN = timedelta(hours=60)
"""Something that is gone is confirmed within that: looks are daily at worst, and our own outages last a night."""

JUDGED_WITHIN = timedelta(hours=14)
_TAKEN = {"sent", "delivered"}
_CLOSED = {Nature.NOT_ILLEGAL: ItemState.NOT_ILLEGAL, Nature.IGNORE: ItemState.IGNORED}


@dataclass(frozen=True, slots=True)
class Known:
    """One item beside the place that it is about."""

    item: Item
    place: Place


def known_items(played: Played) -> dict[ItemId, Known]:
    """Every item with its place."""
    house, found = played.house, {}
    with house.database.read() as tx:
        ids = [ItemId(row) for row in tx.scalars(text("SELECT id FROM items ORDER BY number"))]
        for start in range(0, len(ids), _AT_ONCE):
            for item_id, item in house.reports.items(tx, ids[start : start + _AT_ONCE]).items():
                found[item_id] = Known(item, played.world.places[item.url.text])
    return found


def wrong_reports(played: Played, connection: Connection, known: dict[ItemId, Known]) -> Iterator[str]:
    """N1: every report that was acknowledged is there, once; every address of it is one item."""
    kept = set(connection.scalars(text("SELECT id FROM reports WHERE reference NOT LIKE 'moved from %'")))
    acknowledged = {one.report_id for one in played.receipts.values()}
    if kept != acknowledged or len(acknowledged) != played.world.told:
        yield f"{played.world.told} reports came, {len(acknowledged)} were acknowledged, {len(kept)} are kept"
    urls = {one.item.url.text for one in known.values()}
    if missing := set(played.world.order) - urls:
        yield f"{len(missing)} addresses that were reported are no items"
    if len(urls) != len(known):
        yield f"{len(known) - len(urls)} addresses are two items"


def wrong_states(played: Played, known: dict[ItemId, Known]) -> Iterator[str]:
    """Items that are not where the truth says they belong."""
    for item_id, one in known.items():
        item, place = one.item, one.place
        if item.state is ItemState.TO_ASSESS:
            if played.end - item.last_reported_at > JUDGED_WITHIN:
                yield f"item {item_id} waits for an analyst since {item.first_reported_at}"
        elif place.nature in _CLOSED:
            if item.state is not _CLOSED[place.nature]:
                yield f"item {item_id} is {place.nature}, and {item.state}"
        elif item.state in _CLOSED.values() and item.means != "decision":
            yield f"item {item_id} is {place.nature}, and {item.state} by {item.means}"
        elif item.state is ItemState.ABROAD and not _was_abroad(place):
            yield f"item {item_id} is taken for hosted abroad"


def wrong_removals(played: Played, connection: Connection, known: dict[ItemId, Known]) -> Iterator[str]:
    """Items taken for gone while they were there, and items gone that are still taken for there."""
    for row in connection.execute(select(watches).where(watches.c.confirmed_at.is_not(None))):
        place = known[ItemId(row.item_id)].place
        if place.is_here(row.gone_at) or place.is_here(row.confirmed_at):
            yield f"item {row.item_id} was there when it was found gone at {row.gone_at}"
    for item_id, one in known.items():
        since = one.place.gone_since(played.end)
        if one.item.state is not ItemState.NOTICED or since is None or _is_hidden(one.place, played):
            continue
        if played.end - max(since, one.item.moved_at) > NOTICED_WITHIN:
            yield f"item {item_id} is gone since {since}, and still {one.item.state}"


def wrong_agenda(played: Played, connection: Connection) -> Iterator[str]:
    """N3: tasks that could have been done, by a worker that was up, and were not."""
    for row in connection.execute(select(agenda).where(agenda.c.free_at <= played.end)):
        late = played.end - row.free_at - played.world.troubles.worker.overlap(row.free_at, played.end)
        if late > 2 * played.scale.tick:
            yield f"task {row.kind} of {row.subject} was due at {row.due_at}, and nobody did it"


def wrong_mail(played: Played, connection: Connection) -> Iterator[str]:
    """N4: mail that was lost, and mail that came twice although nobody was killed between handing it over and knowing.

    What comes again is the very same message under the same name, by which the other side drops it.
    """
    post = played.house.post
    taken = {row.message_id: row for row in connection.execute(select(deliveries))}
    for message_id, row in taken.items():
        is_taken = row.state in _TAKEN and not post.by_email[row.address].bounces
        if is_taken and message_id not in post.mailboxes:
            yield f"delivery {row.id} is {row.state}, and never came"
    for message_id, came in post.mailboxes.items():
        state = taken[message_id].state if message_id in taken else "of nobody"
        if came.copies - 1 > came.unsure + played.kills or came.changed:
            yield f"delivery {came.delivery_id} came {came.copies} times, changed: {came.changed}"
        if state not in _TAKEN and not came.unsure + played.kills:
            yield f"delivery {came.delivery_id} came, and is {state}"
    for message_id, times in played.house.police_post.came.items():
        if not 1 <= times <= 1 + played.kills:
            yield f"referral {message_id} came {times} times"


def _was_abroad(place: Place) -> bool:
    return any(one.hoster is not None and one.hoster.country != "NL" for one in place.phases)


def _is_hidden(place: Place, played: Played) -> bool:
    """Whether nobody could see that it is gone: the hoster refuses every look, or the address leads elsewhere."""
    phase = place.at(played.end)
    return phase.presence is Presence.ELSEWHERE or (phase.hoster is not None and phase.hoster.refuses_probes)


def is_asked_for(one: Known) -> bool:
    """Whether somebody at home is to take it away."""
    first = one.place.phases[0].hoster
    return one.place.nature in ILLEGAL and first is not None and first.country == "NL"
