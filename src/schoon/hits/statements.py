"""The statement of reasons that a member gives to its customer, in Dutch and English.

It has the elements of article 17(3) of the Digital Services Act: the measure and its scope, the facts, the use of
automated means, the legal or contractual ground, and the ways to object. It never holds a digest or an entry's id.
Source: docs/sources.md#dsa-17
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from schoon.check import Verdict
from schoon.hits._statement_words import SUPPLIERS, WORDS, Words
from schoon.hits.errors import StatementHeldError, StatementTooEarlyError
from schoon.hits.types import FileSighting, Hit, Language
from schoon.kinds import Category

_TO_FILL_IN = "________"
_ILLEGAL = frozenset({Category.BASELINE, Category.NATIONAL})
_MONTHS = {
    Language.DUTCH: (
        "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december",
    ),
    Language.ENGLISH: (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Who gives the statement: the member's name, and where its customers complain (may be empty)."""

    name: str
    complaint_address: str


def statement(hit: Hit, provider: Provider, files: Sequence[FileSighting], language: Language) -> str:
    """The text, as markdown.

    Raises:
        StatementHeldError: The police asked to hold it back.
        StatementTooEarlyError: No measure is recorded.
    """
    if hit.hold is not None:
        raise StatementHeldError(
            f"the statement on hit {hit.hit_id} is held back since {hit.hold.at.date().isoformat()}"
        )
    if hit.action is None or hit.acted_at is None:
        raise StatementTooEarlyError(f"no measure is recorded on hit {hit.hit_id}")
    words = WORDS[language]
    blocks = [
        words.title,
        words.opening.format(provider=provider.name, hit=hit.hit_id),
        words.measure_heading,
        words.measures[hit.action].format(at=_moment(hit.acted_at, language)),
        _named(files, words),
        words.scope,
        words.facts_heading,
        words.facts.format(
            first=_moment(hit.opened_at, language), version=hit.list_version, supplier=_supplier(hit, language)
        ),
        words.strengths[hit.strength],
        words.several if len(files) > 1 else "",
        words.review if hit.verdict is Verdict.REVIEW else "",
        words.automated_heading,
        words.automated,
        words.ground_heading,
        words.ground_illegal if hit.category in _ILLEGAL else words.ground_terms,
        words.redress_heading,
        words.redress.format(provider=provider.name),
        words.complaint.format(address=provider.complaint_address or words.complaint_unknown) + "\n" + words.other_ways,
        words.withdrawn if hit.withdrawn_at is not None else "",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _named(files: Sequence[FileSighting], words: Words) -> str:
    # Several files may be of several customers: none is named then, and the member fills in the one concerned.
    return words.file.format(ref=files[0].file_ref if len(files) == 1 else _TO_FILL_IN) if files else ""


def _moment(moment: datetime, language: Language) -> str:
    in_utc = moment.astimezone(UTC)
    return f"{in_utc.day} {_MONTHS[language][in_utc.month - 1]} {in_utc.year}, {in_utc:%H:%M} UTC"


def _supplier(hit: Hit, language: Language) -> str:
    return SUPPLIERS[language].get(hit.supplier_class, hit.supplier_class)
