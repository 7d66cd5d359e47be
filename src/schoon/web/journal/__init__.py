"""Who did what, for leads."""

from schoon.web.journal._views import journal_csv, show_journal

__all__ = ["journal_csv", "show_journal"]
