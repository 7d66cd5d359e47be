"""The world: everything that is reported, where it stands, and what becomes of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.simulation.calendar import Arrival, Stream
from tests.simulation.chance import Chance
from tests.simulation.hosters import UPSTREAM, HosterModel, abroad, at_home
from tests.simulation.outages import Outages
from tests.simulation.truth import ILLEGAL, File, Nature, Phase, Place, Presence

NATURES = (
    (Nature.BASELINE, 62.0),
    (Nature.NATIONAL, 9.5),
    (Nature.POLICE_FIRST, 1.5),
    (Nature.NOT_ILLEGAL, 21.0),
    (Nature.IGNORE, 6.0),
)
"""73 in a hundred are illegal, as in 2018."""

AT_HOME, HIDDEN = 0.70, 0.003
"""Shares of what is hosted in this country, and of what hides where it is."""

AGAIN = {Stream.PUBLIC: 0.20, Stream.HOTLINE: 0.20, Stream.CRAWLER: 0.10}
"""How often a report tells of an address that was told before."""

KNOWN_FILE = 0.15
"""How often new media is a file that stood elsewhere before."""

LISTED = 0.10
WITH_DIGESTS = {Stream.PUBLIC: 0.0, Stream.HOTLINE: 0.5, Stream.CRAWLER: 0.8}
VANISHES = 0.04
"""How often material goes by itself, told or not."""

LARGE_SITES, SMALL_SITES, FOREIGN_SITES = 60, 3, 20


@dataclass(frozen=True, slots=True)
class Told:
    """One report of the world: addresses, each with the page that it is on ("" for none)."""

    number: int
    stream: Stream
    at: datetime
    key: str
    places: tuple[tuple[Place, str], ...]
    with_digests: bool


@dataclass(slots=True)
class Troubles:
    """Who is out when."""

    prober: Outages
    resolver: Outages
    mail: Outages
    worker: Outages
    hosters: dict[int, Outages]

    @classmethod
    def over(cls, span: tuple[datetime, datetime], hosters: list[HosterModel], chance: Chance) -> "Troubles":
        """For a span of time."""
        return cls(
            prober=Outages.some("prober", a_month=0.7, hours=(0.5, 8), span=span, chance=chance),
            resolver=Outages.some("resolver", a_month=0.4, hours=(0.5, 3), span=span, chance=chance),
            mail=Outages.some("mail", a_month=0.4, hours=(0.5, 6), span=span, chance=chance),
            worker=Outages.some("worker", a_month=0.25, hours=(0.5, 4), span=span, chance=chance),
            hosters={
                one.number: Outages.some(one.name, a_month=0.5, hours=(1, 20), span=span, chance=chance)
                for one in hosters
            },
        )


@dataclass(slots=True)
class World:
    """Everything, by address and by host.

    Attributes:
        largest: The share of the largest hoster at home.
        keyed: Whether people who use the form send a key too, so that a report which was cut off can be sent again.
        now: The moment at which doors answer.
    """

    chance: Chance
    span: tuple[datetime, datetime]
    now: datetime = field(init=False)
    largest: float = 0.94
    keyed: bool = False
    home: list[HosterModel] = field(init=False)
    foreign: list[HosterModel] = field(default_factory=abroad)
    places: dict[str, Place] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    shared: dict[str, HosterModel] = field(default_factory=dict)
    own: dict[str, Place] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    told: int = 0
    troubles: Troubles = field(init=False)

    def __post_init__(self) -> None:
        self.now, self.home = self.span[0], at_home(self.largest)
        self.troubles = Troubles.over(self.span, [*self.home, UPSTREAM], self.chance)

    def reports_of(self, arrival: Arrival) -> Iterator[Told]:
        """The reports of one arrival; new addresses come into being."""
        for _ in range(arrival.count):
            yield self._report(arrival)

    def hoster_of(self, host: str) -> HosterModel | None:
        """Who has a name now; None when the name does not exist, or hides."""
        if host in self.own:
            phase = self.own[host].at(self.now)
            return None if phase.presence is Presence.NO_NAME else phase.hoster
        return self.shared.get(host)

    def refuge(self, place: Place) -> tuple[HosterModel | None, str]:
        """Where the material of a place can go: to another hoster, or to a new address there."""
        other = self._hoster("refuge", place.url, len(place.phases))
        host = "toevlucht.onion" if other is None else f"toevlucht.{other.name}.zz"
        if other is not None:
            self.shared[host] = other
        url = f"https://{host}/{place.host}/{len(place.phases)}{place.url.rpartition('/')[2]}"
        self.places[url] = Place(
            url=url,
            host=host,
            nature=place.nature,
            own_host=False,
            is_media=place.is_media,
            file=place.file,
            told_at=self.now,
            phases=[Phase(place.told_at, Presence.HERE, other)],
        )
        return other, url

    def _report(self, arrival: Arrival) -> Told:
        self.told += 1
        number, chance, stream = self.told, self.chance, arrival.stream
        if self.order and chance.happens(AGAIN[stream], "again", number):
            back = min(chance.heavy(200, len(self.order), "how far back", number), len(self.order))
            places = [(self.places[self.order[-back]], "")]
        else:
            places = list(self._new_places(number, stream, arrival.at))
        return Told(
            number=number,
            stream=stream,
            at=arrival.at,
            key=f"key-{number}" if self.keyed or stream is not Stream.PUBLIC else "",
            places=tuple(places),
            with_digests=chance.happens(WITH_DIGESTS[stream], "digests", number),
        )

    def _new_places(self, number: int, stream: Stream, at: datetime) -> Iterator[tuple[Place, str]]:
        media = self.chance.pick(((1, 88.0), (0, 5.0), (2, 4.0), (5, 3.0)), "media", number)
        hoster = self._hoster("hosted", number)
        host = self._host(hoster, number)
        page = ""
        if media != 1:
            found = self._place(f"https://{host}/p/{number}.html", host, hoster, at, file=None, number=(number, "page"))
            page = found.url
            yield found, ""
        for one in range(media):
            file = self._file(number, one)
            url = f"https://{host}/i/{number}-{one}.jpg"
            yield self._place(url, host, hoster, at, file=file, number=(number, one)), page

    def _place(
        self,
        url: str,
        host: str,
        hoster: HosterModel | None,
        at: datetime,
        *,
        file: File | None,
        number: tuple[object, ...],
    ) -> Place:
        nature = file.nature if file else self.chance.pick(NATURES, "nature", *number)
        own = host not in self.shared
        place = Place(
            url=url, host=host, nature=nature, own_host=own, is_media=file is not None, file=file, told_at=at,
            phases=[Phase(at - timedelta(days=1), Presence.HERE, hoster)],
        )  # fmt: skip
        if self.chance.happens(VANISHES, "vanishes", *number):
            gone_at = at + self.chance.hours(0, 400, "vanishes after", *number)
            gone = Presence.NO_NAME if own and self.chance.happens(0.3, "vanishes how", *number) else Presence.GONE
            place.add(Phase(gone_at, gone, hoster))
        self.places[url] = place
        self.order.append(url)
        if own and host not in self.own:
            self.own[host] = place
        return place

    def _file(self, number: int, one: int) -> File:
        chance = self.chance
        if self.files and chance.happens(KNOWN_FILE, "known file", number, one):
            back = min(chance.heavy(500, len(self.files), "which file", number, one), len(self.files))
            return self.files[-back]
        nature = chance.pick(NATURES, "nature", number, one)
        listed = nature in {Nature.BASELINE, Nature.NATIONAL} and chance.happens(LISTED, "listed", number, one)
        self.files.append(File(len(self.files), nature, listed))
        return self.files[-1]

    def _hoster(self, *names: object) -> HosterModel | None:
        if self.chance.happens(HIDDEN, "hidden", *names):
            return None
        side = self.home if self.chance.happens(AT_HOME, "at home", *names) else self.foreign
        return self.chance.pick([(one, one.weight) for one in side], "which hoster", *names)

    def _host(self, hoster: HosterModel | None, number: int) -> str:
        if hoster is None:
            return f"{self.chance.seed % 10}hidden{number:08}".translate(str.maketrans("0189", "abcd")) + ".onion"
        sites = LARGE_SITES if hoster is self.home[0] else SMALL_SITES if hoster in self.home else FOREIGN_SITES
        if self.chance.happens(0.25, "own host", number) and hoster is not self.home[0]:
            return f"s{number}.zz"
        if self.chance.happens(0.02, "own host", number):
            return f"s{number}.zz"
        host = f"beeld{self.chance.heavy(sites / 6, sites, 'site', number)}.{hoster.name}.zz"
        self.shared[host] = hoster
        return host


def is_illegal(place: Place) -> bool:
    """Whether an analyst would have it taken down."""
    return place.nature in ILLEGAL
