"""The pages for hosters: of one notice, by its link or by an account, and the account's own."""

from schoon.web.hoster._account_views import LARGEST_LIST, account_csv, compare_lists, show_account, show_comparison
from schoon.web.hoster._views import (
    answer_notice,
    answer_own_notice,
    notice_csv,
    open_notice,
    open_own_notice,
    own_notice_csv,
)

__all__ = [
    "LARGEST_LIST",
    "account_csv",
    "answer_notice",
    "answer_own_notice",
    "compare_lists",
    "notice_csv",
    "open_notice",
    "open_own_notice",
    "own_notice_csv",
    "show_account",
    "show_comparison",
]
