"""One door for everything that arrives: finds out in which format it is, and reads it."""

import re

from schoon.reports._readers.columns import table_of
from schoon.reports._readers.mail import read_mail
from schoon.reports._readers.mime import opened
from schoon.reports._readers.reading import Arrival, Reading
from schoon.reports._readers.scart import looks_like_scart, read_scart
from schoon.reports._readers.senders import SenderList
from schoon.reports._readers.upload import read_upload
from schoon.reports._readers.xarf import looks_like_xarf, read_xarf

_BEGINS_AS_MAIL = re.compile(rb"(?:>?From [^\n]*\n)?(?:\r?\n)*[!-9;-~]+[ \t]*:")
_OF_MAIL = frozenset({"from", "to", "subject", "date", "received", "message-id", "mime-version", "return-path"})


def read_message(data: bytes, arrival: Arrival, senders: SenderList) -> Reading:
    """The reports in what arrived: XARF, a mail message, SCART's export or our own CSV.

    Raises:
        UnreadableReportError: It is none of them, or not well formed.
        UnlistedSenderError: A mail message of a sender who is not on the list.
        NotForReportsError: It is well formed, and no report of such material.
    """
    if looks_like_xarf(data):
        return read_xarf(data, arrival)
    if _BEGINS_AS_MAIL.match(data) and _OF_MAIL.intersection(opened(data)[0]):
        return read_mail(data, arrival, senders)
    return (read_scart if looks_like_scart(table_of(data).columns) else read_upload)(data, arrival)
