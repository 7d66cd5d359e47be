"""The terms that bind a member and the operator of the list, each with the document it comes from."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A period of clock time that somebody must keep.

    Attributes:
        length: How long; it has passed at its very instant.
        source: Where it is written down, an anchor of docs/sources.md.
    """

    length: timedelta
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementTerms:
    """What the member agreement says where it is silent on a member of its own.

    Attributes:
        version: Names the text of the agreement these terms come from.
        hit_term: From the hit to the member's action on it.
        dispute_working_days: Working days within which a dispute gets its answer; the day itself does not count.
        near_limit: Different PDQ digests of one member near one entry that are still ordinary use.
        near_window: The time within which those are counted together.
        source: Where it is written down, an anchor of docs/sources.md.
    """

    version: str
    hit_term: Term
    dispute_working_days: int
    near_limit: int
    near_window: timedelta
    source: str


LIST_AGE_LIMIT = Term(length=timedelta(hours=1), source="docs/sources.md#list-age")
"""The longest time without a signed word from the publisher for which a list still gives verdicts."""

MEMBER_AGREEMENT = AgreementTerms(
    version="member-2026-1",
    hit_term=Term(length=timedelta(hours=24), source="docs/sources.md#member-agreement"),
    dispute_working_days=5,
    near_limit=16,
    near_window=timedelta(hours=24),
    source="docs/sources.md#member-agreement",
)
"""The terms of the model member agreement; each member may have its own hit term."""
