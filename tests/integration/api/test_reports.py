"""Partners hand reports in over HTTP: two formats, each report once, and how far it is."""

import json
import uuid
from typing import Any

import pytest
import urllib3

from schoon.parties import Duty
from schoon.reports import ItemState, Judged, Judgement, ReportSource
from tests.integration.api.conftest import Served
from tests.integration.api.house import add_person, clock

XARF = "application/xarf+json"


@pytest.fixture
def page() -> str:
    """An address that no other test reports."""
    return f"https://{uuid.uuid4().hex}.example.org/a"


def post(
    served: Served, body: Any, *, token: str | None = None, media_type: str = "application/json", **headers: str
) -> urllib3.BaseHTTPResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    token = token or served.desk_token
    return served.raw("POST", "/v1/reports", data, token=token, Content_Type=media_type, **headers)


def xarf(url: str, report_id: str | None = None, **more: Any) -> dict[str, Any]:
    who = {"org": "Hotline", "contact": "desk@hotline.example", "domain": "hotline.example"}
    return {
        "xarf_version": "4.2.0",
        "report_id": report_id or str(uuid.uuid4()),
        "timestamp": "2026-11-20T10:00:00Z",
        "reporter": who,
        "sender": who,
        "source_identifier": "192.0.2.1",
        "category": "content",
        "type": "csam",
        "url": url,
        "classification": "baseline",
        "detection_method": "hash_match",
    } | more


def test_a_report_in_json_becomes_items_and_is_asked_for(served: Served, page: str):
    digest = "13" * 32
    items = [{"url": f"{page}.jpg", "kind": "media", "page": page, "sha256": digest}, {"url": "nonsense"}]
    answer = post(served, {"items": items, "text": "Seen on a forum.", "reference": "A-1", "reporter": {"name": "R."}})
    assert answer.status == 200, answer.data
    told = answer.json()
    assert [part["item"] for part in told["not_taken"]] == [1]
    report = served.rooms.reports.report(told["id"])
    assert (report.source, report.reference, report.text) == (ReportSource.API, "A-1", "Seen on a forum.")
    assert report.has_reporter
    assert list(report.item_ids) == told["items"]
    asked = served.raw("GET", f"/v1/reports/{told['id']}", token=served.desk_token)
    assert asked.json() == {"id": told["id"], "progress": "received"}
    assert served.rooms.reports.status(told["status_code"]) == "received"


def test_a_report_in_xarf_becomes_an_item_and_its_evidence_does_not(served: Served, page: str):
    evidence = [{"content_type": "image/png", "payload": "AAAA", "description": "x"}]
    answer = post(served, xarf(page, evidence=evidence), media_type=f"{XARF}; charset=utf-8")
    assert answer.status == 200, answer.data
    assert "evidence" in answer.json()["not_taken"][0]["reason"]
    report = served.rooms.reports.report(answer.json()["id"])
    assert (report.source, len(report.item_ids)) == (ReportSource.XARF, 1)


@pytest.mark.parametrize("as_xarf", [False, True])
def test_the_same_report_under_one_key_has_one_answer_to_the_byte(served: Served, page: str, as_xarf: bool):
    body = xarf(page) if as_xarf else {"items": [{"url": page}, {"url": "nonsense"}]}
    media_type, key = XARF if as_xarf else "application/json", uuid.uuid4().hex
    first = post(served, body, media_type=media_type, Idempotency_Key=key)
    item_id = first.json()["items"][0]
    served.rooms.reports.assess([Judged(item_id=item_id, judgement=Judgement.BASELINE)], by="person:test", now=clock())
    again = post(served, body, media_type=media_type, Idempotency_Key=key)
    assert (first.status, again.status) == (200, 200)
    assert first.data == again.data
    item = served.rooms.reports.item(item_id).item
    assert (item.reports, item.state) == (1, ItemState.TO_NOTICE)
    progress = served.raw("GET", f"/v1/reports/{first.json()['id']}", token=served.desk_token).json()["progress"]
    assert progress == ("in_hand" if as_xarf else "received"), "an address that is none is yet to be read"


