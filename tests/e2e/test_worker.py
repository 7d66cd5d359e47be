"""`schoon worker`, as an operator runs it."""

import json
import signal
import subprocess
import sys
import time

import pytest

from schoon.agenda import Task, TaskKind
from schoon.store import Database
from schoon.store.agenda import SqlAgenda
from tests.e2e.program import Program
from tests.worker_site import T0


@pytest.fixture
def program(tmp_path):
    program = Program(tmp_path / "home")
    program.run("init")
    return program


@pytest.mark.slow
def test_it_works_until_it_is_told_to_stop(program):
    command = [sys.executable, "-m", "schoon", "worker", "--processes", "2"]
    log = program.home / "worker.log"
    with log.open("wb") as errors:
        worker = subprocess.Popen(command, env=program.environment, stdout=errors, stderr=errors)
        until = time.monotonic() + 30
        while log.read_text().count("worker started") < 2 and time.monotonic() < until:
            time.sleep(0.05)
        worker.send_signal(signal.SIGINT)
        assert worker.wait(20) == 0
    events = [json.loads(line)["event"] for line in log.read_text().splitlines()]
    assert sorted(events) == sorted(["worker.start", "worker.start", "worker.heartbeat", "worker.stop", "worker.stop"])


def test_a_database_that_was_not_made_is_said_before_anything_starts(tmp_path):
    program = Program(tmp_path / "home")
    program.run("init")
    (tmp_path / "home" / "schoon.db").unlink()
    assert "schoon init" in program.run("worker", code=5).stderr


def test_the_agenda_shows_what_is_due_and_what_keeps_failing(program):
    database, agenda = Database(f"sqlite:///{program.home}/schoon.db"), SqlAgenda()
    with database.write() as tx:
        agenda.put(tx, [Task(kind=TaskKind.ITEM_PROBE, subject=name, due_at=T0) for name in ("a", "b")])
        claimed = agenda.claim(tx, now=T0, until=T0, limit=1)
        agenda.set_aside(tx, claimed, fault="KeyError", free_at=T0)
    database.close()
    shown = program.json("agenda")
    assert [(one["kind"], one["tasks"], one["failing"]) for one in shown["waiting"]] == [("item:probe", 2, 1)]
    assert [(one["subject"], one["fault"]) for one in shown["failing"]] == [("a", "KeyError")]
    assert "KeyError" in program.run("agenda").stdout
