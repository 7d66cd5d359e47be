"""What a hoster does about one address once it was told."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.simulation.chance import Chance
from tests.simulation.hosters import Delays, HosterModel
from tests.simulation.truth import Phase, Place, Presence

_SATURDAY = 5


def react(
    place: Place,
    hoster: HosterModel,
    at: datetime,
    *,
    again: bool,
    elsewhere: Callable[[], tuple[HosterModel | None, str]],
    chance: Chance,
) -> None:
    """Plan what becomes of the material: nothing, if this hoster does nothing, or has plans with it already.

    Args:
        place: Changed.
        hoster: Who was told; somebody else's material is no matter of his.
        at: When the notice came.
        again: Whether it says that it asks again.
        elsewhere: A hoster to whom the material can move, and an address there to which this one can lead.
        chance: Drawn by the address and the moment.
    """
    now = place.at(at)
    if now.presence is not Presence.HERE or now.hoster is not hoster or place.will_change(at):
        return
    times = sum(one.presence is Presence.HERE for one in place.phases)
    draw = (place.url, hoster.number, times, again)
    soon = at + chance.hours(2, 20, "soon", *draw)
    if place.own_host and chance.happens(hoster.moves, "moves", *draw):
        place.add(Phase(soon, Presence.HERE, elsewhere()[0]))
        return
    if chance.happens(hoster.redirects, "redirects", *draw):
        place.add(Phase(soon, Presence.ELSEWHERE, hoster, leads_to=elsewhere()[1]))
        return
    delay = _delay(hoster.after_police if again else hoster.delays, chance, *draw)
    if delay is None:
        return
    gone_at = _working(at + delay, hoster)
    place.add(Phase(gone_at, _ending(place, hoster, chance), hoster))
    if chance.happens(hoster.puts_back, "back", *draw):
        place.phases.append(Phase(gone_at + chance.hours(30, 600, "back after", *draw), Presence.HERE, hoster))


def _delay(delays: Delays, chance: Chance, *draw: object) -> timedelta | None:
    part = chance.part("delay", *draw)
    for share, low, high in delays:
        if part < share:
            return chance.hours(low, high, "how long", *draw)
        part -= share
    return None


def _working(moment: datetime, hoster: HosterModel) -> datetime:
    days = 7 - moment.weekday() if moment.weekday() >= _SATURDAY and not hoster.works_weekends else 0
    return moment + timedelta(days=days)


def _ending(place: Place, hoster: HosterModel, chance: Chance) -> Presence:
    if place.own_host and chance.happens(0.1, "name ends", place.url):
        return Presence.NO_NAME
    return Presence.PLACEHOLDER if chance.happens(hoster.placeholders, "placeholder", place.url) else Presence.GONE