def test_another_report_under_the_same_key_is_refused_and_changes_nothing(served: Served, page: str):
    key = uuid.uuid4().hex
    first = post(served, {"items": [{"url": page}]}, Idempotency_Key=key).json()
    refused = post(served, {"items": [{"url": f"{page}/other"}]}, Idempotency_Key=key)
    assert refused.status == 422
    assert refused.json()["type"] == "urn:schoon:problem:key-reused"
    assert first["id"] not in refused.json()["detail"]
    assert post(served, {"items": [{"url": page}]}, Idempotency_Key=key).json() == first


def test_a_key_is_its_organisations_own(served: Served, page: str):
    key = uuid.uuid4().hex
    other = add_person(served.rooms, "Another hotline", Duty.LEAD)
    mine = post(served, {"items": [{"url": page}]}, Idempotency_Key=key).json()
    theirs = post(served, {"items": [{"url": f"{page}/b"}]}, token=other, Idempotency_Key=key)
    assert theirs.status == 200
    assert theirs.json()["id"] != mine["id"]


def test_the_report_id_of_xarf_is_a_key(served: Served, page: str):
    name = str(uuid.uuid4())
    first, again = (post(served, xarf(page, name), media_type=XARF) for _ in range(2))
    assert first.data == again.data
    assert post(served, xarf(f"{page}/b", name), media_type=XARF).status == 422


@pytest.mark.parametrize(
    ("body", "media_type", "status", "named"),
    [
        (b"{", "application/json", 400, "JSON"),
        (b'{"text":"a","text":"b"}', "application/json", 400, "twice"),
        (b"{}", "application/json", 422, "`body`"),
        (b'{"text":"a","image":"AAAA"}', "application/json", 422, "image"),
        (b'{"items":[{"url":"https://example.org/","md5":"xyz"}]}', "application/json", 422, "items[0].md5"),
        (b'{"text":"a","reference":"a\\nb"}', "application/json", 422, "reference"),
        (b"{}", XARF, 422, "XARF"),
        (b"[1]", XARF, 422, "XARF"),
        (json.dumps(xarf("https://example.org/", type="phishing")).encode(), XARF, 422, "csam"),
        (b"url=x", "application/x-www-form-urlencoded", 415, "xarf"),
        (b"x" * (1024 * 1024 + 1), "application/json", 413, "bytes"),
    ],
)
def test_what_is_wrong_is_named(served: Served, body: bytes, media_type: str, status: int, named: str):
    answer = post(served, body, media_type=media_type)
    assert answer.status == status, answer.data
    assert named in answer.json()["detail"]


@pytest.mark.parametrize("key", ["", "two words", "x" * 151])
def test_a_key_that_is_none_is_refused(served: Served, page: str, key: str):
    assert post(served, {"items": [{"url": page}]}, Idempotency_Key=key).status == 422


def test_only_an_analyst_or_a_lead_hands_reports_in(served: Served, page: str):
    police = add_person(served.rooms, "Police", Duty.POLICE)
    body = {"items": [{"url": page}]}
    for token, status in (
        (police, 403), (served.token, 401), (f"{served.desk_token}x", 401), ("desk_x_y", 401), ("desk_", 401),
    ):  # fmt: skip
        assert post(served, body, token=token).status == status
        assert served.raw("GET", "/v1/reports/x", token=token).status == status
    assert served.raw("POST", "/v1/reports", b"{}", token=None).status == 401
    basic = {"Authorization": "Basic aG9zdGVyOng="}
    assert served.raw("POST", "/v1/reports", b"{}", token=None, **basic).status == 401
    assert served.raw("GET", "/v1/hits", token=served.desk_token).status == 401, "and nobody of the desk checks hashes"


def test_a_report_that_does_not_exist_is_a_problem(served: Served):
    answer = served.raw("GET", "/v1/reports/nothing", token=served.desk_token)
    assert answer.status == 404
    assert answer.json()["type"] == "urn:schoon:problem:no-such-report"
