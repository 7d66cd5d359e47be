"""Names what optional things the tests will have, and what they go without; used by `make test` and `make test-all`."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

MISSING_CODE = 1


def main() -> int:
    """Print one line on what is here; under CI=true with --all, fail when something is missing."""
    parts = {
        "PostgreSQL": bool(os.environ.get("SCHOON_TEST_POSTGRES_URL"))
        or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        or shutil.which("initdb") is not None,
        "Chromium": any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")),
        "nsd": shutil.which("nsd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") is not None,
        "iproute2": shutil.which("ip", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is not None,
        "pillow-heif": importlib.util.find_spec("pillow_heif") is not None,
        "scikit-image": importlib.util.find_spec("skimage") is not None,
    }
    wanted = parts if "--all" in sys.argv else {name: parts[name] for name in ("pillow-heif", "scikit-image")}
    missing = [name for name, here in wanted.items() if not here]
    here = ", ".join(name for name, is_here in wanted.items() if is_here) or "nothing"
    print(f"optional parts here: {here}")
    if missing:
        print(f"NOT TESTED, because it is not installed: {', '.join(missing)}", file=sys.stderr)
    return MISSING_CODE if missing and "--all" in sys.argv and os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
