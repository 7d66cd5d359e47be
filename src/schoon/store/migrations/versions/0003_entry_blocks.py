"""Entries in blocks: a row keeps what an entry is found by, the rest moves into columns over up to 4,096 entries."""

from collections.abc import Iterator

from alembic import op
from sqlalchemy import Connection, Row, text

from schoon.lists import TamperedError
from schoon.store._sql import migration_statements

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BLOCK_ENTRIES = 4096
_EACH = 1
_NO_TIME = -(1 << 63)
_ROWS = text(
    "SELECT id, supplier_id, category, kinds, supplier_time, content, sealed FROM entries"
    " WHERE batch_id = :batch AND id BETWEEN :start AND :last ORDER BY id LIMIT :most"
)
_RANGES = text("SELECT id, first_entry_id, last_entry_id FROM batches WHERE first_entry_id IS NOT NULL")
_LEFT = text("SELECT (SELECT count(*) FROM entries) - (SELECT coalesce(sum(entry_count), 0) FROM entry_blocks)")
_INSERT = text(
    "INSERT INTO entry_blocks"
    " VALUES (:first_id, :batch, :supplier, :count, :form, :categories, :kinds, :times, :contents, :sealed)"
)


def upgrade() -> None:
    """Move every entry into a block. The sealed digests are put together as they are: no key is needed.

    Raises:
        TamperedError: Some entries belong to no batch's range, so that no import added them.
    """
    connection = op.get_bind()
    dialect = connection.dialect.name
    for statement in migration_statements("0003_entry_blocks", dialect):
        connection.exec_driver_sql(statement)
    for batch, first, last in connection.execute(_RANGES).all():
        for rows in _runs(connection, batch, first, last):
            connection.execute(_INSERT, _block(batch, rows))
    left = connection.scalars(_LEFT).one()
    if left:
        raise TamperedError(f"{left} entries are of no batch's import; the database stays as it was")
    for statement in migration_statements("0003_entry_blocks_after", dialect):
        connection.exec_driver_sql(statement)


def _runs(connection: Connection, batch: int, start: int, last: int) -> Iterator[list[Row[tuple[object, ...]]]]:
    """Entries of a batch whose ids follow on each other, up to a whole block of them."""
    while True:
        given = {"batch": batch, "start": start, "last": last, "most": _BLOCK_ENTRIES}
        rows = list(connection.execute(_ROWS, given))
        if not rows:
            return
        run = [row for place, row in enumerate(rows, rows[0][0]) if row[0] == place]  # a gap parts all that follow
        yield run
        start = run[-1][0] + 1


def _block(batch: int, rows: list[Row[tuple[object, ...]]]) -> dict[str, object]:
    ids, suppliers, categories, kinds, times, contents, sealed = zip(*rows, strict=True)
    parts = [bytes(one) for one in sealed]
    return {
        "first_id": ids[0],
        "batch": batch,
        "supplier": suppliers[0],
        "count": len(rows),
        "form": _EACH,
        "categories": bytes(categories),
        "kinds": bytes(kinds),
        "times": b"".join((_NO_TIME if time is None else time).to_bytes(8, "little", signed=True) for time in times),
        "contents": b"".join(bytes(content) for content in contents),
        "sealed": b"".join([*(len(part).to_bytes(4, "little") for part in parts), *parts]),
    }
