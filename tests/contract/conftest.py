"""The databases that contract suites run on: an SQLite file always, PostgreSQL where one is given.

`backend` is a migrated, empty `Database`. Port suites add their in-memory twin themselves, because a twin is per port.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
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
def postgres_url() -> Iterator[str]:
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


@pytest.fixture(params=BACKENDS)
def backend_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated, empty database of each dialect in turn."""
    if request.param == "sqlite":
        sqlite: str = request.getfixturevalue("sqlite_url")
        return sqlite
    postgres: str = request.getfixturevalue("postgres_url")
    migrate(postgres)
    return postgres


@pytest.fixture
def backend(backend_url: str) -> Iterator[Database]:
    """A migrated, empty database of each dialect in turn."""
    database = Database(backend_url)
    yield database
    database.close()
