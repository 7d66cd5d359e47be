"""What is asked of the figures, as data, and the judgement of what was measured."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench._figures import Figure, number, ratio, times_better

REFERENCE = "2 cores of an AVX-512 server"
OTHERS = "the best other peer"
NOT_OTHERS = "FAISS flat"
"""The peer that has a target of its own, and so is not among the others."""


class State(StrEnum):
    """How an ask stands."""

    REACHED = "reached"
    REACHED_ELSEWHERE = "reached, though this is not the machine it is asked of"
    MISSED = "NOT REACHED"
    FORBIDDEN = "not reached, nor by the limit itself"
    ANOTHER_MACHINE = "not measurable on this machine"
    NOT_ASKED = "does not apply"
    UNMEASURED = "not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing that is asked of one figure: exactly one of the last five.

    Attributes:
        words: As the issue has it.
        figure, size: Patterns that the figure's name and size must hold; of several the largest size counts.
        unit: The figure's unit, where one name may have several.
        everywhere: Whether a bound on the value holds on every machine: true of memory, ratios and counts.
        provided: It is asked only when the figure of this name is at least so large.
        at_least, at_most: Of the value.
        times: How many times better than the peer, and which.
        of_limit: At least this share of the limit.
        over_limit: At most so many times the cost of the limit.
    """

    words: str
    figure: str
    size: str = ""
    unit: str = ""
    everywhere: bool = False
    provided: tuple[str, float] | None = None
    at_least: float | None = None
    at_most: float | None = None
    times: tuple[float, str] | None = None
    of_limit: float | None = None
    over_limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An ask with what was measured.

    Attributes:
        ask: What is asked.
        figure: What it was judged by; None when it was not measured.
        state: How it stands.
        seen: The number that decided, in words.
    """

    ask: Ask
    figure: Figure | None
    state: State
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the issue's table.

    Attributes:
        title: The figure, as the issue names it.
        command: Repeats it.
        asks: What is asked.
        shown: Names of further figures that belong to the row.
    """

    title: str
    command: str
    asks: tuple[Ask, ...]
    shown: tuple[tuple[str, str], ...] = ()


def judge(ask: Ask, figures: Sequence[Figure]) -> Judged:
    """How the ask stands by these figures."""
    fitting = [one for one in figures if _fits(one, ask.figure, ask.size) and _has_what_is_asked(one, ask)]
    if not fitting:
        return Judged(ask=ask, figure=None, state=State.UNMEASURED, seen="")
    one = max(fitting, key=lambda figure: _leading_number(figure["size"]))
    met, seen = _met(ask, one)
    if ask.provided is not None:
        name, least = ask.provided
        known = [other["value"] for other in figures if _fits(other, name, ask.size)]
        if known and max(known) < least:
            return Judged(ask=ask, figure=one, state=State.NOT_ASKED, seen=f"{seen}; {name}: {number(max(known))} %")
    state = _state(ask, one, met=met)
    if state is State.FORBIDDEN:
        seen = f"{seen}; the limit: {_met(ask, _at_its_limit(one))[1]}"
    return Judged(ask=ask, figure=one, state=state, seen=seen)


def figures_of(row: Row, figures: Sequence[Figure]) -> list[Figure]:
    """Every figure that the row rests on, once each."""
    judged = [judge(ask, figures).figure for ask in row.asks]
    shown = [one for name, size in row.shown for one in figures if _fits(one, name, size)]
    unique = {(one["figure"], one["size"]): one for one in [*judged, *shown] if one is not None}
    return list(unique.values())


def best_peer(one: Figure) -> tuple[str, float] | None:
    """The peer that comes closest."""
    peers: dict[str, float] = one["peers"]
    return min(peers.items(), key=lambda peer: times_better(one["value"], peer[1], one["unit"]), default=None)


def is_reference(one: Figure) -> bool:
    """Whether it was measured on a machine that the absolute targets are for."""
    return "AVX-512" in one["machine"] and "2 cores" in one["machine"]


def _state(ask: Ask, one: Figure, *, met: bool) -> State:
    absolute = (ask.at_least is not None or ask.at_most is not None) and not ask.everywhere
    if absolute and not is_reference(one):
        return State.REACHED_ELSEWHERE if met else State.ANOTHER_MACHINE
    if met:
        return State.REACHED
    return State.FORBIDDEN if _is_forbidden(ask, one) else State.MISSED


def _is_forbidden(ask: Ask, one: Figure) -> bool:
    """Whether what the machine allows, by the measured limit, would not meet the ask either."""
    if one["limit"] is None or (ask.of_limit or ask.over_limit) is not None:
        return False
    return not _met(ask, _at_its_limit(one))[0]


