"""Health, figures and the document: what operators and their tools read."""

import json
import logging
from pathlib import Path

import pytest

from schoon.api import ApiOptions, create_app, openapi_json
from schoon.client import CheckItem
from tests.integration.api.conftest import LISTED_MD5, Running, Served, wait_until
from tests.integration.api.house import add_member, open_rooms

DOCUMENT = Path(__file__).parents[3] / "docs" / "openapi.json"


def test_the_document_in_the_docs_is_this_one():
    """After a change of the api: `make docs`, and review the difference."""
    assert openapi_json() == DOCUMENT.read_bytes()


def test_the_document_is_served(served: Served):
    assert served.raw("GET", "/openapi.json", token=None).data == openapi_json()


def test_every_answer_carries_the_safety_headers(served: Served):
    for path in ("/health/live", "/nowhere", "/v1/list", "/metrics"):
        headers = served.raw("GET", path, token=None).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Server" not in headers


def test_figures_name_no_digest_member_or_token(served: Served):
    with served.client() as client:
        client.check([CheckItem(id="file-of-a-customer", md5=LISTED_MD5.hex(), ref="ref-of-a-file")])
    served.raw("GET", "/secret-path-of-somebody")
    text = served.raw("GET", "/metrics").data.decode()
    for secret in (LISTED_MD5.hex(), "hoster", served.token, "file-of-a-customer", "ref-of-a-file", "secret-path"):
        assert secret not in text
    assert 'schoon_verdicts_total{verdict="listed"}' in text
    for figure in ("list_version", "list_age_seconds", "open_hits", "overdue_hits", "alarms", "outbox", "index_fault"):
        assert f"\nschoon_{figure} " in text


def test_figures_are_for_this_machine_only_and_not_through_a_proxy(served: Served):
    assert served.raw("GET", "/metrics", token=None).status == 200
    assert served.raw("GET", "/metrics", token=None, X_Forwarded_For="192.0.2.1").status == 403


def test_with_a_metrics_token_that_token_opens_the_figures(tmp_path: Path):
    rooms = open_rooms(tmp_path)
    with Running(create_app(rooms, ApiOptions(metrics_token="m" * 40))) as url:
        served = Served(url=url, rooms=rooms, publication=None, token="", other_token="", api=None)  # type: ignore[arg-type]  # only its requests are used
        assert served.raw("GET", "/metrics", token=None).status == 403
        assert served.raw("GET", "/metrics", token="n" * 40).status == 403
        assert served.raw("GET", "/metrics", token="m" * 40).status == 200


def test_without_a_list_it_lives_and_is_not_ready_and_answers_nothing_as_clean(tmp_path: Path):
    rooms = open_rooms(tmp_path)
    token = add_member(rooms, "hoster")
    api = create_app(rooms)
    with Running(api) as url:
        wait_until(lambda: api.readiness.is_warm and api.readiness.members_known)
        served = Served(url=url, rooms=rooms, publication=None, token=token, other_token="", api=api)  # type: ignore[arg-type]  # there is none
        assert served.raw("GET", "/health/live", token=None).status == 200
        ready = served.raw("GET", "/health/ready", token=None)
        assert (ready.status, json.loads(ready.data)["reasons"]) == (503, ["no_list"])
        bulk = served.raw("POST", "/v1/checks/bulk/md5", bytes(16))
        assert (bulk.status, json.loads(bulk.data)["type"]) == (503, "urn:schoon:problem:list-unavailable")
        legacy = served.raw("POST", "/v1/check/md5", b"00" * 16)
        assert (legacy.status, legacy.headers["Retry-After"]) == (503, "5")
        assert legacy.data not in {b"true", b"false"}
        with served.client() as client:
            reply = client.check([CheckItem(id="a", md5="00" * 16)])
            assert [answer.verdict for answer in reply.answers] == ["unavailable"]
            assert client.list_state().version == 0


def test_the_log_holds_no_digest_token_name_or_reference(served: Served, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    digest = LISTED_MD5.hex()
    with served.client() as client:
        client.check([CheckItem(id="customer-file", md5=digest, ref="reference-7")])
    served.raw("POST", "/v1/check/md5", digest.encode() + b"0")
    served.raw("POST", "/v1/checks", b'{"items":[{"id":"customer-file","sha512":"x"}]}')
    served.raw("GET", f"/v1/hits/{digest}")
    served.raw("GET", "/v1/list", token="schoon_wrong_token")
    ours = [record for record in caplog.records if record.name.startswith("schoon")]
    assert ours, "a gate over nothing shows nothing"
    text = "\n".join(str(record.__dict__) for record in ours)
    for secret in (digest, served.token, "schoon_wrong_token", "customer-file", "reference-7", "hoster"):
        assert secret not in text
