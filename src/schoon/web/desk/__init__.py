"""The desk's pages: items from a report to their judgement, and what is set aside for the police."""

from schoon.web.desk._views import (
    act_for_police,
    items_csv,
    judge_item,
    open_viewer,
    search,
    show_inbox,
    show_item,
    show_police,
)

__all__ = [
    "act_for_police",
    "items_csv",
    "judge_item",
    "open_viewer",
    "search",
    "show_inbox",
    "show_item",
    "show_police",
]
