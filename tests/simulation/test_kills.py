"""A process, or its database, is killed at every named point of the workflows; its successor loses and doubles nothing.

After each kill the rules of `invariants.sql` must hold at once, and at the end of the days everything that a run is
judged by. A message that was handed over and not written down comes again: the same bytes under the same name.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.cluster import programs
from tests.soak import IN_SOAK, KILLS

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(40_000)]


def kills(*options: str) -> tuple[int, int]:
    """Points and kills, after none of which anything was wrong."""
    command = [sys.executable, "-m", "tests.simulation.kills", "--times", str(KILLS), *options]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}/src:{ROOT}"}  # noqa: TID251 - a child's
    ended = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    counted = re.search(r"(\d+) points, (\d+) kills, at least (\d+) a point, 0 with something wrong", ended.stdout)
    assert counted is not None
    assert int(counted[3]) == KILLS
    return int(counted[1]), int(counted[2])


def test_a_kill_at_any_point_loses_nothing_and_doubles_nothing():
    points, killed = kills()
    assert points >= 60
    assert killed == points * KILLS


@pytest.mark.skipif(programs() is None, reason="NOT RUN ON POSTGRESQL: apt-get install postgresql")
def test_a_killed_database_loses_nothing_that_it_said_it_had():
    points, killed = kills("--database") if IN_SOAK else kills("--database", "--every", "12")
    assert points >= (60 if IN_SOAK else 6)
    assert killed == points * KILLS
