"""Readers of reports by which they arrive: bytes in, values out. Nothing here touches a file, a clock or a database.

Every reader answers in a time that grows with the size alone, raises nothing but what it documents, and accounts for
every row and part: as a report, or with the reason why it is none.
"""

from schoon.reports._readers.addresses import unmasked
from schoon.reports._readers.door import read_message
from schoon.reports._readers.keepable import report_text
from schoon.reports._readers.kept import kept_copy
from schoon.reports._readers.mail import MAX_MESSAGE, read_mail
from schoon.reports._readers.reading import Arrival, NotTaken, Reading, ReportFormat, Taken, require_answerable
from schoon.reports._readers.scart import read_scart
from schoon.reports._readers.senders import SenderList, SenderListError
from schoon.reports._readers.typed import read_typed
from schoon.reports._readers.upload import read_upload
from schoon.reports._readers.xarf import read_xarf

__all__ = [
    "MAX_MESSAGE",
    "Arrival",
    "NotTaken",
    "Reading",
    "ReportFormat",
    "SenderList",
    "SenderListError",
    "Taken",
    "kept_copy",
    "read_mail",
    "read_message",
    "read_scart",
    "read_typed",
    "read_upload",
    "read_xarf",
    "report_text",
    "require_answerable",
    "unmasked",
]
