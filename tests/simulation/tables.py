"""One digest over everything in the tables, by which two runs from one seed are compared."""

from hashlib import sha256

from sqlalchemy import Connection, select

from schoon.store.tables import metadata

CHANCE = {("agenda", "lease")}
"""Columns that hold names which are drawn anew in each run, and mean nothing."""


def digests_of(connection: Connection) -> dict[str, str]:
    """A digest of each table that has rows."""
    found = {}
    for table in metadata.sorted_tables:
        columns = [one for one in table.columns if (table.name, one.name) not in CHANCE]
        total, rows = sha256(), 0
        for row in connection.execute(select(*columns).order_by(*table.primary_key.columns)):
            rows += 1
            total.update(repr(tuple(row)).encode())
        if rows:
            found[table.name] = f"{rows} rows {total.hexdigest()[:16]}"
    return found


def whole_digest(digests: dict[str, str]) -> str:
    """One line for all tables."""
    return sha256(repr(sorted(digests.items())).encode()).hexdigest()
