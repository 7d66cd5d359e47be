"""A dry run: what a publish would change, without changing anything."""

from collections import Counter
from dataclasses import dataclass, field

from schoon.kinds import CATEGORY_CODES, KIND_BITS, BatchId, Kind, Standing, Transaction
from schoon.lists._collisions import allowed_entries, newly_matching
from schoon.lists._content import Target, read_columns, read_target
from schoon.lists._context import ListContext
from schoon.lists._reports import KnownGood, PublishPlan
from schoon.lists.rules import delta_refusal
from schoon.lists.types import Batch, MarkStanding, PublicationRecord, PublicationState

_NAMES = {code: category.value for category, code in CATEGORY_CODES.items()}


def plan(context: ListContext, sample: KnownGood | None) -> PublishPlan:
    """What a publish would change, and how many digests of a sample it would newly match.

    Raises:
        TamperedError: The tables hold something else than what was imported and attested.
    """
    books = context.ports
    with books.transactions.read() as tx:
        target = read_target(context, tx)
        published = books.publications.publications(tx, PublicationState.PUBLISHED)
        last = published[-1] if published else None
        before = books.publications.content(tx, last.version) if last else {}
        fresh = [b for b in target.batches if before.get(b.batch_id) is not target.standings[b.batch_id]]
        counts = _count(context, tx, target, fresh)
        columns = read_columns(context, tx, target, frozenset(b.batch_id for b in fresh)).columns()
        matching = newly_matching(context, tx, target, sample) if sample and sample.count else 0
        gone = [b for b in books.batches.batches(tx) if b.batch_id in set(before) - set(target.standings)]
    refusal = _delta_refusal(last, target, set(before), gone)
    change = last.change if last else -1
    return PublishPlan(
        activates=counts.activates,
        reviews=counts.reviews,
        leaves=sum(batch.entry_count for batch in gone) + len(_withdrawn_since(target)),
        kinds=counts.kinds,
        suspended=sum(mark.standing is MarkStanding.SUSPENDED for mark in target.marks.values()),
        allowed=len(allowed_entries(context, columns, target)),
        activating=target.activating,
        waiting=target.waiting,
        newly_matching=matching,
        changed=dict(before) != dict(target.standings) or change != target.change,
        delta_refusal=refusal,
    )


@dataclass(slots=True)
class _Counts:
    """Entries by (supplier, category) for each standing, and digests by kind of what is activated."""

    activates: Counter[tuple[str, str]] = field(default_factory=Counter)
    reviews: Counter[tuple[str, str]] = field(default_factory=Counter)
    kinds: Counter[Kind] = field(default_factory=Counter)


def _count(context: ListContext, tx: Transaction, target: Target, fresh: list[Batch]) -> _Counts:
    names = {label.code: label.name for label in target.suppliers}
    counts = _Counts()
    for batch in fresh:
        active = target.standings[batch.batch_id] is Standing.ACTIVE
        for category, bits, count in context.ports.entries.tallies(tx, batch):
            (counts.activates if active else counts.reviews)[names[batch.supplier_id], _NAMES[category]] += count
            if active:
                counts.kinds.update({kind: count for kind in Kind if bits & KIND_BITS[kind]})
    return counts


def _withdrawn_since(target: Target) -> list[int]:
    return [mark.entry_id for mark in target.marks.values() if mark.is_final and mark.version is None]


def _delta_refusal(last: PublicationRecord | None, target: Target, before: set[BatchId], gone: list[Batch]) -> str:
    if last is None:
        return "nothing is published yet"
    added = [batch for batch in target.batches if batch.batch_id not in before]
    return delta_refusal(added, [batch.batch_id for batch in gone], last.last_entry_id)
