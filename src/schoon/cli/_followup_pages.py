"""Clocks, and everything that was measured of one item, on a terminal and as JSON."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from schoon.cli._output import facts, say, table
from schoon.followup import AuthorityRecord, Followed, ItemClock, Look, StepTaken
from schoon.norms import LAW_PROFILES

_TIMES = (
    ("first seen", "first_seen_at"),
    ("notice sent", "sent_at"),
    ("delivered", "delivered_at"),
    ("acknowledged", "acknowledged_at"),
    ("clock started", "started_at"),
    ("deadline", "deadline"),
    ("last seen", "seen_at"),
    ("first seen gone", "gone_at"),
    ("confirmed", "confirmed_at"),
    ("ended", "ended_at"),
)


def clock_record(clock: ItemClock, now: datetime) -> dict[str, Any]:
    """One clock with every time, and what it says now."""
    record: dict[str, Any] = {one.name: getattr(clock, one.name) for one in fields(clock)}
    return record | {"reading": _reading(clock, now)}


def record_record(record: AuthorityRecord) -> dict[str, Any]:
    """One record for the authority."""
    return {one.name: getattr(record, one.name) for one in fields(record)}


def followed_record(found: Followed, now: datetime) -> dict[str, Any]:
    """Everything that was measured of one item."""
    watch = found.watch
    return {
        "item_id": watch.item_id,
        "looked_at": watch.looked_at,
        "seen_at": watch.seen_at,
        "gone_at": watch.gone_at,
        "confirmed_at": watch.confirmed_at,
        "returned_at": watch.returned_at,
        "clocks": [clock_record(one, now) for one in found.clocks],
        "steps": [{one.name: getattr(step, one.name) for one in fields(StepTaken)} for step in found.steps],
        "looks": [_look_record(one) for one in found.looks],
    }


def show_clocks(clocks: Sequence[ItemClock], now: datetime) -> None:
    """One line a clock."""
    table(
        ["item", "hoster", "sent", "deadline", "left", "says", "step", "dispute"],
        [
            (
                one.item_id,
                str(one.hoster_id),
                one.sent_at,
                one.deadline,
                None if one.deadline is None else one.deadline - now,
                _reading(one, now),
                one.last_step,
                _dispute(one),
            )
            for one in clocks
        ],
        numbers=["hoster"],
    )


def show_followed(found: Followed, now: datetime) -> None:
    """Each clock with its times, then the steps, then the looks."""
    for clock in found.clocks:
        say(f"Hoster {clock.hoster_id}, notice {clock.notice_id}, {clock.profile_id}", style="bold")
        says = [("says", _reading(clock, now)), ("end", clock.end), ("dispute", _dispute(clock))]
        facts([*((name, getattr(clock, field)) for name, field in _TIMES), *says])
    say("Steps", style="bold")
    table(
        ["step", "notice", "due", "taken"],
        [(one.step, one.notice_id, one.due_at, one.taken_at) for one in found.steps],
    )
    say("Looks, the latest first", style="bold")
    table(
        ["at", "from", "found", "counts as", "picture", "status", "TLS", "reason"],
        [
            (
                one.result.at,
                one.result.vantage,
                one.result.outcome,
                one.outcome,
                one.likeness,
                None if one.result.status is None else str(one.result.status),
                one.result.tls_fault,
                one.result.reason or None,
            )
            for one in found.looks
        ],
    )


def _look_record(look: Look) -> dict[str, Any]:
    result = look.result
    return {
        "at": result.at,
        "vantage": result.vantage,
        "found": result.outcome,
        "outcome": look.outcome,
        "likeness": look.likeness,
        "control_ok": result.control_ok,
        "status": result.status,
        "size": result.size,
        "address": result.address,
        "tls_fault": result.tls_fault,
        "reason": result.reason,
    }


def _reading(clock: ItemClock, now: datetime) -> str | None:
    takedown = clock.takedown(LAW_PROFILES[clock.profile_id])
    return None if takedown is None else takedown.reading(now)


def _dispute(clock: ItemClock) -> str | None:
    if clock.disputed_at is None:
        return None
    if clock.answered_at is None:
        return "open"
    return "upheld" if clock.upheld else "rejected"