def _at_its_limit(one: Figure) -> Figure:
    return one | {"value": one["limit"]}


def _met(ask: Ask, one: Figure) -> tuple[bool, str]:
    value, unit = one["value"], one["unit"]
    if ask.times is not None:
        times = times_better(value, _peer(one, ask.times[1]), unit)
        return times >= ask.times[0], ratio(times)
    if ask.of_limit is not None:
        share = times_better(value, one["limit"], unit)
        return share >= ask.of_limit, f"{share:.0%}"
    if ask.over_limit is not None:
        cost = times_better(one["limit"], value, unit)
        return cost <= ask.over_limit, ratio(cost)
    seen = f"{number(value)} {unit}"
    return (value >= ask.at_least if ask.at_least is not None else value <= (ask.at_most or 0.0)), seen


def _has_what_is_asked(one: Figure, ask: Ask) -> bool:
    if ask.unit and one["unit"] != ask.unit:
        return False
    if ask.times is not None:
        return _peer(one, ask.times[1]) != 0
    return one["limit"] is not None or (ask.of_limit is None and ask.over_limit is None)


def _peer(one: Figure, name: str) -> float:
    """The peer's value; 0 when it is not there."""
    if name != OTHERS:
        return float(one["peers"].get(name, 0))
    others = {peer: value for peer, value in one["peers"].items() if peer != NOT_OTHERS}
    closest = best_peer({**one, "peers": others})
    return closest[1] if closest else 0.0


def _fits(one: Figure, name: str, size: str) -> bool:
    return re.search(name, one["figure"]) is not None and re.search(size, one["size"]) is not None


def _leading_number(size: str) -> float:
    found = re.search(r"\d[\d,]*", size)
    return float(found[0].replace(",", "")) if found else 0.0


