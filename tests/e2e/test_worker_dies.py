"""The real worker, killed by itself at a point between claim and write: the next one does what it had at hand."""

import subprocess
import sys
import time

import pytest

from schoon.agenda import Task, TaskKind
from schoon.store import Database
from schoon.store.agenda import SqlAgenda
from tests.e2e.program import Program
from tests.soak import KILLS
from tests.worker_site import T0

CLAIMED = ["agenda.claim/claim/written", "agenda.claim/claim/committed", "notices.attribute_due/attribute_due/written"]
POINTS = CLAIMED * KILLS


def worker(program: Program, **settings: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "schoon", "worker", "--processes", "1"]
    with (program.home / "worker.log").open("ab") as log:
        return subprocess.Popen(command, env=program.environment | settings, stdout=log, stderr=log)


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_what_a_killed_worker_had_at_hand_is_done_by_the_next(tmp_path, point):
    program = Program(tmp_path / "home")
    program.run("init")
    database, agenda = Database(f"sqlite:///{program.home}/schoon.db"), SqlAgenda()
    with database.write() as tx:
        agenda.put(tx, [Task(kind=TaskKind.ITEM_ATTRIBUTE, subject="an item that is gone", due_at=T0)])
    dying = worker(program, SCHOON_TESTING="1", SCHOON_DIE_AT=point)
    wait_for(lambda: "process ended" in (program.home / "worker.log").read_text())
    dying.terminate()
    dying.wait(70)
    with database.read() as tx:
        assert [one.tasks for one in agenda.waiting(tx, T0)] == [1]
    later = {"SCHOON_TESTING": "1", "SCHOON_CLOCK": "2030-01-01T00:00:00Z"}
    successor = worker(program, **later)
    wait_for(lambda: not waiting(database))
    successor.terminate()
    assert successor.wait(20) == 0
    database.close()


def waiting(database: Database) -> list[object]:
    with database.read() as tx:
        return list(SqlAgenda().waiting(tx, T0))


def wait_for(what, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)
