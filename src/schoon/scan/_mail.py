"""Knows a mail store when it sees one, by its folders' and files' own marks."""

import os
import re

_MAILDIR = (b"cur", b"new", b"tmp")
_MARKS = (b"dbox-Mails", b"dovecot.index.log", b"dovecot-uidlist", b"dovecot.map.index.log", b"dovecot.mailbox.log")
_MBOX = re.compile(rb"From \S+[^\n]*\d\d:\d\d[^\n]*\n(?:>?From |[!-9;-~]+:[ \t\r\n])")

MBOX_SNIFF_BYTES = 512
"""How much of a file's start `is_mbox` wants to see."""


def is_mail_folder(handle: int) -> bool:
    """Whether an open folder is a Maildir, or a mailbox of Dovecot (dbox, mdbox)."""
    if all(_has(handle, name) for name in _MAILDIR):
        return True
    return any(_has(handle, name) for name in _MARKS)


def is_mbox(start: bytes) -> bool:
    """Whether a file that starts like this is an mbox: a "From " line with a time, then a header line."""
    return start.startswith(b"From ") and _MBOX.match(start) is not None


def _has(handle: int, name: bytes) -> bool:
    return os.access(name, os.F_OK, dir_fd=handle, follow_symlinks=False)
