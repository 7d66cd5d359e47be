"""The door by which the follow-up looks: two vantage points, with everything that makes looks lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from schoon.followup import LegalBasis, ProbeOutcome, ProbeResult, ProbeTarget
from schoon.reports import TargetUrl
from tests.simulation.files import digests_of
from tests.simulation.hosters import HosterModel
from tests.simulation.names import addresses_of
from tests.simulation.truth import Phase, Place, Presence
from tests.simulation.world import World

NORTH, SOUTH = "north", "south"
_ENDS = {
    Presence.GONE: (ProbeOutcome.GONE, 404),
    Presence.PLACEHOLDER: (ProbeOutcome.PLACEHOLDER, 200),
    Presence.NO_NAME: (ProbeOutcome.GONE, None),
}


@dataclass(frozen=True, slots=True)
class Probes:
    """Looks at the truth, as far as our own side, the host and the host's tricks let it."""

    world: World
    vantages: tuple[str, ...] = (NORTH, SOUTH)

    def look(self, targets: Sequence[ProbeTarget], *, under: LegalBasis, now: datetime) -> list[ProbeResult]:
        """One result for each target and vantage point."""
        return [self._look(one, vantage, now) for one in targets for vantage in self.vantages]

    def _look(self, target: ProbeTarget, vantage: str, now: datetime) -> ProbeResult:
        at = now + timedelta(seconds=self.vantages.index(vantage))
        troubles = self.world.troubles
        if troubles.prober.holds(now):
            return ProbeResult(
                item_id=target.item_id, vantage=vantage, at=at, outcome=ProbeOutcome.TEMPORARY, control_ok=False
            )
        place = self.world.places[target.url.text]
        phase = place.at(now)
        hoster = phase.hoster
        if hoster is not None and hoster.number in troubles.hosters and troubles.hosters[hoster.number].holds(now):
            return ProbeResult(item_id=target.item_id, vantage=vantage, at=at, outcome=ProbeOutcome.TEMPORARY)
        if hoster is not None and hoster.refuses_probes:
            return ProbeResult(item_id=target.item_id, vantage=vantage, at=at, outcome=ProbeOutcome.BLOCKED, status=403)
        return _seen(target, place, phase, vantage, at)


def _seen(target: ProbeTarget, place: Place, phase: Phase, vantage: str, at: datetime) -> ProbeResult:
    hoster, presence = phase.hoster, phase.presence
    if hoster is not None and hoster.cloaks and vantage == NORTH and presence is Presence.HERE:
        presence = Presence.GONE
    address = _address(place, hoster)
    if presence is Presence.ELSEWHERE:
        return ProbeResult(
            item_id=target.item_id, vantage=vantage, at=at, outcome=ProbeOutcome.MOVED, status=302, address=address,
            moved_to=TargetUrl.parse(phase.leads_to),
        )  # fmt: skip
    if presence is not Presence.HERE:
        outcome, status = _ENDS[presence]
        where = "" if presence is Presence.NO_NAME else address
        return ProbeResult(
            item_id=target.item_id, vantage=vantage, at=at, outcome=outcome, status=status, address=where
        )
    digests = digests_of(place.file) if place.file is not None and place.file.number % 3 else ()
    return ProbeResult(
        item_id=target.item_id, vantage=vantage, at=at, outcome=ProbeOutcome.PRESENT, status=200, size=1,
        address=address, digests=digests,
    )  # fmt: skip


def _address(place: Place, hoster: HosterModel | None) -> str:
    return "" if hoster is None else str(addresses_of(place.host, hoster)[0])
