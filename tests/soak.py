"""What a long run does more of: `make soak`."""

import os

IN_SOAK = os.environ.get("SCHOON_SOAK") == "1"  # noqa: TID251 - tests have no settings
KILLS = 20 if IN_SOAK else 1
"""At each named point."""
