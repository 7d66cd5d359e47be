"""Versions of the list on SQL."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import RowMapping, func, insert, select, update

from schoon.kinds import BatchId, FileRecord, Standing, Transaction
from schoon.lists import PublicationForm, PublicationRecord, PublicationState
from schoon.store.database import connection_of
from schoon.store.tables.lists import publication_batches, publications, state


class SqlPublicationBook:
    """Keeps versions in tables (`schoon.lists.PublicationBook`)."""

    def reserve(
        self, tx: Transaction, form: PublicationForm, *, restores: int | None, by: str, at: datetime
    ) -> PublicationRecord:
        """A new version that is being written; the counter's row makes two at a time wait for each other."""
        connection = connection_of(tx)
        version = connection.scalars(update(state).values(version=state.c.version + 1).returning(state.c.version)).one()
        values = {
            "version": version,
            "form": form.value,
            "state": PublicationState.WRITING.value,
            "entry_count": 0,
            "last_entry_id": 0,
            "change": 0,
            "changes_content": False,
            "restores": restores,
            "published_by": by,
            "started_at": at,
        }
        return _record(connection.execute(insert(publications).values(values).returning(publications)).mappings().one())

    def set_state(
        self, tx: Transaction, version: int, new: PublicationState, *, file: FileRecord | None, at: datetime | None
    ) -> None:
        """What came of a version."""
        values: dict[str, object] = {"state": new.value, "published_at": at}
        if file is not None:
            values |= {"file_name": file.name, "file_sha256": file.sha256, "file_size": file.size}
        connection_of(tx).execute(update(publications).where(publications.c.version == version).values(values))

    def set_content(
        self, tx: Transaction, record: PublicationRecord, batches: Mapping[BatchId, Standing] | None
    ) -> None:
        """Remember counts of a version, and which batches it holds when that changed with it."""
        connection = connection_of(tx)
        values = {
            "entry_count": record.entry_count,
            "last_entry_id": record.last_entry_id,
            "change": record.change,
            "changes_content": batches is not None,
        }
        connection.execute(update(publications).where(publications.c.version == record.version).values(values))
        if batches:
            rows = [
                {"version": record.version, "batch_id": batch_id, "standing": int(standing)}
                for batch_id, standing in batches.items()
            ]
            connection.execute(insert(publication_batches), rows)

    def publications(self, tx: Transaction, state: PublicationState | None = None) -> list[PublicationRecord]:
        """Versions in one state, or all, by ascending number."""
        query = select(publications).order_by(publications.c.version)
        if state is not None:
            query = query.where(publications.c.state == state.value)
        return [_record(row) for row in connection_of(tx).execute(query).mappings()]

    def content(self, tx: Transaction, version: int) -> dict[BatchId, Standing]:
        """Which batches the list held at a version: those of the last version up to it that changed them."""
        connection = connection_of(tx)
        last = (
            select(func.max(publications.c.version))
            .where(publications.c.version <= version, publications.c.state == PublicationState.PUBLISHED.value)
            .where(publications.c.changes_content)
            .scalar_subquery()
        )
        query = select(publication_batches.c.batch_id, publication_batches.c.standing).where(
            publication_batches.c.version == last
        )
        return {BatchId(batch_id): Standing(standing) for batch_id, standing in connection.execute(query)}


def _record(row: RowMapping) -> PublicationRecord:
    file = None
    if row["file_name"] is not None:
        file = FileRecord(name=row["file_name"], sha256=row["file_sha256"], size=row["file_size"])
    return PublicationRecord(
        version=row["version"],
        form=PublicationForm(row["form"]),
        state=PublicationState(row["state"]),
        file=file,
        entry_count=row["entry_count"],
        last_entry_id=row["last_entry_id"],
        change=row["change"],
        restores=row["restores"],
        by=row["published_by"],
        started_at=row["started_at"],
        published_at=row["published_at"],
    )
