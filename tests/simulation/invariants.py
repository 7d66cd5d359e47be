"""What must hold in the tables whenever no worker is at work, read by plain SQL apart from every service."""

import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, text

_RULE = re.compile(r"^-- (?P<words>.+)\n(?P<query>SELECT[^;]+);", re.MULTILINE)
RULES = {
    found["words"]: found["query"]
    for found in _RULE.finditer(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
}
"""What it says, with a query for everything of which it does not hold."""


def broken(connection: Connection) -> Iterator[str]:
    """Everything that does not hold, with how much and a few examples."""
    for words, query in RULES.items():
        found = connection.execute(text(query)).all()
        if found:
            yield f"{words}: not so {len(found)} times, e.g. {[tuple(row) for row in found[:3]]}"
