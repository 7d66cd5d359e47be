"""Brings a database up to the schema of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from schoon.store.database import Database
from schoon.store.errors import DatabaseUrlError

_LOCK = 7_236_801_493
"""Any constant: processes that migrate the same PostgreSQL database at once take turns on it."""


def migrate(url: str) -> None:
    """The database at `url`, created when it is an SQLite file, with every migration applied.

    All in one transaction: a migration that fails leaves the database as it was. Running it again changes nothing.

    Raises:
        DatabaseUrlError: The URL is not usable, or the folder of the SQLite file is not there.
        DatabaseAwayError: The database does not answer.
    """
    database = Database(url)
    if database.dialect == "sqlite":
        folder = Path(database.url.database or "").absolute().parent
        if not folder.is_dir():
            raise DatabaseUrlError(
                f"{folder} is not a directory", next_step="make the directory, or choose another place"
            )
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        with database.write() as connection:
            if database.dialect == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        database.close()
