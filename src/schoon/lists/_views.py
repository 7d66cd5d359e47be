"""What others see of the list: its status, and facts about entries."""

from collections import Counter
from collections.abc import Collection

from schoon.index import HEAD_NAME, Head, read_head
from schoon.kinds import CATEGORY_CODES, KIND_BITS, EntryId, Kind, Transaction
from schoon.lists._attest import good_attestors, good_keys
from schoon.lists._context import ListContext
from schoon.lists._reports import ListStatus
from schoon.lists.rules import MAX_DELTA_SHARE, MAX_DELTAS, entry_state, what_lacks
from schoon.lists.types import (
    BatchState,
    EntryFacts,
    EntryState,
    PublicationForm,
    PublicationRecord,
    PublicationState,
)

_CATEGORIES = {code: category.value for category, code in CATEGORY_CODES.items()}


def entry_facts(context: ListContext, tx: Transaction, entry_ids: Collection[EntryId]) -> dict[EntryId, EntryFacts]:
    """What other rooms may know of entries; those that do not exist are left out."""
    books = context.ports
    described = books.entries.described(tx, entry_ids)
    batches = {batch_id: books.batches.batch(tx, batch_id) for batch_id in {row[1] for row in described}}
    keys = good_keys(context, tx)
    attested = {batch_id: good_attestors(context, tx, batch, keys) for batch_id, batch in batches.items()}
    marks = books.marks.marks(tx, entry_ids)
    suppliers = {supplier.supplier_id: supplier for supplier in books.batches.suppliers(tx)}
    facts = {}
    for entry_id, batch_id, category, bits in described:
        batch = batches[batch_id]
        supplier = suppliers[batch.supplier_id]
        facts[entry_id] = EntryFacts(
            entry_id=entry_id,
            batch_id=batch_id,
            supplier_id=supplier.supplier_id,
            supplier_name=supplier.name,
            supplier_class=supplier.supplier_class,
            category=_CATEGORIES[category],
            attested_by=tuple(sorted(attested[batch_id])),
            state=entry_state(batch.state, marks.get(entry_id)),
            kinds=frozenset(kind for kind in Kind if bits & KIND_BITS[kind]),
        )
    return facts


def entry_states(context: ListContext, tx: Transaction, entry_ids: Collection[EntryId]) -> dict[EntryId, EntryState]:
    """What each entry counts for now; those that do not exist are left out."""
    books = context.ports
    batch_of = {entry_id: batch_id for entry_id, batch_id, *_ in books.entries.described(tx, entry_ids)}
    batches = {batch_id: books.batches.batch(tx, batch_id) for batch_id in set(batch_of.values())}
    marks = books.marks.marks(tx, entry_ids)
    return {
        entry_id: entry_state(batches[batch_id].state, marks.get(entry_id)) for entry_id, batch_id in batch_of.items()
    }


def status(context: ListContext) -> ListStatus:
    """How the list stands, and what the operator should do."""
    books = context.ports
    with books.transactions.read() as tx:
        batches = books.batches.batches(tx)
        published = books.publications.publications(tx, PublicationState.PUBLISHED)
        waiting = len(books.marks.waiting(tx))
        marks = books.marks.counts(tx)
        keys = good_keys(context, tx)
        lacks = {
            b.batch_id: what_lacks(b, good_attestors(context, tx, b, keys))
            for b in batches
            if b.state not in {BatchState.ACTIVE, BatchState.WITHDRAWN}
        }
    last = published[-1] if published else None
    deltas = _deltas(published)
    head = _head(context)
    advice = [f"batch {batch_id} waits for {what}" for batch_id, what in lacks.items() if what]
    return ListStatus(
        name=context.publication.list_name,
        version=last.version if last else 0,
        issued_at=head.issued_at if head else None,
        entries=last.entry_count if last else 0,
        deltas=len(deltas),
        waiting_marks=waiting,
        batches={state: count for state, count in Counter(b.state for b in batches).items() if count},
        marks=marks,
        advice=(*advice, *_delta_advice(published, deltas)),
    )


def _deltas(published: list[PublicationRecord]) -> list[PublicationRecord]:
    found: list[PublicationRecord] = []
    for record in reversed(published):
        if record.form is PublicationForm.SNAPSHOT:
            break
        found.append(record)
    return found


def _delta_advice(published: list[PublicationRecord], deltas: list[PublicationRecord]) -> list[str]:
    size = sum(record.file.size for record in deltas if record.file)
    snapshot = next((r.file.size for r in reversed(published) if r.form is PublicationForm.SNAPSHOT and r.file), 0)
    if len(deltas) > MAX_DELTAS or (len(deltas) > 1 and size > MAX_DELTA_SHARE * snapshot > 0):
        return [f"{len(deltas)} deltas of {size} bytes follow on the snapshot: publish in full"]
    return []


def _head(context: ListContext) -> Head | None:
    key = context.publication.signing_key
    if key is None or not (context.publication.directory / HEAD_NAME).exists():
        return None
    return read_head(context.publication.directory, public_key=key.public_key())
