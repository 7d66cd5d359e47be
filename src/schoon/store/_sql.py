"""Reads statements that are written in one dialect's own SQL: migrations and triggers."""

from pathlib import Path

_SEPARATOR = "\n--;\n"  # stands between two statements; a semicolon would cut a trigger in two


def read_statements(path: Path) -> list[str]:
    """The statements of an SQL file, in order."""
    return [part.strip() for part in path.read_text("utf-8").split(_SEPARATOR) if part.strip()]


def migration_statements(migration: str, dialect: str) -> list[str]:
    """The statements of `versions/<migration>.<dialect>.sql`, in order."""
    return read_statements(Path(__file__).parent / "migrations" / "versions" / f"{migration}.{dialect}.sql")
