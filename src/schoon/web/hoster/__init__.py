"""The page of one notice, for the hoster that has its link."""

from schoon.web.hoster._views import answer_notice, notice_csv, open_notice

__all__ = ["answer_notice", "notice_csv", "open_notice"]
