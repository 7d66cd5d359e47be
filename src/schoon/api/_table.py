"""Every operation of the HTTP api: the one table that routing, OpenAPI and the tests of access walk."""

from schoon.api._checks import answer_bulk, answer_checks, answer_legacy_check
from schoon.api._hits import (
    answer_actions,
    answer_hit,
    answer_hits,
    answer_sightings,
    answer_statement,
)
from schoon.api._house_routes import (
    Ready,
    answer_list,
    answer_live,
    answer_metrics,
    answer_ready,
    answer_receipt_key,
)
from schoon.api._notices import SIGNATURE_HEADER, Acknowledged, answer_acknowledgement
from schoon.api._report_forms import ReportProgress, ReportRequest, ReportTaken
from schoon.api._reports import JSON, XARF, answer_new_report, answer_report
from schoon.api._routes import Access, Operation, QueryParameter
from schoon.client import (
    MAX_BULK,
    MAX_BULK_PDQ,
    MAX_ITEMS,
    ActionsRequest,
    BulkReplyForm,
    CheckReplyForm,
    CheckRequest,
    HitDetails,
    HitPage,
    ListState,
    ReceiptKey,
    Results,
    SightingsRequest,
    Statement,
)
from schoon.hits import HitState, Language, Shelf
from schoon.kinds import EXACT_KINDS, KIND_BYTES, Kind


def _bulk(kind: Kind) -> Operation:
    most = MAX_BULK_PDQ if kind is Kind.PDQ else MAX_BULK
    return Operation(
        method="POST",
        path=f"/v1/checks/bulk/{kind}",
        access=Access.MEMBER,
        summary=f"Check up to {most:,} {kind} digests, back to back",
        details=(
            f"The body is {KIND_BYTES[kind]} bytes a digest and nothing between. Positions (from 0) that `found` "
            "does not name are `not_listed`. A list that cannot answer is a 503, never an answer."
        ),
        answer=answer_bulk,
        takes="application/octet-stream",
        body_schema={"type": "string", "format": "binary", "minLength": KIND_BYTES[kind]},
        reply=BulkReplyForm,
        refusals=(403, 429),
    )


def _legacy(kind: Kind) -> Operation:
    digits = 2 * KIND_BYTES[kind]
    return Operation(
        method="POST",
        path=f"/v1/check/{kind}",
        access=Access.MEMBER,
        summary=f"Check one {kind} hash in hexadecimal; the answer is the text true or false",
        details=(
            "The protocol of the Dutch HashCheckService. `true` only for `listed`. When no answer is possible the "
            "status is 503: a client that takes everything but `true` for a miss lets known material pass in an outage."
        ),
        answer=answer_legacy_check,
        takes="text/plain",
        body_schema={"type": "string", "pattern": f"^[0-9a-fA-F]{{{digits}}}$"},
        gives="text/plain",
        refusals=(403, 429),
    )


_CHECKS = (
    Operation(
        method="POST",
        path="/v1/checks",
        access=Access.MEMBER,
        summary=f"Check 1 to {MAX_ITEMS:,} items by their digests",
        details=(
            "Answers come in the order of the items. A malformed item has an `error` and no verdict; the others are "
            "answered. The receipt is over the SHA-256 of the exact body and of the exact bytes of `result`."
        ),
        answer=answer_checks,
        takes=JSON,
        body=CheckRequest,
        reply=CheckReplyForm,
        refusals=(400, 403, 429),
    ),
    *(_bulk(kind) for kind in Kind),
    *(_legacy(kind) for kind in EXACT_KINDS if kind is not Kind.SHA256),
)

