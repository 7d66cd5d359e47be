"""Analysts, police and hosters: what people do in the simulated year."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schoon.kinds import ItemId
from schoon.reports import ItemState, Judged, Judgement, Wanted
from tests.simulation.house import House
from tests.simulation.world import World

ANALYSTS = ("anna", "bram", "carla", "daan")
FIRST_HOUR, LAST_HOUR = 6, 21
"""Somebody judges from 6 to 21 UTC, every day."""

PAGE = 500


@dataclass(slots=True)
class Analysts:
    """Judge what is to be judged, in working hours, the longest waiting first."""

    house: House
    world: World
    judged: int = 0

    def work(self, now: datetime) -> None:
        """Judge everything that there is."""
        if not FIRST_HOUR <= now.hour < LAST_HOUR:
            return
        wanted = Wanted(states=frozenset({ItemState.TO_ASSESS}), limit=PAGE)
        while items := self.house.reports.find(wanted, now=now):
            by = ANALYSTS[self.judged % len(ANALYSTS)]
            self.house.reports.assess(
                [
                    Judged(item_id=one.item_id, judgement=Judgement(self.world.places[one.url.text].nature.value))
                    for one in items
                ],
                by=by,
                now=now,
            )
            self.judged += len(items)
            if len(items) < PAGE:
                return


@dataclass(slots=True)
class Police:
    """Release most of what is held for them within some days, close a little of it, and keep the rest."""

    house: House
    world: World
    known: dict[ItemId, datetime | None] = field(default_factory=dict)

    def work(self, now: datetime) -> None:
        """Let go what its time has come for; once a day, in the morning."""
        if now.hour != FIRST_HOUR + 2:
            return
        held = self.house.reports.find(Wanted(states=frozenset({ItemState.HELD}), limit=1_000), now=now)
        for one in held:
            self.known.setdefault(one.item_id, self._release_at(one.url.text, now))
        due = [one.item_id for one in held if (at := self.known[one.item_id]) is not None and at <= now]
        if due:
            self.house.reports.release(
                due, police=self.house.police, by="police:unit", reason="nothing more is needed here", now=now
            )

    def _release_at(self, url: str, now: datetime) -> datetime | None:
        chance = self.world.chance
        if chance.happens(0.15, "kept by the police", url):
            return None
        return now + timedelta(days=chance.between(0, 4, "released", url))
