"""Engines for the two dialects, and the translation of their failures into ours."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from schoon.store.errors import DatabaseAwayError, DatabaseNotReadyError, DatabaseUrlError

BUSY_SECONDS = 30
"""How long a writer waits for another process's write; ours last under a second."""

_LOOK_SECONDS = 0.002
_READERS = 16
_CACHE_KIB = 65_536
_MISSING_TABLE = ("no such table", "no such column", "does not exist")


def parse_url(url: str) -> URL:
    """The URL, checked to name a dialect that Schoon speaks.

    Raises:
        DatabaseUrlError: It does not parse, names another database, or an SQLite database without a file.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as cause:
        raise DatabaseUrlError("the database URL does not parse") from cause
    dialect = parsed.get_backend_name()
    if dialect == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if dialect != "sqlite":
        raise DatabaseUrlError(f"{dialect!r} databases are not supported")
    if parsed.database in {None, "", ":memory:"}:
        raise DatabaseUrlError("an SQLite database needs a file: its readers and its writer are different connections")
    return parsed


def sqlite_engine(url: URL, *, writer: bool) -> Engine:
    """An engine whose connections begin as writers at once, or refuse to write at all.

    A write transaction starts with BEGIN IMMEDIATE: it waits for its turn at the beginning instead of failing in
    the middle. The pool of the writer holds one connection, so that one thread of a process writes at a time. Between
    processes SQLite has no queue, and its own waiting looks less and less often: beside an import, which leaves the
    lock for a few milliseconds between its chunks, a hit could wait for seconds. So the writer looks every two.
    """
    engine = create_engine(
        url,
        pool_size=1 if writer else _READERS,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        hide_parameters=True,  # digests' tags and names must not reach a log through an error
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: SqliteConnection, _record: object) -> None:
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL" if writer else "synchronous = NORMAL",
            "foreign_keys = ON",
            f"cache_size = -{_CACHE_KIB if writer else _CACHE_KIB // 4}",
            f"query_only = {'OFF' if writer else 'ON'}",
            f"busy_timeout = {0 if writer else BUSY_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if writer:
            _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _begin_writing(connection: Connection) -> None:
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if "locked" not in str(error.orig) or time.monotonic() >= give_up:
                raise
            time.sleep(_LOOK_SECONDS)
        else:
            return


def postgres_engine(url: URL) -> Engine:
    """An engine for PostgreSQL; a connection that the server dropped is noticed before use."""
    return create_engine(
        url,
        pool_size=_READERS,
        max_overflow=_READERS,
        pool_timeout=BUSY_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 10},
    )


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turn a database that is away, busy or not migrated into an outage that says so.

    Broken constraints pass through: the adapters know what each one means.
    """
    where = url.render_as_string(hide_password=True)
    try:
        yield
    except PoolTimeoutError as cause:
        raise DatabaseAwayError(f"{where}: no connection came free within {BUSY_SECONDS} s") from cause
    except (OperationalError, ProgrammingError) as cause:
        if any(words in str(cause.orig) for words in _MISSING_TABLE):
            raise DatabaseNotReadyError(f"{where} lacks a table or column that is needed") from cause
        if isinstance(cause, OperationalError):
            raise DatabaseAwayError(f"{where}: {_first_line(cause)}") from cause
        raise


def _first_line(cause: DBAPIError) -> str:
    return (str(cause.orig).splitlines() or ["no answer"])[0]
