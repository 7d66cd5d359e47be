"""One thing to be done at a time, and the right of one worker to do it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from schoon.kinds import require_utc


class TaskKind(StrEnum):
    """What is to be done. The room that owns the work comes first; its subject is what the work is about."""

    REPORT_EXPIRE = "report:expire"
    """Delete what may no longer be kept of one report; the subject is a report."""

    ITEM_MATCH = "item:match"
    """Ask the hash list about one item again: it could not be asked before; the subject is an item."""

    ITEM_PROPOSE = "item:propose"
    """Bring the hash list in line with the judgement of one item; the subject is an item."""

    ITEM_ATTRIBUTE = "item:attribute"
    """Find out who hosts one item, and put it on that hoster's notice; the subject is an item."""

    NOTICE_SEND = "notice:send"
    """Close the window of one notice and send it; the subject is a notice."""

    DELIVERY_ATTEMPT = "delivery:attempt"
    """Hand one message to its channel, again if need be; the subject is a delivery."""

    REFERRAL_SEND = "referral:send"
    """Hand one referral to the police, again if need be; the subject is a referral."""

    ITEM_PROBE = "item:probe"
    """Look whether one item is still there; the subject is an item."""

    CLOCK_STEP = "clock:step"
    """Take the next step of one item's clock; the subject is an item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to be done; there is at most one of a kind for a subject.

    Attributes:
        subject: The id of what it is about, safe in logs.
        due_at: Not before.
    """

    kind: TaskKind
    subject: str
    due_at: datetime

    def __post_init__(self) -> None:
        require_utc(self.due_at)
        if not self.subject:
            raise ValueError(f"{self.kind}: a task is about something")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A task that one worker may do until the claim ends.

    Attributes:
        due_at: When it became due; how late it is done follows from that.
        attempts: How many times it was claimed before.
        lease: Names this claim; what is written down under another one does not count.
        lapses: How many claims before this one ended by themselves, in a row: who had it died, or was too slow.
    """

    number: int
    kind: TaskKind
    subject: str
    due_at: datetime
    attempts: int
    lease: str = field(repr=False)
    lapses: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How the tasks of one kind stand.

    Attributes:
        tasks: All of them, claimed ones too.
        due: Those that may be claimed now: due and claimed by nobody.
        oldest: Since when the longest of those waits; None without any.
        failing: Those that were set aside after a fault, and wait to be tried again.
    """

    kind: TaskKind
    tasks: int
    due: int
    oldest: datetime | None
    failing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """A task that was set aside after a fault. It is tried again at growing intervals until it is done or dropped.

    Attributes:
        due_at: When it became due.
        free_at: When it is tried again.
        attempts: How many times it was claimed.
        fault: What it raised the last time: the name of the error, nothing of what it said.
    """

    kind: TaskKind
    subject: str
    due_at: datetime
    free_at: datetime
    attempts: int
    fault: str
