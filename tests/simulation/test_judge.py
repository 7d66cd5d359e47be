"""The judge finds a worker that does nothing, and one that forgets: a run that cannot fail proves nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from schoon.store.tables.agenda import agenda
from tests.simulation import play
from tests.simulation.judge import judge

SMALL = play.Scale(reports=200, tick=timedelta(hours=6), after=timedelta(days=3), largest=0.3)


def wrong_of(folder) -> tuple[str, ...]:
    return judge(play.play(1, SMALL, folder)).wrong


def test_a_worker_that_never_works_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(play._Run, "_work", lambda self: None)
    wrong = wrong_of(tmp_path)
    assert any("task item:attribute" in line and "nobody did it" in line for line in wrong), wrong


@pytest.mark.parametrize(
    ("kind", "found"),
    [("item:attribute", "to be noticed waits"), ("notice:send", "will be sent"), ("item:probe", "is looked at")],
)
def test_a_worker_that_forgets_a_kind_of_task_is_found(kind, found, tmp_path, monkeypatch):
    work = play._Run._work

    def forget(run: play._Run) -> None:
        with run._played.house.database.write() as tx:
            tx.execute(delete(agenda).where(agenda.c.kind == kind))
        work(run)

    monkeypatch.setattr(play._Run, "_work", forget)
    wrong = wrong_of(tmp_path)
    assert any(found in line for line in wrong), wrong[:5]


def test_a_worker_that_works_is_not_blamed(tmp_path):
    assert wrong_of(tmp_path) == ()
