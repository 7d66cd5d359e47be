"""The look-up of a route goes by key, however large the table is: read from the database's own plan."""

from ipaddress import ip_address

from sqlalchemy import event, text

from schoon.hosting import SnapshotKind
from schoon.store import Database, migrate
from tests.hosting_world import World


def test_a_route_is_found_by_one_statement_over_the_primary_key(tmp_path):
    """128 keys are a millisecond; a scan of a million rows for each address of each trace would be a second."""
    url = f"sqlite:///{tmp_path / 'schoon.db'}"
    migrate(url)
    database = Database(url)
    world = World(tmp_path, database)
    world.take()
    statements = []
    with database.read() as tx:
        newest = world.ports.snapshots.newest(tx, SnapshotKind.PREFIXES)
        assert newest is not None
        event.listen(tx, "before_cursor_execute", lambda *call: statements.append((call[2], call[3])))
        found = world.ports.snapshots.route_for(tx, newest[0].snapshot_id, ip_address("2d00:1::10"))
        assert found is not None
        assert found.prefix == "2d00:1::/32"
        (statement, values) = statements.pop()
        assert statements == []
        plan = "\n".join(row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
    database.close()
    assert "SEARCH hosting_routes USING PRIMARY KEY (snapshot_id=? AND prefix=?)" in plan


def test_the_plan_of_a_scan_would_be_told_apart(tmp_path):
    url = f"sqlite:///{tmp_path / 'schoon.db'}"
    migrate(url)
    database = Database(url)
    with database.read() as tx:
        rows = tx.execute(text("EXPLAIN QUERY PLAN SELECT * FROM hosting_routes WHERE organisation = 'x'"))
        plan = "\n".join(row[3] for row in rows)
    database.close()
    assert "SCAN hosting_routes" in plan
