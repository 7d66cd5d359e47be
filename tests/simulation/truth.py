"""What is really where: every address of the world, what is behind it, and since when."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tests.simulation.hosters import HosterModel


class Nature(StrEnum):
    """What an analyst finds; the words of the desk."""

    BASELINE = "baseline"
    NATIONAL = "national"
    POLICE_FIRST = "police_first"
    NOT_ILLEGAL = "not_illegal"
    IGNORE = "ignore"


ILLEGAL = frozenset({Nature.BASELINE, Nature.NATIONAL, Nature.POLICE_FIRST})


class Presence(StrEnum):
    """What stands at an address."""

    HERE = "here"
    GONE = "gone"
    PLACEHOLDER = "placeholder"
    NO_NAME = "no_name"
    ELSEWHERE = "elsewhere"
    """It leads to another address."""


@dataclass(frozen=True, slots=True)
class Phase:
    """From a moment on, until the next one."""

    since: datetime
    presence: Presence
    hoster: HosterModel | None
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """One file, wherever it stands; its digests follow from the number.

    Attributes:
        listed: It is on the hash list.
    """

    number: int
    nature: Nature
    listed: bool


@dataclass(slots=True)
class Place:
    """One address.

    Attributes:
        own_host: Nothing else is under its name, so it can move to another hoster, and its name can end.
        file: What stands there; None for a page, or where nobody computed digests.
        told_at: When it was first reported.
        reacted_to: The hosters that were told, each with the last moment.
    """

    url: str
    host: str
    nature: Nature
    own_host: bool
    is_media: bool
    file: File | None
    told_at: datetime
    phases: list[Phase] = field(default_factory=list)
    reacted_to: dict[int, datetime] = field(default_factory=dict)

    def at(self, now: datetime) -> Phase:
        """What stands there at that moment, which is not before the first phase."""
        place = bisect_right([one.since for one in self.phases], now)
        return self.phases[max(place - 1, 0)]

    def is_here(self, now: datetime) -> bool:
        """Whether the material is there."""
        return self.at(now).presence is Presence.HERE

    def will_change(self, now: datetime) -> bool:
        """Whether anything is to happen to it after that moment."""
        return self.phases[-1].since > now

    def add(self, phase: Phase) -> None:
        """Let a phase begin; what was to begin later does not."""
        self.phases = [one for one in self.phases if one.since < phase.since]
        self.phases.append(phase)

    def gone_since(self, now: datetime) -> datetime | None:
        """Since when the material is not there any more; None while it is."""
        gone: datetime | None = None
        for one in self.phases:
            if one.since > now:
                break
            if one.presence is Presence.HERE:
                gone = None
            elif gone is None:
                gone = one.since
        return gone
