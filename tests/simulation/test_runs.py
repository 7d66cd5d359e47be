"""Parts of the simulated year: nothing is missed, late, lost or doubled, and the same seed gives the same tables.

The second run of a seed is a process of its own with another order of its sets, so that nothing rests on that.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.soak import IN_SOAK

ROOT = Path(__file__).parents[2]


def start(hash_seed: int, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.simulation", *options]
    environment = os.environ | {"PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": f"{ROOT}/src:{ROOT}"}  # noqa: TID251 - a child's
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def ended(run: "subprocess.Popen[str]", seconds: float) -> str:
    """What it printed, once it has ended well."""
    out, errors = run.communicate(timeout=seconds)
    assert run.returncode == 0, f"{out}\n{errors}"
    assert "nothing was missed, late, lost or doubled" in out
    return next(line for line in out.splitlines() if line.startswith("digest: "))


def test_2000_reports_twice_from_one_seed_with_every_kind_of_hoster():
    options = ("--reports", "2000", "--tick", "60", "--after", "3", "--largest", "0.6")
    runs = [start(hash_seed, *options) for hash_seed in (1, 2)]
    first, second = (ended(run, 200) for run in runs)
    assert first == second


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 2])
def test_20000_reports_with_the_largest_hoster_as_large_as_it_was(seed):
    ended(start(0, "--reports", "20000", "--seed", str(seed), "--tick", "30", "--after", "2"), 800)


@pytest.mark.slow
@pytest.mark.timeout(4_000)
@pytest.mark.skipif(not IN_SOAK, reason="only in `make soak`")
def test_the_whole_year():
    ended(start(0), 3_600)
