"""The routes about the service itself: its list, its receipt key, its health and its figures."""

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from schoon.api._answering import list_form
from schoon.api._metrics import METRICS_MEDIA_TYPE
from schoon.api._reply import TEXT, HttpReply
from schoon.api._service import Call
from schoon.client import ReceiptKey


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """Whether this process may be sent questions.

    Attributes:
        ready: Whether it may.
        reasons: Why not: "starting", "stopping", "no_list", "list_too_old", "clock_wrong", "members_unknown",
            "database_away" (hits cannot be stored, and soon nobody can be let in).
        warnings: What is wrong and does not stop it, such as a newer publication that could not be used.
    """

    ready: bool
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


async def answer_list(call: Call) -> HttpReply:
    """GET /v1/list."""
    state, _ = call.service.rooms.check.list_state(call.now)
    return HttpReply(body=msgspec.json.encode(list_form(state)))


async def answer_receipt_key(call: Call) -> HttpReply:
    """GET /v1/receipt-key."""
    signer = call.service.rooms.receipts
    pem = signer.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return HttpReply(body=msgspec.json.encode(ReceiptKey(key_id=signer.key_id, public_key=pem)))


async def answer_live(call: Call) -> HttpReply:  # noqa: ARG001 - that it answers at all is the answer
    """GET /health/live."""
    return HttpReply(media_type=TEXT, body=b"alive\n")


async def answer_ready(call: Call) -> HttpReply:
    """GET /health/ready."""
    found = readiness_of(call)
    return HttpReply(status=200 if found.ready else 503, body=msgspec.json.encode(found))


async def answer_metrics(call: Call) -> HttpReply:
    """GET /metrics."""
    return HttpReply(media_type=METRICS_MEDIA_TYPE, body=call.service.metrics.text())


def readiness_of(call: Call) -> Ready:
    """Whether this process may be sent questions, with every reason against it."""
    service = call.service
    _, fault = service.rooms.check.list_state(call.now)
    reasons = [
        *(["stopping"] if service.readiness.is_stopping else []),
        *([] if service.readiness.is_warm else ["starting"]),
        *([fault.value] if fault else []),
        *([] if service.readiness.members_known else ["members_unknown"]),
        *(["database_away"] if service.readiness.is_database_away else []),
    ]
    warnings = ["index_fault"] if service.rooms.holder.fault else []
    return Ready(ready=not reasons, reasons=tuple(reasons), warnings=tuple(warnings))
