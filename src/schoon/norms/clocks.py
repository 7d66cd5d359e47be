"""The deadlines of one item under one notice, and what is due at a moment. Pure: the moment is an argument."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schoon.kinds import require_utc
from schoon.norms.law import Act, LawProfile, Step


class Reading(StrEnum):
    """What a clock says."""

    RUNNING = "running"
    OVERDUE = "overdue"
    """Not out of reach, and the deadline has passed; it has at its very instant."""

    IN_TIME = "in_time"
    """Out of reach before the deadline."""

    TOO_LATE = "too_late"
    """Out of reach at the deadline or after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakedownClock:
    """The deadlines of one item under one notice.

    Attributes:
        started_at: The event from which the profile counts.
        deadline: By when the material is to be out of reach: before this very instant is in time.
        steps: When each step falls due while the item is still there, in order.
        stopped_at: Since when the item is out of reach, as a confirmed probe first saw it; None while it is there.
    """

    profile_id: str
    started_at: datetime
    deadline: datetime
    steps: tuple[tuple[Step, datetime], ...]
    stopped_at: datetime | None = None

    def __post_init__(self) -> None:
        require_utc(self.started_at)
        if self.stopped_at is not None:
            require_utc(self.stopped_at)

    @classmethod
    def start(cls, profile: LawProfile, started_at: datetime) -> "TakedownClock":
        """The clock of a notice under a profile."""
        return cls(
            profile_id=profile.profile_id,
            started_at=require_utc(started_at),
            deadline=started_at + profile.terms[Act.NOTICE].length,
            steps=tuple((rung.step, started_at + rung.after) for rung in profile.ladder),
        )

    def reading(self, now: datetime) -> Reading:
        """What it says at a moment.

        Raises:
            ValueError: `now` has no time zone.
        """
        end = self.stopped_at or require_utc(now)
        passed = end >= self.deadline
        if self.stopped_at is None:
            return Reading.OVERDUE if passed else Reading.RUNNING
        return Reading.TOO_LATE if passed else Reading.IN_TIME

    def next_step(self, taken: Step | None) -> tuple[Step, datetime] | None:
        """The step after the last one taken, and when it falls due; None after the last, or once out of reach."""
        if self.stopped_at is not None:
            return None
        order = [step for step, _ in self.steps]
        place = 0 if taken is None else order.index(taken) + 1
        return self.steps[place] if place < len(self.steps) else None
