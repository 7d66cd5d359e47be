"""What travels about hits: lists of them, what was done, what came of it."""

from enum import StrEnum
from typing import Annotated

import msgspec

from schoon.client._wire import Match, Verdict, _Told


class Outcome(StrEnum):
    """What became of one action of a call."""

    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    MISSING = "missing"


class Hit(_Told, frozen=True, kw_only=True):
    """One hit of this member.

    Attributes:
        id: Its name; only this member can use it.
        verdict: `listed` or `review`; a review has no clock.
        state: "open", "disputed", "suspended", "quarantined", "removed", "withdrawn" or "restored".
        match: What matched.
        list_version: The version that first answered.
        opened_at: ISO 8601, UTC.
        last_seen_at: When it was last seen.
        sightings: How many times it was seen.
        reopened: An earlier hit on the same entry had been closed.
        due_at: When it must have been dealt with; None without a clock, or while it stands still.
        overdue: The clock has run out and the hit is still open.
        closed_at: None while it needs something.
        restore_offered: The entry was withdrawn; what was taken away may be put back.
    """

    id: str
    verdict: Verdict
    state: str
    match: Match
    list_version: int
    opened_at: str
    last_seen_at: str
    sightings: Annotated[int, msgspec.Meta(ge=0)] = 0
    reopened: bool = False
    due_at: str | None = None
    overdue: bool = False
    closed_at: str | None = None
    restore_offered: bool = False


class HitFile(_Told, frozen=True, kw_only=True):
    """One of the member's files on which a hit rests, by the member's own reference."""

    ref: str
    first_seen_at: str
    last_seen_at: str
    count: int


class HitActionTaken(_Told, frozen=True, kw_only=True):
    """One thing a member did, as it was recorded."""

    action: str
    at: str
    note: str = ""


class HitDispute(_Told, frozen=True, kw_only=True):
    """The member's objection, and its answer when there is one."""

    reason: str
    opened_at: str
    due_at: str
    outcome: str | None = None
    answer: str = ""
    answered_at: str | None = None


class HitDetails(_Told, frozen=True, kw_only=True):
    """One hit with its newest hundred files, and all actions and disputes, oldest first."""

    hit: Hit
    files: tuple[HitFile, ...] = ()
    actions: tuple[HitActionTaken, ...] = ()
    disputes: tuple[HitDispute, ...] = ()


class HitPage(_Told, frozen=True, kw_only=True):
    """Some hits, newest first, and what to give as `after` for the following page (None: there is no more)."""

    hits: tuple[Hit, ...]
    next: str | None = None


class ActionResult(_Told, frozen=True, kw_only=True):
    """What became of one action, or of one added sighting.

    Attributes:
        hit: As asked.
        outcome: `done`, `unchanged` (it had been done before), `refused` or `missing` (no such hit of this member).
        state: Where the hit stands now; None when it is missing.
        detail: Why it was refused, and what to do.
    """

    hit: str
    outcome: Outcome
    state: str | None = None
    detail: str = ""

    @property
    def is_done(self) -> bool:
        """Whether the hit stands as was asked, now or already before."""
        return self.outcome in {Outcome.DONE, Outcome.UNCHANGED}


class Results(_Told, frozen=True, kw_only=True):
    """One result per action or sighting, in the order asked."""

    results: tuple[ActionResult, ...]


class Statement(_Told, frozen=True, kw_only=True):
    """The statement of reasons for the member's customer."""

    hit: str
    language: str
    text: str


class ReceiptKey(_Told, frozen=True, kw_only=True):
    """The public key that verifies receipts, as PEM text, and its name."""

    key_id: str
    public_key: str
