"""The public pages: reporting without an account, and asking how far a report is."""

from schoon.web.report._views import look_up_status, send_report, show_report, show_sent, show_status

__all__ = ["look_up_status", "send_report", "show_report", "show_sent", "show_status"]
