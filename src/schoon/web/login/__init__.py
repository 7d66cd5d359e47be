"""Logging in and out, and the choice of language."""

from schoon.web.login._views import choose_language, go_home, log_in, log_out, show_login

__all__ = ["choose_language", "go_home", "log_in", "log_out", "show_login"]
