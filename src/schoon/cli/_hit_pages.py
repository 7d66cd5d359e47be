"""How hits look on a terminal and as JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.text import Text

from schoon.cli._output import duration, emit, facts, note, say, table
from schoon.hits import ActionOutcome, ActionResult, Hit, HitDetails
from schoon.kinds import MemberId


def clock_of(due_at: datetime | None, now: datetime) -> Text:
    """The clock in words: "3 h left (22 Nov 14:05)", "overdue for 2 h", or a dash where none runs."""
    if due_at is None:
        return Text("-", style="dim")
    left = due_at - now
    exact = f"({due_at:%d %b %H:%M} UTC)"
    if left.total_seconds() <= 0:
        return Text(f"overdue for {duration(-left)} {exact}", style="bold red")
    return Text(f"{duration(left)} left {exact}", style="yellow" if left.total_seconds() < 4 * 3600 else "")


def match_of(hit: Hit) -> str:
    """What matched, in a few words."""
    band = f", band {hit.band}" if hit.band else ""
    return f"{hit.strength} ({hit.kind}{band})"


def table_of(hits: Sequence[Hit], names: Mapping[MemberId, str], now: datetime) -> None:
    """Hits, one a row."""
    table(
        ["hit", "member", "state", "matched", "category", "supplier", "seen", "clock"],
        [
            (
                one.hit_id,
                names.get(one.member_id),
                one.state if one.verdict == "listed" else f"{one.state}, review",
                match_of(one),
                one.category,
                one.supplier_class,
                one.sightings,
                clock_of(one.due_at, now),
            )
            for one in hits
        ],
        numbers=["seen"],
    )


def hit_record(hit: Hit, now: datetime) -> dict[str, object]:
    """One hit as JSON values."""
    return {
        "hit": hit.hit_id,
        "entry": hit.entry_id,
        "verdict": hit.verdict,
        "state": hit.state,
        "kind": hit.kind,
        "strength": hit.strength,
        "band": hit.band,
        "category": hit.category,
        "supplier_class": hit.supplier_class,
        "list_version": hit.list_version,
        "opened_at": hit.opened_at,
        "due_at": hit.due_at,
        "overdue": hit.is_overdue(now),
        "sightings": hit.sightings,
        "action": hit.action,
        "closed_at": hit.closed_at,
        "restore_offered": hit.restore_offered,
    }


def show_details(found: HitDetails, now: datetime, *, as_json: bool) -> None:
    """One hit with its files, history and disputes."""
    hit = found.hit
    if as_json:
        files = [{"ref": one.file_ref, "count": one.count, "last_seen_at": one.last_seen_at} for one in found.files]
        actions = [{"action": one.action, "at": one.at, "by": one.actor, "note": one.note} for one in found.actions]
        disputes = [
            {
                "dispute": one.dispute_id,
                "reason": one.reason,
                "due_at": one.due_at,
                "outcome": one.outcome,
                "answer": one.answer,
            }
            for one in found.disputes
        ]
        emit(hit_record(hit, now) | {"files": files, "actions": actions, "disputes": disputes})
        return
    facts(
        [
            ("hit", hit.hit_id),
            ("entry", str(hit.entry_id)),
            ("verdict", str(hit.verdict)),
            ("state", str(hit.state)),
            ("matched", match_of(hit)),
            ("category", str(hit.category)),
            ("supplier", hit.supplier_class),
            ("list version", hit.list_version),
            ("first seen", hit.opened_at),
            ("clock", clock_of(hit.due_at, now)),
        ]
    )
    if found.files:
        say("")
        table(
            ["file", "first seen", "last seen", "times"],
            [(one.file_ref, one.first_seen_at, one.last_seen_at, one.count) for one in found.files],
            numbers=["times"],
        )
    if found.actions:
        say("")
        table(["done", "at", "by", "note"], [(one.action, one.at, one.actor, one.note) for one in found.actions])
    for one in found.disputes:
        say("")
        facts(
            [("dispute", str(one.dispute_id)), ("reason", one.reason), ("answer", one.outcome), ("because", one.answer)]
        )


def show_results(results: Sequence[ActionResult], *, as_json: bool) -> None:
    """What became of each action."""
    if as_json:
        for one in results:
            emit({"hit": one.hit_id, "outcome": one.outcome, "state": one.state, "detail": one.detail})
        return
    seen = Counter(one.outcome for one in results)
    say(", ".join(f"{count:,} {outcome}" for outcome, count in seen.items()))
    for one in results:
        if one.outcome in {ActionOutcome.REFUSED, ActionOutcome.MISSING}:
            note(f"{one.hit_id}: {one.detail or one.outcome}")
