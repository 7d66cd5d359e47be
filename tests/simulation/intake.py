"""Turns what the world tells into reports as the readers of form, mail and API hand them in."""

from collections.abc import Iterator

from schoon.reports import ItemKind, Reporter, ReportSource, Submission, SubmittedItem
from tests.simulation.calendar import Stream
from tests.simulation.chance import Chance
from tests.simulation.files import digests_of
from tests.simulation.truth import Place
from tests.simulation.world import Told

_SOURCES = {
    Stream.PUBLIC: ((ReportSource.FORM, 0.9), (ReportSource.MAIL, 0.1)),
    Stream.HOTLINE: ((ReportSource.CSV, 0.5), (ReportSource.XARF, 0.3), (ReportSource.POLICE, 0.2)),
    Stream.CRAWLER: ((ReportSource.API, 1.0),),
}
REPEATED = 0.02
"""How often a partner's machine sends the very same report again: it did not hear the answer."""


def submissions_of(told: Told, chance: Chance) -> Iterator[Submission]:
    """The report, and now and then its repetition."""
    source = chance.pick(_SOURCES[told.stream], "source", told.number)
    items = tuple(
        SubmittedItem(
            url=_as_typed(place, told, chance),
            kind=ItemKind.MEDIA if place.is_media else ItemKind.PAGE,
            page=page,
            digests=digests_of(place.file) if told.with_digests and place.file else (),
        )
        for place, page in told.places
    )
    named = told.stream is Stream.PUBLIC and chance.happens(0.2, "named", told.number)
    submission = Submission(
        source=source,
        items=items,
        text=f"I saw this ({told.number})." if told.stream is Stream.PUBLIC else "",
        reporter=Reporter(email=f"person{told.number}@example.org") if named else None,
        sender=f"partner:{told.stream}" if told.key else "",
        idempotency_key=told.key,
        received_at=told.at,
    )
    yield submission
    if told.key and chance.happens(REPEATED, "repeated", told.number):
        yield submission


def _as_typed(place: Place, told: Told, chance: Chance) -> str:
    """People and machines write one address in many ways."""
    variant = chance.pick((("", 0.8), ("upper", 0.08), ("port", 0.06), ("fragment", 0.06)), "typed", told.number)
    if variant == "upper":
        return place.url.replace("https://", "HTTPS://").replace(place.host, place.host.upper())
    if variant == "port":
        return place.url.replace(place.host, f"{place.host}:443")
    return f"{place.url}#top" if variant == "fragment" else place.url
