"""Real worker processes on one database: each task is done once, also when one of them is killed in the middle."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from schoon.agenda import Task
from schoon.store import Database
from schoon.store.agenda import SqlAgenda
from tests.worker_site import BATCH, KIND, T0, begun, clock_from, ended, tables

ROOT = Path(__file__).parents[2]
NAMES = [f"{number:03}" for number in range(120)]


class Site:
    """One database with tasks, and the crews that work on it."""

    def __init__(self, database: Database, url: str, folder: Path, *, faster: int) -> None:
        self.database, self.url, self.folder, self.faster = database, url, folder, faster
        self.started = time.time()  # noqa: TID251 - the test's own clock, for many processes
        self.clock = clock_from(self.started, faster)
        with database.write() as tx:
            tables.create_all(tx)
            SqlAgenda().put(tx, [Task(kind=KIND, subject=name, due_at=T0) for name in NAMES])

    @contextmanager
    def crew(
        self, *, processes: int = 3, task_seconds: float = 0.01, port: int | None = None
    ) -> Iterator["subprocess.Popen[bytes]"]:
        code = (
            "from schoon.worker import WorkOptions, work; "
            f"work('tests.worker_site:workplace', WorkOptions(processes={processes}, metrics_port={port}))"
        )
        told = {
            "SITE_DATABASE": self.url,
            "SITE_STARTED": str(self.started),
            "SITE_FASTER": str(self.faster),
            "SITE_TASK_SECONDS": str(task_seconds),
            "PYTHONPATH": f"{ROOT}/src:{ROOT}",
        }
        log = (self.folder / "crew.log").open("ab")
        crew = subprocess.Popen([sys.executable, "-c", code], env=os.environ | told, stderr=log)  # noqa: TID251 - a child's
        try:
            yield crew
        finally:
            crew.kill()
            crew.wait(10)
            log.close()

    def waiting(self) -> int:
        with self.database.read() as tx:
            return sum(one.tasks for one in SqlAgenda().waiting(tx, T0))

    def at_hand(self) -> set[int]:
        """Processes that have begun something that is not ended."""
        with self.database.read() as tx:
            done = {row.subject for row in tx.execute(select(ended))}
            return {row.pid for row in tx.execute(select(begun)) if row.subject not in done}

    def ended(self) -> Counter[str]:
        with self.database.read() as tx:
            return Counter(row.subject for row in tx.execute(select(ended)))

    def last_ended_at(self):
        with self.database.read() as tx:
            return max(row.at for row in tx.execute(select(ended))).replace(tzinfo=UTC)

    def workers(self) -> set[int]:
        with self.database.read() as tx:
            return {row.pid for row in tx.execute(select(ended))}


@pytest.fixture(params=[30])
def site(request: pytest.FixtureRequest, backend: Database, backend_url: str, tmp_path: Path) -> Site:
    return Site(backend, backend_url, tmp_path, faster=request.param)


def wait_for(what: Callable[[], object], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("site", [30, pytest.param(3, marks=pytest.mark.slow)], indirect=True)
def test_each_task_is_done_once_though_a_worker_is_killed_in_the_middle(site):
    with site.crew(task_seconds=0.03) as crew:
        wait_for(site.at_hand)
        killed, killed_at = site.at_hand().pop(), site.clock()
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: not site.waiting())
        crew.terminate()
        assert crew.wait(20) == 0
    assert site.ended() == Counter(NAMES)
    if site.faster < 30:  # else a second of waiting is half a minute
        assert site.last_ended_at() - killed_at < timedelta(minutes=1)
    assert len(site.workers() - {killed}) >= 2


@pytest.mark.slow
def test_a_stop_ends_the_batch_at_hand_and_begins_no_other(site):
    with site.crew(processes=1, task_seconds=0.3) as crew:
        wait_for(site.at_hand)
        crew.terminate()
        assert crew.wait(20) == 0
    assert sum(site.ended().values()) == BATCH
    assert site.waiting() == len(NAMES) - BATCH


@pytest.mark.slow
def test_workers_end_when_their_crew_is_killed(site):
    with site.crew(processes=2, task_seconds=0.1) as crew:
        wait_for(lambda: len(site.at_hand()) == 2)
        pids = site.at_hand()
        crew.kill()
        wait_for(lambda: not any(is_running(pid) for pid in pids), seconds=10)
    assert max(site.ended().values(), default=1) == 1


@pytest.mark.slow
def test_the_figures_are_shown_on_the_loopback(site):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with site.crew(processes=1, port=port):
        wait_for(lambda: not site.waiting())
        line = f'schoon_worker_done_total{{kind="item:probe"}} {len(NAMES)}.0'
        wait_for(lambda: line in urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode())
