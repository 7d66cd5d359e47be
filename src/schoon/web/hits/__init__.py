"""The pages on which a member sees its hits and says what it did."""

from schoon.web.hits._tables import files_csv, history_csv, hits_csv
from schoon.web.hits._views import act_on_hit, dispute_hit, mark_hits, show_hit, show_hits, show_statement

__all__ = [
    "act_on_hit",
    "dispute_hit",
    "files_csv",
    "history_csv",
    "hits_csv",
    "mark_hits",
    "show_hit",
    "show_hits",
    "show_statement",
]
