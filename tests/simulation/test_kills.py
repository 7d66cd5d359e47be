"""A process is killed at every named point of the workflows; who comes after it loses nothing and doubles nothing.

After each kill the rules of `invariants.sql` must hold at once, and at the end of the days everything that a run is
judged by. A message that was handed over and not written down comes again: the same bytes under the same name.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TIMES = "20" if os.environ.get("SCHOON_SOAK") == "1" else "1"  # noqa: TID251 - `make soak`


@pytest.mark.slow
@pytest.mark.timeout(7_200)
def test_a_kill_at_any_point_loses_nothing_and_doubles_nothing():
    command = [sys.executable, "-m", "tests.simulation.kills", "--times", TIMES]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}/src:{ROOT}"}  # noqa: TID251 - a child's
    ended = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    counted = re.search(r"(\d+) points, (\d+) kills, 0 with something wrong", ended.stdout)
    assert counted is not None
    assert int(counted[1]) >= 60
    assert int(counted[2]) >= int(counted[1])
