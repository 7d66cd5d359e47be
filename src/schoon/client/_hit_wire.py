"""What travels about hits: lists of them, what was done, what came of it."""

from typing import Annotated

import msgspec

from schoon.client._wire import Match, Verdict, _Told


class Hit(_Told, frozen=True, kw_only=True):
    """One open or closed hit of this member.

    Attributes:
        id: Its name; only this member can use it.
        verdict: `listed` or `review`; a review has no clock.
        state: "open", "disputed", "removed", "quarantined", "restored", "withdrawn", …
        match: What matched.
        list_version: The version that first answered.
        opened_at: ISO 8601, UTC.
        due_at: When it must have been dealt with; None without a clock, or while it is paused.
        closed_at: None while it is open.
        overdue: The clock has run out and the hit is still open.
        sightings: How many different references it was seen under.
        refs: The first of those references, at most a hundred.
        note: What was last noted.
    """

    id: str
    verdict: Verdict
    state: str
    match: Match
    list_version: int
    opened_at: str
    due_at: str | None = None
    closed_at: str | None = None
    overdue: bool = False
    sightings: Annotated[int, msgspec.Meta(ge=0)] = 0
    refs: tuple[str, ...] = ()
    note: str = ""


class HitPage(_Told, frozen=True, kw_only=True):
    """Some hits, and where the next page starts (None: there is no more)."""

    hits: tuple[Hit, ...]
    next: str | None = None


class ActionOutcome(_Told, frozen=True, kw_only=True):
    """What came of one action, or of one added sighting.

    Attributes:
        hit: As asked.
        state: The state of the hit now; None when the action was refused.
        error: Why it was refused: no such hit, or not possible in its state.
        next_step: What helps.
    """

    hit: str
    state: str | None = None
    error: str | None = None
    next_step: str = ""


class Outcomes(_Told, frozen=True, kw_only=True):
    """One outcome per action or sighting, in the order asked."""

    results: tuple[ActionOutcome, ...]


class Statement(_Told, frozen=True, kw_only=True):
    """The statement of reasons for the member's customer."""

    hit: str
    language: str
    text: str


class ReceiptKey(_Told, frozen=True, kw_only=True):
    """The public key that verifies receipts."""

    key_id: str
    public_key: str
