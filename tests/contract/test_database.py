"""What every database must do for the services: transactions, times, errors, migrations."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from schoon.kinds import InputError, OutageError
from schoon.store import Database, connection_of, migrate
from schoon.store.tables import metadata, parties
from tests.contract.conftest import BACKENDS

T0 = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def add(tx: Connection, name: str) -> None:
    tx.execute(parties.organisations.insert().values(name=name, role="hotline", added_at=T0))


def names(database: Database) -> list[str]:
    with database.read() as tx:
        return list(tx.scalars(parties.organisations.select().with_only_columns(parties.organisations.c.name)))


def test_a_write_that_raises_leaves_nothing(backend: Database) -> None:
    def fail_after_adding() -> None:
        with backend.write() as tx:
            add(tx, "a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_adding()
    assert names(backend) == []


def test_a_read_refuses_to_write(backend: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)read"), backend.read() as tx:
        add(tx, "a")


def test_a_read_is_one_view_while_others_write(backend: Database) -> None:
    with backend.read() as tx:
        count = text("SELECT count(*) FROM organisations")
        assert tx.scalar(count) == 0
        with backend.write() as other:
            add(other, "a")
        assert tx.scalar(count) == 0
    assert names(backend) == ["a"]


def test_writers_in_threads_take_turns_and_none_fails(backend: Database) -> None:
    def work(number: int) -> None:
        for turn in range(5):
            with backend.write() as tx:
                add(tx, f"{number}-{turn}")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(backend)) == 60


def test_an_instant_comes_back_in_utc(backend: Database) -> None:
    amsterdam = T0.astimezone(timezone(timedelta(hours=2)))
    with backend.write() as tx:
        tx.execute(parties.organisations.insert().values(name="a", role="hotline", added_at=amsterdam))
    with backend.read() as tx:
        (found,) = tx.scalars(parties.organisations.select().with_only_columns(parties.organisations.c.added_at))
    assert found == T0
    assert found.tzinfo is UTC


def test_a_naive_time_is_refused(backend: Database) -> None:
    with pytest.raises(Exception, match="no time zone"), backend.write() as tx:
        tx.execute(parties.organisations.insert().values(name="a", role="x", added_at=T0.replace(tzinfo=None)))


def test_migrating_again_changes_nothing(backend_url: str, backend: Database) -> None:
    with backend.write() as tx:
        add(tx, "a")
    migrate(backend_url)
    assert names(backend) == ["a"]


def test_a_transaction_from_elsewhere_is_refused() -> None:
    with pytest.raises(TypeError):
        connection_of(object())


def test_an_error_never_shows_the_values(backend: Database) -> None:
    with pytest.raises(Exception, match="lacks") as caught, backend.write() as tx:
        tx.execute(text("SELECT :value FROM nowhere"), {"value": "secret-value"})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://a/b", "sqlite://", "sqlite:///:memory:", "sqlite:////no/such/folder/x.db"]
)
def test_a_bad_url_is_refused_with_a_next_step(url: str) -> None:
    with pytest.raises(InputError) as caught:
        migrate(url)
    assert caught.value.advice


def test_a_database_without_tables_says_so(tmp_path: Path) -> None:
    with pytest.raises(OutageError, match="lacks") as caught, Database(f"sqlite:///{tmp_path}/x.db").write() as tx:
        add(tx, "a")
    assert "schoon init" in caught.value.advice


def test_a_database_that_is_away_says_so_without_its_password() -> None:
    away = Database("postgresql://user:hunter2@127.0.0.1:1/x")
    with pytest.raises(OutageError) as caught, away.read():
        pass
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("dialect", BACKENDS)
def test_all_migrations_make_what_create_all_makes(
    dialect: str, tmp_path: Path, migrated_sqlite: Path, request: pytest.FixtureRequest
) -> None:
    if dialect == "sqlite":
        migrated, fresh = f"sqlite:///{migrated_sqlite}", f"sqlite:///{tmp_path}/fresh.db"
        assert _sqlite_objects(migrated) == _sqlite_objects(fresh, create=True)
    else:
        url: str = request.getfixturevalue("postgresql_url")
        migrate(url)
        found = _postgres_objects(url)
        expected = _postgres_objects(url, create=True)
        assert found == expected


def _sqlite_objects(url: str, *, create: bool = False) -> dict[str, str]:
    engine = create_engine(url)
    with engine.begin() as connection:
        if create:
            metadata.create_all(connection)
        rows = connection.execute(
            text(
                "SELECT type || ' ' || name, sql FROM sqlite_master "
                "WHERE name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
            )
        ).all()
    engine.dispose()
    return {name: " ".join((sql or "").split()) for name, sql in rows}


def _postgres_objects(url: str, *, create: bool = False) -> dict[str, set[tuple[object, ...]]]:
    engine = create_engine(url)
    with engine.begin() as connection:
        if create:
            schema = connection.scalar(text("SELECT current_schema()"))
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
            connection.execute(text(f"CREATE SCHEMA {schema}"))
            metadata.create_all(connection)
        found = {
            what: {tuple(row) for row in connection.execute(text(query)).all() if "alembic_version" not in str(row)}
            for what, query in _POSTGRES_CATALOG.items()
        }
    engine.dispose()
    return found


_POSTGRES_CATALOG = {
    "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default, ordinal_position "
    "FROM information_schema.columns WHERE table_schema = current_schema()",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = current_schema()::regnamespace",
    "indexes": "SELECT tablename, indexname, replace(indexdef, current_schema() || '.', '') FROM pg_indexes "
    "WHERE schemaname = current_schema()",
    "triggers": "SELECT tgrelid::regclass::text, tgname, "
    "replace(pg_get_triggerdef(t.oid), current_schema() || '.', '') "
    "FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal "
    "AND relnamespace = current_schema()::regnamespace",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace",
}
