"""Every address of the pages, with who may use it and what keeps other sites from using it."""

from schoon.web._forms import LARGEST_BODY
from schoon.web._visit import Csrf, Permission, View, WebRoute
from schoon.web.desk import (
    act_for_police,
    items_csv,
    judge_item,
    open_viewer,
    search,
    show_inbox,
    show_item,
    show_police,
)
from schoon.web.hits import (
    act_on_hit,
    dispute_hit,
    files_csv,
    history_csv,
    hits_csv,
    mark_hits,
    show_hit,
    show_hits,
    show_statement,
)
from schoon.web.hoster import (
    LARGEST_LIST,
    account_csv,
    answer_notice,
    answer_own_notice,
    compare_lists,
    notice_csv,
    open_notice,
    open_own_notice,
    own_notice_csv,
    show_account,
    show_comparison,
)
from schoon.web.journal import journal_csv, show_journal
from schoon.web.login import choose_language, go_home, log_in, log_out, show_login
from schoon.web.notices import (
    answer_dispute,
    ask_to_send,
    send_notice,
    send_notice_of_item,
    show_clocks,
    show_disputes,
    show_hosters,
    show_moved,
    show_notice,
    show_notices,
)
from schoon.web.report import look_up_status, send_report, show_report, show_sent, show_status


def _read(path: str, view: View, permission: Permission) -> WebRoute:
    return WebRoute(path=path, method="GET", view=view, permission=permission, csrf=Csrf.CHANGES_NOTHING)


def _change(path: str, view: View, permission: Permission, *, largest: int = LARGEST_BODY) -> WebRoute:
    return WebRoute(path=path, method="POST", view=view, permission=permission, csrf=Csrf.FORM_MARK, largest=largest)


ROUTES: tuple[WebRoute, ...] = (
    _read("/", go_home, Permission.ANYONE),
    _read("/login", show_login, Permission.ANYONE),
    _change("/login", log_in, Permission.ANYONE),
    _change("/logout", log_out, Permission.ANYONE),
    _change("/language", choose_language, Permission.ANYONE),
    _read("/report", show_report, Permission.ANYONE),
    _change("/report", send_report, Permission.ANYONE),
    _read("/report/sent", show_sent, Permission.ANYONE),
    _read("/report/status", show_status, Permission.ANYONE),
    _change("/report/status", look_up_status, Permission.ANYONE),
    _read("/hits", show_hits, Permission.MEMBER),
    _read("/hits.csv", hits_csv, Permission.MEMBER),
    _change("/hits/actions", mark_hits, Permission.MEMBER),
    _read("/hits/{hit_id}", show_hit, Permission.MEMBER),
    _change("/hits/{hit_id}/actions", act_on_hit, Permission.MEMBER),
    _change("/hits/{hit_id}/dispute", dispute_hit, Permission.MEMBER),
    _read("/hits/{hit_id}/statement", show_statement, Permission.MEMBER),
    _read("/hits/{hit_id}/files.csv", files_csv, Permission.MEMBER),
    _read("/hits/{hit_id}/history.csv", history_csv, Permission.MEMBER),
    _read("/desk", show_inbox, Permission.ANALYST),
    _read("/desk/items.csv", items_csv, Permission.ANALYST),
    _read("/desk/search", search, Permission.ANALYST),
    _read("/desk/items/{item_id}", show_item, Permission.ANALYST),
    _change("/desk/items/{item_id}/judge", judge_item, Permission.ANALYST),
    _change("/desk/items/{item_id}/viewer", open_viewer, Permission.ANALYST),
    _read("/desk/items/{item_id}/send", send_notice_of_item, Permission.ANALYST),
    _read("/desk/notices", show_notices, Permission.ANALYST),
    _read("/desk/notices/{notice_id}", show_notice, Permission.ANALYST),
    _read("/desk/notices/{notice_id}/send", ask_to_send, Permission.ANALYST),
    _change("/desk/notices/{notice_id}/send", send_notice, Permission.ANALYST),
    _read("/desk/clocks", show_clocks, Permission.ANALYST),
    _read("/desk/hosters", show_hosters, Permission.ANALYST),
    _read("/desk/moved", show_moved, Permission.ANALYST),
    _read("/desk/journal", show_journal, Permission.LEAD),
    _read("/desk/journal.csv", journal_csv, Permission.LEAD),
    _read("/desk/disputes", show_disputes, Permission.ANALYST),
    _change("/desk/disputes/{number}", answer_dispute, Permission.LEAD),
    _read("/n/{token}", open_notice, Permission.ANYONE),
    _change("/n/{token}", answer_notice, Permission.ANYONE),
    _read("/n/{token}/items.csv", notice_csv, Permission.ANYONE),
    _read("/hoster", show_account, Permission.HOSTER),
    _read("/hoster/notices.csv", account_csv, Permission.HOSTER),
    _read("/hoster/notices/{notice_id}", open_own_notice, Permission.HOSTER),
    _change("/hoster/notices/{notice_id}", answer_own_notice, Permission.HOSTER),
    _read("/hoster/notices/{notice_id}/items.csv", own_notice_csv, Permission.HOSTER),
    _read("/hoster/compare", show_comparison, Permission.HOSTER),
    _change("/hoster/compare", compare_lists, Permission.HOSTER, largest=LARGEST_LIST),
    _read("/police", show_police, Permission.POLICE),
    _change("/police/items", act_for_police, Permission.POLICE),
)
"""Read by `create_web`, and by the test that walks them. Static files stand apart: they are the same for everybody."""
