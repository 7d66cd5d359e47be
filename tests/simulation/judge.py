"""Everything that a run is judged by, in one place: what is wrong, and what it looked like."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection, select, text

from schoon.kinds import ItemId
from schoon.store.tables.followup import clocks
from tests.simulation.deadlines import Lateness, lateness_of
from tests.simulation.invariants import broken
from tests.simulation.play import Played
from tests.simulation.tables import digests_of, whole_digest
from tests.simulation.verdict import (
    Known,
    is_asked_for,
    known_items,
    wrong_agenda,
    wrong_mail,
    wrong_removals,
    wrong_reports,
    wrong_states,
)

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Judged:
    """One run.

    Attributes:
        wrong: Everything that should not be; empty when all is well.
        digest: Of all tables: the same for the same seed and scale.
        story: What happened, in lines for people.
    """

    wrong: tuple[str, ...]
    digest: str
    story: tuple[str, ...]


def judge(played: Played) -> Judged:
    """The run, judged."""
    known = known_items(played)
    with played.house.database.read() as tx:
        lateness = lateness_of(played, tx, known)
        wrong = [*broken(tx), *wrong_reports(played, tx, known), *wrong_states(played, known)]
        wrong += [*wrong_removals(played, tx, known), *wrong_agenda(played, tx), *wrong_mail(played, tx)]
        wrong += lateness.wrong
        if played.turns.tally.set_aside:
            wrong.append(f"tasks failed: {played.turns.tally.set_aside}")
        digests = digests_of(tx)
        story = tuple(_story(played, tx, known, lateness))
    return Judged(wrong=tuple(wrong), digest=whole_digest(digests), story=story)


def _story(played: Played, tx: Connection, known: dict[ItemId, Known], lateness: Lateness) -> Iterator[str]:
    scale, hosters, mail = played.scale, played.hosters, played.house.post.mailboxes
    yield f"seed {played.world.chance.seed}, {scale.reports:,} reports until {played.end:%Y-%m-%d}, tick {scale.tick}"
    yield f"reports: {len(played.receipts):,} taken, {played.repeated:,} sent twice and taken once"
    asked = sum(is_asked_for(one) for one in known.values())
    yield f"items: {len(known):,}, of which {asked:,} illegal and hosted at home"
    yield "items by state: " + _counts(Counter(one.item.state.value for one in known.values()))
    yield "notices: " + _rows(tx, "SELECT kind || ' ' || state, count(*) FROM notices GROUP BY 1")
    yield "messages: " + _rows(tx, "SELECT state, count(*) FROM notice_deliveries GROUP BY 1")
    copies = sum(one.copies - 1 for one in mail.values())
    yield f"mail: {len(mail):,} messages came, {copies:,} of them again under the same name"
    yield f"hosters: {hosters.answered:,} answers, {hosters.disputed:,} disputes, {hosters.came_back:,} mails came back"
    yield f"disputes upheld: {played.desk.upheld:,}"
    yield "looks: " + _rows(tx, "SELECT outcome, count(*) FROM followup_observations GROUP BY 1")
    yield from _removals(tx, known, played.end)
    yield "steps: " + _rows(tx, "SELECT step, count(*) FROM followup_steps GROUP BY 1")
    yield f"steps that waited with a reason: {lateness.excused:,} of {lateness.steps:,}"
    yield f"the latest of the others: {lateness.longest}"
    tally = played.turns.tally
    yield "tasks done: " + _counts({kind.value: count for kind, count in tally.done.items()})
    yield "seconds: " + _counts({name: round(spent) for name, spent in played.seconds.items()})
    yield "seconds by task: " + _counts({kind.value: round(spent) for kind, spent in tally.seconds.items()})


def _removals(tx: Connection, known: dict[ItemId, Known], end: datetime) -> Iterator[str]:
    """How fast hosters were in truth, and how much later that was seen. What left by another way is not counted."""
    late: list[float] = []
    speed: dict[str, Counter[str]] = {"the largest": Counter(), "the others": Counter()}
    for row in tx.execute(select(clocks).where(clocks.c.started_at.is_not(None))):
        place = known[ItemId(row.item_id)].place
        first = place.phases[0].hoster
        group = speed["the largest" if first is not None and first.number == 1 else "the others"]
        since = place.gone_since(row.gone_at or end)
        if row.end == "inaccessible" and since is not None:
            group[_speed((since - row.started_at) / HOUR)] += 1
            if since > row.started_at:
                late.append((row.gone_at - since) / HOUR)
        elif row.ended_at is None and end - row.started_at > 48 * HOUR:
            group["there after 48 h"] += 1
    for name, group in speed.items():
        total = sum(group.values())
        parts = (f"{words} {count:,} ({count / total:.0%})" for words, count in sorted(group.items()))
        yield f"removed by {name}: " + (", ".join(parts) or "nothing")
    if late:
        late.sort()
        yield f"seen {median(late):.1f} h (median), {late[int(0.99 * len(late))]:.1f} h (99 %) later, never before"


def _speed(hours: float) -> str:
    return "within 24 h" if hours < 24 else "within 48 h" if hours < 48 else "later"


def _rows(tx: Connection, query: str) -> str:
    return _counts({row[0]: row[1] for row in tx.execute(text(query))})


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items())) or "none"
