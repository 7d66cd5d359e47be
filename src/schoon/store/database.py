"""The database as the services see it: a place to open transactions.

SQLite runs in WAL mode with one writer per process; readers never wait for it. PostgreSQL writes at READ COMMITTED,
where constraints and row locks hold what must hold, and reads at REPEATABLE READ: one consistent view.
A transaction is the SQLAlchemy `Connection` itself; adapters get it back with `connection_of`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from schoon.kinds import Transaction
from schoon.store._engine import parse_url, postgres_engine, sqlite_engine, translated


def connection_of(tx: Transaction) -> Connection:
    """The connection inside a transaction that a `Database` opened.

    Raises:
        TypeError: The transaction comes from somewhere else, say an in-memory twin.
    """
    if not isinstance(tx, Connection):
        raise TypeError(f"{type(tx).__name__} is not a transaction of schoon.store.Database")
    return tx


class Database:
    """Opens transactions on the database that a URL names, as `Transactions`; threads may share it."""

    def __init__(self, url: str) -> None:
        """Take the URL; connect at first use.

        Raises:
            DatabaseUrlError: The URL is not one that Schoon can use.
        """
        self.url = parse_url(url)
        self.dialect = self.url.get_backend_name()
        if self.dialect == "sqlite":
            self._writer = sqlite_engine(self.url, writer=True)
            self._reader = sqlite_engine(self.url, writer=False)
        else:
            self._writer = postgres_engine(self.url)
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def __repr__(self) -> str:
        return f"Database({self.url.render_as_string(hide_password=True)})"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view that refuses writes.

        Raises:
            DatabaseAwayError: It does not answer.
            DatabaseNotReadyError: It was not migrated.
        """
        with translated(self.url), self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """All or nothing: commits when the block ends, rolls back when it raises.

        On SQLite other writers wait meanwhile, so keep it far under a second.

        Raises:
            DatabaseAwayError: It does not answer, or others wrote for too long.
            DatabaseNotReadyError: It was not migrated.
        """
        with translated(self.url), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection; the object may be used again and connects anew."""
        self._reader.dispose()
        self._writer.dispose()
