"""The world is the same for the same seed, comes in as it should, and hosters behave as they are described."""

from collections import Counter
from datetime import date, timedelta

import pytest

from tests.simulation.calendar import SHARES, arrivals
from tests.simulation.chance import Chance
from tests.simulation.hosters import NEVER, HosterModel, at_home
from tests.simulation.outages import Outages
from tests.simulation.play import BEGIN, YEAR, YEAR_REPORTS
from tests.simulation.reactions import react
from tests.simulation.truth import ILLEGAL, Nature, Phase, Place, Presence
from tests.simulation.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def world_of(reports: int, seed: int = 1) -> World:
    world = World(Chance(seed), (BEGIN, BEGIN + 20 * DAY))
    for arrival in arrivals(reports, begin=BEGIN, length=20 * DAY, chance=world.chance):
        world.now = arrival.at
        list(world.reports_of(arrival))
    return world


def a_place(hoster: HosterModel, url: str = "https://a.zz/1") -> Place:
    return Place(
        url=url, host="a.zz", nature=Nature.BASELINE, own_host=False, is_media=True, file=None, told_at=BEGIN,
        phases=[Phase(BEGIN, Presence.HERE, hoster)],
    )  # fmt: skip


def told(place: Place, hoster: HosterModel, *, again: bool = False, at=BEGIN + HOUR) -> None:
    react(place, hoster, at, again=again, elsewhere=lambda: (hoster, "https://b.zz/"), chance=Chance(1))


def test_a_year_has_exactly_its_reports_and_each_stream_its_share():
    found = arrivals(YEAR_REPORTS, begin=BEGIN, length=YEAR, chance=Chance(1))
    counts: Counter[str] = Counter()
    for one in found:
        counts[one.stream] += one.count
    assert sum(counts.values()) == YEAR_REPORTS
    assert {stream: round(count / YEAR_REPORTS, 2) for stream, count in counts.items()} == SHARES
    assert [one.at for one in found] == sorted(one.at for one in found)


def test_quiet_and_busy_days_differ_as_they_do_in_a_year():
    days: Counter[date] = Counter()
    for one in arrivals(YEAR_REPORTS, begin=BEGIN, length=YEAR, chance=Chance(1)):
        days[one.at.date()] += one.count
    assert max(days.values()) > 10 * min(days.values())


def test_the_shares_of_2018_and_2019():
    places = list(world_of(40_000).places.values())
    illegal = [one for one in places if one.nature in ILLEGAL]
    hosters = [one.phases[0].hoster for one in illegal]
    here = [one for one in hosters if one is not None and one.country == "NL"]
    largest = [one for one in here if one.number == 1]
    assert len(illegal) / len(places) == pytest.approx(0.73, abs=0.02)
    assert len(here) / len(illegal) == pytest.approx(0.70, abs=0.02)
    assert len(largest) / len(here) == pytest.approx(0.94, abs=0.02)


def test_the_largest_takes_86_in_a_hundred_away_in_a_day_and_11_in_the_next():
    hoster = at_home()[0]
    hours: Counter[int] = Counter()
    for number in range(4_000):
        place = a_place(hoster, f"https://a.zz/{number}")
        told(place, hoster)
        since = place.gone_since(BEGIN + YEAR)
        hours[99 if since is None else min((since - BEGIN - HOUR) // DAY, 2)] += 1
    assert hours[0] / 4_000 == pytest.approx(0.86, abs=0.02)
    assert hours[1] / 4_000 == pytest.approx(0.11, abs=0.02)


def test_there_are_forty_hosters_and_their_weights_are_one():
    hosters = at_home()
    assert len(hosters) == len({one.number for one in hosters}) == 40
    assert sum(one.weight for one in hosters) == pytest.approx(1)


def test_the_same_seed_makes_the_same_world_and_another_another():
    first, same, other = world_of(300), world_of(300), world_of(300, seed=2)
    assert first.places == same.places
    assert first.places != other.places


def test_a_hoster_that_does_nothing_does_something_only_if_it_hears_again():
    hoster = HosterModel(number=50, name="x", weight=0.0, delays=NEVER, after_police=((1.0, 1.0, 2.0),))
    place = a_place(hoster)
    told(place, hoster)
    assert place.gone_since(BEGIN + YEAR) is None
    told(place, hoster, again=True, at=BEGIN + DAY)
    gone_at = place.gone_since(BEGIN + YEAR)
    assert gone_at is not None
    assert BEGIN + DAY + HOUR <= gone_at <= BEGIN + DAY + 2 * HOUR


def test_who_is_told_of_somebody_elses_material_does_nothing():
    place = a_place(at_home()[1])
    told(place, at_home()[2])
    assert place.gone_since(BEGIN + YEAR) is None


def test_what_is_put_back_is_there_again():
    hoster = HosterModel(number=50, name="x", weight=0.0, delays=((1.0, 1.0, 2.0),), puts_back=1.0)
    place = a_place(hoster)
    told(place, hoster)
    assert [one.presence is Presence.HERE for one in place.phases] == [True, False, True]
    assert place.gone_since(BEGIN + 5 * HOUR) is not None
    assert place.gone_since(BEGIN + YEAR) is None


def test_outages_merge_and_know_how_much_of_a_time_they_take():
    outages = Outages([(BEGIN, BEGIN + HOUR), (BEGIN + HOUR / 2, BEGIN + 2 * HOUR), (BEGIN + DAY, BEGIN + DAY + HOUR)])
    assert len(outages.spans) == 2
    assert outages.holds(BEGIN + HOUR)
    assert not outages.holds(BEGIN + 2 * HOUR)
    assert outages.overlap(BEGIN + HOUR, BEGIN + DAY + HOUR / 2) == 1.5 * HOUR
