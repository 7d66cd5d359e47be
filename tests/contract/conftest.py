"""The databases that contract suites run on: an SQLite file always, PostgreSQL where one is given.

`backend` is a migrated, empty `Database`. Port suites add their in-memory twin themselves, because a twin is per port.
"""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from schoon.store import Database, migrate

POSTGRES_URL = os.environ.get("SCHOON_TEST_POSTGRES_URL", "")  # noqa: TID251 (where the tests' PostgreSQL is)
IN_CI = os.environ.get("CI", "") == "true"  # noqa: TID251 (CI must not skip PostgreSQL)
BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One migrated file that every SQLite test copies."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


def need_postgres() -> str:
    """The URL of the PostgreSQL to test on; skips loudly without one, and fails in CI."""
    if not POSTGRES_URL:
        if IN_CI:
            pytest.fail("CI must set SCHOON_TEST_POSTGRES_URL")
        pytest.skip("NOT RUN ON POSTGRESQL: set SCHOON_TEST_POSTGRES_URL")
    return POSTGRES_URL


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """The URL of a fresh, empty schema, dropped afterwards."""
    base = make_url(need_postgres())
    schema = f"test_{uuid.uuid4().hex}"
    engine = create_engine(base, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    try:
        url = base.update_query_dict({"options": f"-csearch_path={schema}"})
        yield url.render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """The URL of a fresh, migrated SQLite file."""
    path = tmp_path / "schoon.db"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def open_backend(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Database]]:
    """Opens a migrated, empty database of the dialect it is given; for suites that also run on a twin in memory."""
    opened: list[Database] = []

    def open_one(dialect: str) -> Database:
        url: str = request.getfixturevalue(f"{dialect}_url")
        if dialect == "postgresql":
            migrate(url)
        opened.append(Database(url))
        return opened[-1]

    yield open_one
    for database in opened:
        database.close()


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, open_backend: Callable[[str], Database]) -> Database:
    """A migrated, empty database of each dialect in turn."""
    return open_backend(request.param)


@pytest.fixture
def backend_url(backend: Database) -> str:
    """The URL of `backend`."""
    return backend.url.render_as_string(hide_password=False)
