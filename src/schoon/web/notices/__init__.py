"""The desk's pages of notices: what is sent, whose time runs out, and what hosters dispute."""

from schoon.web.notices._hoster_views import show_hosters
from schoon.web.notices._moved_view import show_moved
from schoon.web.notices._time_views import answer_dispute, show_clocks, show_disputes
from schoon.web.notices._views import (
    ask_to_send,
    send_notice,
    send_notice_of_item,
    show_notice,
    show_notices,
)

__all__ = [
    "answer_dispute",
    "ask_to_send",
    "send_notice",
    "send_notice_of_item",
    "show_clocks",
    "show_disputes",
    "show_hosters",
    "show_moved",
    "show_notice",
    "show_notices",
]
