"""What somebody typed into a form: addresses among words, each line for itself."""

import re

from schoon.reports._readers.addresses import addresses_in, behind_safe_link
from schoon.reports._readers.keepable import report_text
from schoon.reports.types import SubmittedItem

_BARE = re.compile(r"(?:[\w-]{1,63}\.){1,10}[^\W\d_]{2,63}(?::\d{1,5})?(?:[/?#]\S{0,2000})?")
"""An address without its scheme, as people copy it from a telephone; alone on its line."""


def read_typed(where: str, text: str = "") -> tuple[tuple[SubmittedItem, ...], str]:
    """The items that a visitor named, and the text of the report: lines without an address, then what else was written.

    Args:
        where: Where it was seen: addresses, or words about a place that has none.
        text: What else was written; addresses in it are only mentioned, and become no items.
    """
    items: dict[str, SubmittedItem] = {}
    words: list[str] = []
    for line in where.splitlines():
        found = [behind_safe_link(one) for one in addresses_in(line)]
        if not found and _BARE.fullmatch(line.strip()):
            found = [f"http://{line.strip()}"]
        items |= {one: SubmittedItem(url=one) for one in found}
        if line.strip() and not found:
            words.append(line.strip())
    kept, _ = report_text("\n".join([*words, text]))
    return tuple(items.values()), kept