_HITS = (
    Operation(
        method="GET",
        path="/v1/hits",
        access=Access.MEMBER,
        summary="This member's hits, newest first",
        answer=answer_hits,
        reply=HitPage,
        refusals=(422,),
        query=(
            QueryParameter(
                name="state",
                schema={"type": "string", "enum": [state.value for state in HitState]},
                means="Only hits that stand so.",
            ),
            QueryParameter(
                name="shelf",
                schema={"type": "string", "enum": [shelf.value for shelf in Shelf], "default": "all"},
                means="Only hits on that shelf; `open` and `overdue` give the first due first.",
            ),
            QueryParameter(
                name="after",
                schema={"type": "string", "minLength": 1, "maxLength": 64},
                means="The `next` of the page before.",
            ),
            QueryParameter(
                name="limit",
                schema={"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
                means="Hits on a page.",
            ),
        ),
    ),
    Operation(
        method="POST",
        path="/v1/hits/actions",
        access=Access.MEMBER,
        summary="Say what was done about up to 10,000 hits",
        details="Each action is judged by itself; one that was done before is `unchanged`.",
        answer=answer_actions,
        takes=JSON,
        body=ActionsRequest,
        reply=Results,
        refusals=(400,),
    ),
    Operation(
        method="POST",
        path="/v1/hits/sightings",
        access=Access.MEMBER,
        summary="Add up to 10,000 references of files under which hits were seen",
        answer=answer_sightings,
        takes=JSON,
        body=SightingsRequest,
        reply=Results,
        refusals=(400,),
    ),
    Operation(
        method="GET",
        path="/v1/hits/{id}",
        access=Access.MEMBER,
        summary="One hit, with its files, actions and disputes",
        answer=answer_hit,
        reply=HitDetails,
        refusals=(404,),
    ),
    Operation(
        method="GET",
        path="/v1/hits/{id}/statement",
        access=Access.MEMBER,
        summary="The statement of reasons for the member's customer (DSA article 17)",
        answer=answer_statement,
        reply=Statement,
        refusals=(403, 404, 422),
        query=(
            QueryParameter(
                name="language",
                schema={"type": "string", "enum": [language.value for language in Language], "default": "en"},
                means="In which language.",
            ),
        ),
    ),
)

_REPORTS = (
    Operation(
        method="POST",
        path="/v1/reports",
        access=Access.PARTNER,
        summary="Hand one report in: addresses, a text, or both",
        details=(
            "As JSON of this document, or as one XARF 4 report of `content/csam` or `content/csem`. Never send images: "
            "evidence is not looked at and not kept. A key is kept as long as its report: the same report under the "
            "same key gets the same answer and is taken once, another report under it is refused. The `report_id` of "
            "XARF is such a key where the header gives none."
        ),
        answer=answer_new_report,
        takes=JSON,
        body=ReportRequest,
        also_takes={XARF: {"type": "object", "required": ["xarf_version", "report_id", "category", "type", "url"]}},
        reply=ReportTaken,
        refusals=(400,),
        headers=(
            QueryParameter(
                name="Idempotency-Key",
                schema={"type": "string", "pattern": "^[!-~]{1,150}$"},
                means="The sender's own name for this very report.",
            ),
        ),
    ),
    Operation(
        method="GET",
        path="/v1/reports/{id}",
        access=Access.PARTNER,
        summary="How far a report is",
        answer=answer_report,
        reply=ReportProgress,
        refusals=(404,),
    ),
)

_NOTICES = (
    Operation(
        method="POST",
        path="/v1/notices/acknowledgements",
        access=Access.OPEN,
        summary="Acknowledge a notice, and answer for its items, under the hoster's own key",
        details=(
            "The body is the canonical JSON document of docs/members/notices.md. No token is needed: only a key that "
            "is registered for the notice's hoster opens it, and an unknown notice is refused like a wrong signature. "
            "The same document again is answered alike, and counts once."
        ),
        answer=answer_acknowledgement,
        takes=JSON,
        body_schema={"type": "object", "required": ["answers", "at", "notice", "version"]},
        reply=Acknowledged,
        refusals=(403,),
        headers=(
            QueryParameter(
                name=SIGNATURE_HEADER,
                schema={"type": "string", "pattern": "^[A-Za-z0-9+/]{86}==$"},
                means="Ed25519 in base64, over the words that docs/members/notices.md gives, a line feed and the body.",
            ),
        ),
    ),
)

_HOUSE = (
    Operation(
        method="GET",
        path="/v1/list",
        access=Access.MEMBER,
        summary="Which list answers, and its age; version 0 when none is loaded",
        answer=answer_list,
        reply=ListState,
    ),
    Operation(
        method="GET",
        path="/v1/receipt-key",
        access=Access.OPEN,
        summary="The public key that verifies receipts",
        details="Compare it with one got by another way before relying on it.",
        answer=answer_receipt_key,
        reply=ReceiptKey,
    ),
    Operation(
        method="GET",
        path="/health/live",
        access=Access.OPEN,
        summary="200 as long as the process answers",
        answer=answer_live,
        gives="text/plain",
    ),
    Operation(
        method="GET",
        path="/health/ready",
        access=Access.OPEN,
        summary="200 when a list is loaded and fresh enough, 503 with reasons otherwise",
        answer=answer_ready,
        reply=Ready,
        other_replies=((503, Ready),),
    ),
    Operation(
        method="GET",
        path="/metrics",
        access=Access.OPERATOR,
        summary="Figures for Prometheus",
        details="Without a metrics token only for callers on this machine itself that came through no proxy.",
        answer=answer_metrics,
        gives="text/plain",
    ),
)

OPERATIONS: tuple[Operation, ...] = (*_CHECKS, *_HITS, *_REPORTS, *_NOTICES, *_HOUSE)
"""All but the document itself, which is made from these."""
