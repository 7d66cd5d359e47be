"""`make year`: plays a year and judges it; with options a part of one, from another seed."""

import argparse
import gc
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from tests.simulation.judge import judge
from tests.simulation.play import YEAR_REPORTS, Scale, play

MEMORY = Path("/dev/shm")
"""Where there is one: a year writes gigabytes that nobody needs afterwards."""
SHOWN = 10
YOUNG = 100_000
"""Objects after which garbage is looked for: a year keeps millions, and the usual 700 cost a fifteenth of its time."""


def main() -> int:
    """1 when something is wrong with the run."""
    options = _options()
    scale = Scale(
        reports=options.reports,
        tick=timedelta(minutes=options.tick),
        after=timedelta(days=options.after),
        largest=options.largest,
    )
    gc.set_threshold(YOUNG)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="schoon-year-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        played = play(options.seed, scale, Path(folder), tell=lambda line: print(line, file=sys.stderr, flush=True))
        spent = time.monotonic() - began
        judged = judge(played)
        played.house.database.close()
    print("\n".join(judged.story))
    print(f"digest: {judged.digest}")
    print(f"{spent:.0f} s played, {time.monotonic() - began - spent:.0f} s judged")
    for line in judged.wrong[:SHOWN]:
        print(f"WRONG: {line}")
    print(f"{len(judged.wrong):,} things are wrong" if judged.wrong else "nothing was missed, late, lost or doubled")
    return 1 if judged.wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of everything that chance decides")
    parser.add_argument("--reports", type=int, default=YEAR_REPORTS, help="that come in, as many a day as in 2019")
    parser.add_argument("--tick", type=int, default=20, help="minutes by which the clock jumps")
    parser.add_argument("--after", type=float, default=0, help="days after the last report")
    parser.add_argument("--largest", type=float, default=0.94, help="share of the largest hoster at home")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
