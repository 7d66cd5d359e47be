"""The look-up of a route goes by key, however large the table is: read from the database's own plan."""

from ipaddress import ip_address

from schoon.hosting import SnapshotKind
from schoon.store import Database, migrate
from tests.hosting_world import World
from tests.statements import Asked, plan_of, statements


def test_a_route_is_found_by_one_statement_over_the_primary_key(tmp_path):
    """128 keys are a millisecond; a scan of a million rows for each address of each trace would be a second."""
    url = f"sqlite:///{tmp_path / 'schoon.db'}"
    migrate(url)
    database = Database(url)
    world = World(tmp_path, database)
    world.take()
    with database.read() as tx:
        newest = world.ports.snapshots.newest(tx, SnapshotKind.PREFIXES)
        assert newest is not None
        with statements() as seen:
            found = world.ports.snapshots.route_for(tx, newest[0].snapshot_id, ip_address("2d00:1::10"))
        assert found is not None
        assert found.prefix == "2d00:1::/32"
    (asked,) = seen
    plan = plan_of(database, asked)
    database.close()
    assert "SEARCH hosting_routes USING PRIMARY KEY (snapshot_id=? AND prefix=?)" in plan


def test_the_plan_of_a_scan_would_be_told_apart(tmp_path):
    url = f"sqlite:///{tmp_path / 'schoon.db'}"
    migrate(url)
    database = Database(url)
    plan = plan_of(database, Asked("SELECT * FROM hosting_routes WHERE organisation = 'x'", ()))
    database.close()
    assert "SCAN hosting_routes" in plan
