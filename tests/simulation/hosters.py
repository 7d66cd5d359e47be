"""Forty hosters at home, from model to obstructive, and those abroad: how each takes a notice.

The shares and the speed of the largest are those of 2019 and 2020: one hoster has 94 % of the material, and takes 86 %
away within 24 hours and 11 % in the 24 after that.
"""

from dataclasses import dataclass

Delays = tuple[tuple[float, float, float], ...]
"""(share, from, to): so many items are out of reach so many hours after the notice came; the rest never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HosterModel:
    """One hoster.

    Attributes:
        number: Its place in the address plan; its prefix follows from it.
        weight: Its share of the material, beside the other hosters of its side of the border.
        delays: How fast it takes material away.
        after_police: The same, once it hears again of something that is still there.
        acknowledges, disputes: How often it says so; a dispute is about material that stays meanwhile.
        moves: How often material answers from another hoster's address soon after the notice.
        redirects: How often the address leads to another one instead.
        puts_back: How often material is there again after some days.
        placeholders: How often a page stands in the place of what was taken away.
        cloaks: The first vantage point is told 404 while the material is there.
        refuses_probes: It answers 403 to whoever looks.
        bounces: Mail to its contact comes back; the next in the chain is the network above it.
        slow_mail: How often its mail server says "later", or drops the connection after it has taken the message.
        works_weekends: Else nothing is taken away on Saturday and Sunday.
    """

    number: int
    name: str
    country: str = "NL"
    weight: float
    delays: Delays = ()
    after_police: Delays = ((0.9, 1.0, 30.0),)
    acknowledges: float = 0.5
    disputes: float = 0.0
    moves: float = 0.0
    redirects: float = 0.0
    puts_back: float = 0.01
    placeholders: float = 0.2
    cloaks: bool = False
    refuses_probes: bool = False
    bounces: bool = False
    slow_mail: float = 0.01
    works_weekends: bool = True

    @property
    def email(self) -> str:
        """Where its notices go."""
        return f"abuse@{self.name}.zz"

    @property
    def prefix(self) -> str:
        """Its addresses."""
        return f"45.{self.number}.0.0/16"

    @property
    def asn(self) -> int:
        """Who announces them."""
        return 64_500 + self.number


MODEL: Delays = ((0.97, 0.2, 8.0), (0.03, 8.0, 22.0))
ORDINARY: Delays = ((0.80, 1.0, 22.0), (0.15, 22.0, 46.0), (0.04, 46.0, 200.0))
SLOW: Delays = ((0.40, 6.0, 23.0), (0.30, 24.0, 70.0), (0.25, 70.0, 400.0))
LARGEST: Delays = ((0.86, 0.5, 23.5), (0.11, 24.0, 47.5), (0.025, 48.0, 300.0))
NEVER: Delays = ()


def at_home(largest: float = 0.94) -> list[HosterModel]:
    """The forty at home; the first has that share of the material, and the others have the rest alike."""
    made = [HosterModel(number=1, name="grootmagazijn", weight=largest, delays=LARGEST, acknowledges=0.3)]
    weight = (1 - largest) / 39
    for first, count, kind in (
        (2, 12, {"delays": MODEL, "acknowledges": 0.95}),
        (14, 10, {"delays": ORDINARY}),
        (24, 6, {"delays": SLOW, "acknowledges": 0.1}),
        (30, 3, {"delays": ORDINARY, "works_weekends": False}),
        (33, 2, {"delays": ORDINARY, "bounces": True, "acknowledges": 0.0}),
        (35, 1, {"delays": ORDINARY, "moves": 0.25, "redirects": 0.15}),
        (36, 1, {"delays": SLOW, "cloaks": True, "acknowledges": 0.0}),
        (37, 1, {"delays": ORDINARY, "disputes": 0.15}),
        (38, 1, {"delays": MODEL, "puts_back": 0.3}),
        (39, 1, {"delays": NEVER, "refuses_probes": True, "acknowledges": 0.0, "slow_mail": 0.3}),
        (40, 1, {"delays": NEVER, "after_police": NEVER, "acknowledges": 0.0, "disputes": 0.05}),
    ):
        numbers = range(first, first + count)
        made += [HosterModel(number=one, name=f"hoster{one:02}", weight=weight, **kind) for one in numbers]
    return made


UPSTREAM = HosterModel(number=90, name="doorvoer", weight=0.0, delays=SLOW)
"""The network above the hosters whose contact does not work: the next in the chain."""


def abroad() -> list[HosterModel]:
    """Networks in other countries; nobody there gets a notice from here."""
    countries = ("US", "DE", "FR", "RU", "LU", "CA", "RO", "SE", "HK", "UA")
    return [
        HosterModel(number=100 + place, name=f"ver{place:02}", country=country, weight=10.0 / (place + 1))
        for place, country in enumerate(countries)
    ]
