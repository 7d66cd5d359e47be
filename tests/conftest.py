"""How hypothesis runs everywhere: no deadline (a first call may compile), and in CI the same examples each time."""

import os

from hypothesis import settings

IN_CI = os.environ.get("CI") == "true"  # noqa: TID251 - tests have no settings

settings.register_profile("schoon", deadline=None, derandomize=IN_CI, print_blob=True)
settings.load_profile("schoon")
