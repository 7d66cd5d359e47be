"""The one MetaData, with a naming rule so that both dialects name each constraint alike, and the tables' triggers."""

from pathlib import Path

from sqlalchemy import DDL, MetaData, Table, event
from sqlalchemy.schema import ExecutableDDLElement

from schoon.store._sql import read_statements

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_GUARDS = Path(__file__).parent / "guards"
_DIALECTS = ("sqlite", "postgresql")


def guard(table: Table) -> None:
    """Add the triggers of `guards/<table>.<dialect>.sql`, which `create_all` makes with the table.

    A migration repeats their text, since it must not change when they do.
    """
    for dialect in _DIALECTS:
        for statement in read_statements(_GUARDS / f"{table.name}.{dialect}.sql"):
            ddl: ExecutableDDLElement = _ddl(statement)
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


def _ddl(statement: str) -> ExecutableDDLElement:
    return DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # SQLAlchemy left its constructor untyped