_EXACT, _PDQ, _JSON = "^exact look-ups, 2 threads$", "^PDQ queries, 1 thread$", "^single JSON checks$"
_TEN = r"^10,000,000\b"
_BULK = "^bulk (exact over HTTP|check over HTTP, exact)$"
_HASHING = "^hashing a JPEG$"
ROWS = (
    Row(
        title="exact look-ups, 10 M entries, keyed tags included",
        command="make bench F=exact",
        asks=(
            Ask(words="100 M/s on 2 cores", figure=_EXACT, size=_TEN, at_least=100e6),
            Ask(words="9x DuckDB", figure=_EXACT, size=_TEN, times=(9, "DuckDB semi-join")),
        ),
        shown=(("^exact look-ups, 1 thread$", _TEN),),
    ),
    Row(
        title="PDQ queries, distance 31, nothing missed",
        command="make bench F=pdq",
        asks=(
            Ask(words="60 % of the line-fetch ceiling", figure=_PDQ, size=_TEN + ".*random", of_limit=0.6),
            Ask(words="80x FAISS flat", figure=_PDQ, size=_TEN + ".*random", times=(80, "FAISS flat")),
            Ask(words=f"60x {OTHERS}", figure=_PDQ, size="random", times=(60, OTHERS)),
            Ask(words="skewed within 3x of random", figure="^PDQ, skewed beside random$", everywhere=True, at_most=3),
        ),
        shown=(("^PDQ queries, 2 threads$", "random"), ("^PDQ queries of skewed vectors", "")),
    ),
    Row(
        title="PDQ with 8 dihedral variants",
        command="make bench F=pdq",
        asks=(
            Ask(words="at most 8x the cost of one", figure="^PDQ, 8 variants beside one$", everywhere=True, at_most=8),
            Ask(
                words="5x if the probe sets can be shared",
                figure="^PDQ, 8 variants beside one$",
                everywhere=True,
                at_most=5,
                provided=("PDQ, keys that 8 variants share", 50),
            ),
        ),
        shown=(("^PDQ queries with 8 variants", ""), ("^PDQ, keys that", "")),
    ),
    Row(
        title="PDQ index memory and build, 10 M",
        command="make bench F=pdq",
        asks=(
            Ask(words="1.2 GB", figure="^PDQ memory$", size=_TEN, everywhere=True, at_most=1.2),
            Ask(words="under 7 s", figure="^PDQ build$", size=_TEN, at_most=7),
        ),
        shown=(("^PDQ (memory|build)$", "^1,000,000"),),
    ),
    Row(
        title="hashing JPEGs: MD5, SHA-1, SHA-256 and PDQ",
        command="make bench F=hashing",
        asks=(
            Ask(words="10x threatexchange at 12 MP", figure=_HASHING, size="^12 MP", times=(10, "threatexchange")),
            Ask(words="5x at 1 MP", figure=_HASHING, size="^1 MP", times=(5, "threatexchange")),
            *(
                Ask(words=f"1.25x decode + digests at {size}", figure=_HASHING, size=f"^{size}", over_limit=1.25)
                for size in ("1 MP", "3 MP", "12 MP")
            ),
        ),
    ),
    Row(
        title="scan of 100,000 mixed files, warm cache",
        command="make bench F=scan",
        asks=(
            Ask(words="600 one-megapixel JPEGs/s", figure="^scan of photos$", at_least=600),
            Ask(words="within 1.3x of its own hashing", figure="^scan of mixed files$", over_limit=1.3),
            Ask(words="second run under 2 s", figure="^second scan", unit="s", at_most=2),
        ),
        shown=(("^scan of", ""),),
    ),
    Row(
        title="bulk check over HTTP, exact, hits stored",
        command="make bench F=http",
        asks=(
            Ask(words="20 M/s", figure=_BULK, at_least=20e6),
            Ask(words="10x Redis", figure=_BULK, times=(10, "Redis SMISMEMBER")),
        ),
        shown=(("^bulk check over HTTP", ""),),
    ),
    Row(
        title="single JSON checks",
        command="make bench F=http",
        asks=(
            Ask(words="5,000/s", figure=_JSON, at_least=5000),
            Ask(words="1.6x the cost of an empty POST", figure="^cost of a single JSON", everywhere=True, at_most=1.6),
            Ask(words="p99 under 10 ms at half load", figure="^single JSON check, p99 at half load$", at_most=10),
        ),
        shown=(("empty POST", ""),),
    ),
    Row(
        title="import, attest and publish 10 M entries",
        command="make bench F=publish",
        asks=(
            Ask(words="under 180 s", figure="^list, from file to published$", size=_TEN, at_most=180),
            Ask(words="3 GB", figure="^list, peak memory", size=_TEN, everywhere=True, at_most=3e9 / 2**30),
        ),
        shown=(("^list, import$", _TEN),),
    ),
    Row(
        title="delta of 10,000 entries live",
        command="make bench F=index",
        asks=(
            Ask(words="under 2 s locally", figure="^delta of 10,000 live$", at_most=2),
            Ask(words="60 s across processes", figure="^delta live after its head", at_most=60),
            Ask(words="p99 of checks unchanged (1.25x)", figure="p99 while a delta goes live$", over_limit=1.25),
        ),
        shown=(("^delta of 10,000, decided to published$", ""),),
    ),
    Row(
        title="start with a 10 M + 10 M snapshot",
        command="make bench F=index",
        asks=(
            Ask(words="exact in under 1 s", figure="^opening a snapshot$", size=_TEN + " exact$", at_most=1),
            Ask(words="with PDQ in under 5 s", figure="^opening a snapshot$", size=_TEN + r" exact \+", at_most=5),
        ),
        shown=(("^opening a snapshot$", "^1,000,000 PDQ"), ("^memory of an open index$", "")),
    ),
    Row(
        title="due work found among 300,000 open tasks",
        command="make bench F=agenda",
        asks=tuple(
            Ask(words=f"under 50 ms on {dialect}", figure="^due work found: a claim", size=dialect, at_most=50)
            for dialect in ("SQLite", "PostgreSQL")
        ),
        shown=(("^due work found: the slowest", ""),),
    ),
    Row(
        title="pages of the desk over 300,000 items, in Chromium",
        command="make bench F=desk",
        asks=(
            *(
                Ask(words=f"{page} under 300 ms", figure=f"^desk page: {page}$", size="^300,000", at_most=300)
                for page in (
                    *("the inbox", "an item", "an item after its judgement", "a notice after it is sent"),
                    *("the search for an address", "the notices", "a long notice", "the clocks", "the hosters"),
                    "the journal",
                )
            ),
            Ask(words="at most six keys", figure="^keys from a new report", everywhere=True, at_most=6),
        ),
    ),
    Row(
        title="the year 2020: 18.2 billion checks, 7.4 million hits",
        command="python -m bench.replay_2020 --seconds 60",
        asks=(
            Ask(words="about three minutes of kernels", figure="^replay of 2020, kernels alone$", at_most=198),
            Ask(
                words="memory flat (under 64 MiB grown once the database's cache is full)",
                figure="^replay.*memory",
                everywhere=True,
                at_most=64,
            ),
        ),
        shown=(("^replay of 2020, whole", ""),),
    ),
)
