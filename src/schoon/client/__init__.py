"""The typed client of the check service, for members' own code and for the scanner.

with SchoonClient("https://check.example.nl", token, receipt_key=pem) as client:
    reply = client.check([CheckItem(id="1", sha256=digest)])
    if reply.answers[0].verdict is Verdict.LISTED: ...
"""

from schoon.client._answers import BulkReply, CheckReply
from schoon.client._hit_wire import ActionOutcome, Hit, HitPage, Outcomes, ReceiptKey, Statement
from schoon.client._transport import LIST_UNAVAILABLE, Patience
from schoon.client._wire import (
    MAX_ACTIONS,
    MAX_BULK,
    MAX_BULK_PDQ,
    MAX_FRAMES,
    MAX_ITEMS,
    Action,
    ActionsRequest,
    BulkResult,
    CheckItem,
    CheckRequest,
    CheckResult,
    Envelope,
    Found,
    HitAction,
    ItemAnswer,
    ItemError,
    ListState,
    Match,
    NewSighting,
    Problem,
    Receipt,
    SightingsRequest,
    Strength,
    Verdict,
)
from schoon.client.client import SchoonClient
from schoon.client.errors import (
    ClientSettingsError,
    ListUnavailableError,
    NotAllowedError,
    QuotaReachedError,
    RequestRefusedError,
    ServiceUnavailableError,
    TokenRefusedError,
    UnexpectedAnswerError,
    UntrustedReceiptError,
)
from schoon.client.receipts import load_receipt_key, verify_receipt

__all__ = [
    "LIST_UNAVAILABLE",
    "MAX_ACTIONS",
    "MAX_BULK",
    "MAX_BULK_PDQ",
    "MAX_FRAMES",
    "MAX_ITEMS",
    "Action",
    "ActionOutcome",
    "ActionsRequest",
    "BulkReply",
    "BulkResult",
    "CheckItem",
    "CheckReply",
    "CheckRequest",
    "CheckResult",
    "ClientSettingsError",
    "Envelope",
    "Found",
    "Hit",
    "HitAction",
    "HitPage",
    "ItemAnswer",
    "ItemError",
    "ListState",
    "ListUnavailableError",
    "Match",
    "NewSighting",
    "NotAllowedError",
    "Outcomes",
    "Patience",
    "Problem",
    "QuotaReachedError",
    "Receipt",
    "ReceiptKey",
    "RequestRefusedError",
    "SchoonClient",
    "ServiceUnavailableError",
    "SightingsRequest",
    "Statement",
    "Strength",
    "TokenRefusedError",
    "UnexpectedAnswerError",
    "UntrustedReceiptError",
    "Verdict",
    "load_receipt_key",
    "verify_receipt",
]
