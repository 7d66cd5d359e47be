"""Defects of the tool in use today, by their numbers in our study of it: none of them is ours."""

from schoon.agenda import TaskKind
from schoon.reports import Reporter, ReportSource
from schoon.store import Database, connection_of, migrate
from tests.reports_world import DAY, T0, sql_world


def test_defect_7_retention_deletes_what_it_promises_to_delete(tmp_path):
    """There, the job of the night logged "do nothing", while its documentation called it a feature."""
    url = f"sqlite:///{tmp_path / 'schoon.db'}"
    migrate(url)
    database = Database(url)
    world = sql_world(database, keep_reporter=30 * DAY)
    who = Reporter(name="A. Melder", email="melder@example.org", phone="+31 20 000 00 00")
    old = world.take("https://foto.example.org/1", text="I saw this", source=ReportSource.FORM, reporter=who)
    young = world.take(
        "https://foto.example.org/2", text="and this", source=ReportSource.FORM, reporter=who, now=T0 + DAY
    )

    def kept():
        with world.transactions.read() as tx:
            held = world.reports.report_book.with_reporter(tx, {old.report_id, young.report_id})
            rows = connection_of(tx).exec_driver_sql("SELECT count(*) FROM reporters").scalar_one()
        assert rows == len(held)
        texts = {one.report_id for one in (old, young) if world.reports.report(one.report_id).text is not None}
        assert texts == held
        return held

    now = T0 + 30 * DAY
    assert kept() == {old.report_id, young.report_id}
    claimed = world.due(TaskKind.REPORT_EXPIRE, now)
    assert [task.subject for task in claimed] == [old.report_id], "due on the day, and what is younger is not"
    world.reports.expire_due(claimed, now=now)
    assert kept() == {young.report_id}
    world.reports.expire_due(world.due(TaskKind.REPORT_EXPIRE, now + DAY), now=now + DAY)
    assert kept() == set()
    assert [event.subject for event in world.events("report:expire")] == [
        f"report:{old.report_id}",
        f"report:{young.report_id}",
    ]
    assert world.due(TaskKind.REPORT_EXPIRE, now + 999 * DAY) == []
    database.close()
