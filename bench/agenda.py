"""Finding what is due among 300,000 open tasks, on SQLite and on PostgreSQL: a claim of 500, as a worker makes it.

Two fifths of the tasks are of kinds that have nothing due, so that a claim must find its own among them. PostgreSQL is
the one of SCHOON_TEST_POSTGRES_URL, else one that is started for the run. Other sizes: `python -m bench.agenda 1e6`.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import text

from bench._clock import seconds
from bench._figures import Figure, figure
from schoon.agenda import Task, TaskKind
from schoon.agenda.service import AgendaService
from schoon.store import Database, migrate
from schoon.store.agenda import SqlAgenda

SIZE, CLAIM, ROUNDS = 300_000, 500, 15
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KINDS = (TaskKind.ITEM_PROBE, TaskKind.CLOCK_STEP, TaskKind.REPORT_EXPIRE)


def measure(size: int = SIZE) -> Iterator[Figure]:
    """The figures of both databases."""
    with TemporaryDirectory(prefix="schoon-bench-") as folder:
        yield from _measure(f"sqlite:///{Path(folder) / 'schoon.db'}", "SQLite", size)
    url = os.environ.get("SCHOON_TEST_POSTGRES_URL", "")
    if url:
        yield from _measure(url, "PostgreSQL", size)
    else:
        yield from _with_postgres(size)


def _with_postgres(size: int) -> Iterator[Figure]:
    command = ["tools/with-postgres", sys.executable, "-m", "bench.agenda", "--postgres", str(size)]
    found = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True).stdout
    yield from (json.loads(line) for line in found.splitlines() if line.startswith("{"))


def _measure(url: str, dialect: str, size: int) -> Iterator[Figure]:
    migrate(url)
    database = Database(url)
    agenda = AgendaService(database, SqlAgenda())
    _fill(database, size)
    label = f"{size:,} open tasks, {dialect}"

    def claim() -> None:
        claimed = agenda.claim(TaskKind.ITEM_PROBE, now=NOW, until=NOW + timedelta(seconds=45), limit=CLAIM)
        if len(claimed) != CLAIM:
            raise RuntimeError(f"{len(claimed)} claimed, not {CLAIM}")

    spent = _times(claim)
    yield figure(f"due work found: a claim of {CLAIM}", label, median(spent), "ms")
    yield figure(f"due work found: the slowest of {ROUNDS} claims", label, max(spent), "ms")
    yield figure("a look that finds nothing due", label, median(_times(lambda: agenda.next_due(list(TaskKind)))), "ms")
    yield figure("how each kind stands", label, median(_times(lambda: agenda.waiting(NOW))), "ms")
    database.close()


def _fill(database: Database, size: int) -> None:
    """Probes of which a tenth are due, and tasks of other kinds that all lie ahead."""
    chance, agenda = random.Random(31), SqlAgenda()
    for start in range(0, size, 10_000):
        tasks = []
        for number in range(start, min(start + 10_000, size)):
            kind = KINDS[number % 5] if number % 5 < len(KINDS) else TaskKind.ITEM_PROBE
            first = -3_600 * 24 if kind is TaskKind.ITEM_PROBE else 60
            due_at = NOW + timedelta(seconds=chance.randrange(first, 3_600 * 24 * 9))
            tasks.append(Task(kind=kind, subject=f"{chance.getrandbits(128):026x}", due_at=due_at))
        with database.write() as tx:
            agenda.put(tx, tasks)
    with database.write() as tx:
        tx.execute(text("ANALYZE agenda"))


def _times(work: Callable[[], object]) -> list[float]:
    work()
    return [1_000 * seconds(work) for _ in range(ROUNDS)]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--postgres"]:
        for one in _measure(os.environ["SCHOON_TEST_POSTGRES_URL"], "PostgreSQL", int(sys.argv[2])):
            print(json.dumps(one))
    else:
        for one in measure(int(float(sys.argv[1])) if len(sys.argv) > 1 else SIZE):
            print(one)
