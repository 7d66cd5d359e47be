"""Law profiles: the terms and powers of one law at one time, as data. Nothing elsewhere says how many hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from schoon.norms.types import Term


class Act(StrEnum):
    """What a term belongs to."""

    NOTICE = "notice"
    """A hotline's request; it binds by agreement, not by law."""

    INSTRUCTION = "instruction"
    """An order of the authority."""


class Step(StrEnum):
    """What follows when an item is still there, in this order."""

    NOTICE_AGAIN = "notice_again"
    POLICE = "police"
    AUTHORITY = "authority"


class ClockStart(StrEnum):
    """From which event the term of a notice runs; both instants are kept."""

    SENT = "sent"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """When a step of a notice's clock is due.

    Attributes:
        after: From the start of the clock; due at its very instant.
        source: Where it is written down, an anchor of docs/sources.md.
    """

    step: Step
    after: timedelta
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LawProfile:
    """What holds under one law, draft or agreement.

    Attributes:
        profile_id: Names it for good; a changed law is another profile.
        title: In English, for people.
        in_force: From when on; None for a draft that never was.
        terms: How long who acts has, for each act that the profile knows.
        starts: From which event a notice's term runs.
        ladder: The steps when an item stays, in order of time.
        fine_percent: The highest fine, in whole percents of a year's turnover; None without such a power.
        source: Where it is written down, an anchor of docs/sources.md.
    """

    profile_id: str
    title: str
    in_force: date | None
    terms: Mapping[Act, Term]
    starts: ClockStart
    ladder: tuple[Rung, ...]
    fine_percent: int | None
    source: str

    def __post_init__(self) -> None:
        if Act.NOTICE not in self.terms:
            raise ValueError(f"{self.profile_id}: a profile has a term for notices")
        times = [rung.after for rung in self.ladder]
        if times != sorted(times) or [rung.step for rung in self.ladder] != list(Step):
            raise ValueError(f"{self.profile_id}: its ladder has every step once, in order")


_SECTOR_CODE = Term(length=timedelta(hours=24), source="docs/sources.md#sector-code-2018")
_LADDER = (
    Rung(step=Step.NOTICE_AGAIN, after=timedelta(hours=24), source="docs/sources.md#ladder"),
    Rung(step=Step.POLICE, after=timedelta(hours=48), source="docs/sources.md#ladder"),
    Rung(step=Step.AUTHORITY, after=timedelta(hours=72), source="docs/sources.md#ladder"),
)

LAW_PROFILES: Mapping[str, LawProfile] = MappingProxyType(
    {
        profile.profile_id: profile
        for profile in (
            LawProfile(
                profile_id="nl-2018-selfreg",
                title="Netherlands: the sector's code of conduct of 2018",
                in_force=date(2018, 1, 1),
                terms=MappingProxyType({Act.NOTICE: _SECTOR_CODE}),
                starts=ClockStart.SENT,
                ladder=_LADDER,
                fine_percent=None,
                source="docs/sources.md#sector-code-2018",
            ),
            LawProfile(
                profile_id="nl-2021-draft",
                title="Netherlands: the bill as it was put to consultation in 2021",
                in_force=None,
                terms=MappingProxyType(
                    {
                        Act.NOTICE: _SECTOR_CODE,
                        Act.INSTRUCTION: Term(length=timedelta(hours=24), source="docs/sources.md#nl-bill-2021"),
                    }
                ),
                starts=ClockStart.SENT,
                ladder=_LADDER,
                fine_percent=4,
                source="docs/sources.md#nl-bill-2021",
            ),
            LawProfile(
                profile_id="nl-2024-act",
                title="Netherlands: the Act of 5 June 2024 (Stb. 2024, 162)",
                in_force=date(2024, 7, 1),
                terms=MappingProxyType(
                    {
                        Act.NOTICE: _SECTOR_CODE,
                        Act.INSTRUCTION: Term(length=timedelta(hours=12), source="docs/sources.md#nl-act-2024"),
                    }
                ),
                starts=ClockStart.SENT,
                ladder=_LADDER,
                fine_percent=10,
                source="docs/sources.md#nl-act-2024",
            ),
        )
    }
)
"""Every profile, by its id."""
