"""XARF 4: address and digests are taken, evidence never is, and the package's schemas decide what is well formed."""

import json
from contextlib import suppress

import pytest

from schoon.reports import ItemKind, NotForReportsError, ReportSource, UnreadableReportError, read_xarf
from tests.arrivals import CSEM, MD5, SHA256, a_xarf, an_arrival, xarf_bytes


def read(data):
    taken, refused = read_xarf(data, an_arrival()).apart()
    return taken[0].submission, [row.reason for row in refused]


def test_a_report_is_taken_with_its_address_and_digests():
    submission, refused = read(xarf_bytes())
    (item,) = submission.items
    assert (item.url, item.kind) == ("https://example.org/a.jpg", ItemKind.MEDIA)
    assert [(one.kind, one.hex) for one in item.digests] == [("md5", MD5), ("sha256", SHA256)]
    assert (submission.source, submission.reference) == (ReportSource.XARF, a_xarf()["report_id"])
    assert submission.idempotency_key == f"xarf:{a_xarf()['report_id']}"
    assert submission.reporter is not None
    assert submission.reporter.email == "desk@hotline.example"
    assert "classification: baseline\ndetection_method: hash_match" in submission.text
    assert refused == []


def test_exploitation_without_digests_is_taken_too():
    submission, _ = read(CSEM)
    assert submission.items[0].kind is ItemKind.PAGE
    assert "exploitation_type: grooming" in submission.text


def test_evidence_is_never_looked_at_and_never_kept():
    evidence = [
        {"content_type": "image/png", "payload": "c2VjcmV0LXBpY3R1cmU="},
        {"content_type": "Video/mp4", "payload": 7},
        {"content_type": "text/plain", "payload": "c2VjcmV0LXRleHQ="},
        "c2VjcmV0",
    ]
    submission, refused = read(xarf_bytes(evidence=evidence))
    assert refused == [
        "evidence in pictures or film (2): not looked at, not kept; never send any",
        "other evidence (2): not taken, and not kept",
    ]
    assert "c2Vjc" not in repr(submission) + submission.text


def test_internal_notes_are_stripped_and_other_fields_kept_as_text():
    submission, _ = read(xarf_bytes(_internal={"analyst": "secret-person"}, case_number="77", extra={"a": [1]}))
    assert "secret-person" not in submission.text
    assert 'case_number: 77\nextra: {"a": [1]}' in submission.text


def test_a_picture_in_any_other_field_is_cut_out():
    submission, _ = read(xarf_bytes(thumbnail="iVBORw0KGgo" * 60, screenshot="data:image/png;base64,iVBORw0KGgo="))
    assert "iVBOR" not in submission.text
    assert "thumbnail: (data, not kept)\nscreenshot: (data, not kept)" in submission.text


def test_digests_of_other_kinds_and_broken_ones_are_named():
    submission, refused = read(xarf_bytes(hash_values={"photodna": "x", "pdq": "b" * 64, "sha256": SHA256.upper()}))
    assert [(one.kind, one.hex) for one in submission.items[0].digests] == [("pdq", "b" * 64), ("sha256", SHA256)]
    assert refused == ["digests of the kind 'photodna' are not searched"]
    _, refused = read(xarf_bytes(hash_values={"pdq": "b" * 63}))
    assert refused == ["a digest is not taken: a pdq digest has 64 hex digits, not 63 characters"]


def test_a_name_outside_ascii_is_no_reason_to_refuse_though_the_schema_says_so():
    submission, _ = read(xarf_bytes(domain="voorbeeld.xn--p1ai"))
    assert submission.items[0].url == "https://example.org/a.jpg"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"url": "example.org/a"}, "does not begin with http"),
        ({"url": None}, "'(the whole)'"),
        ({"classification": "C9"}, "'classification'"),
        ({"hash_values": {"md5": "abc"}}, "'hash_values'"),
        ({"reporter": {"org": "x"}}, "'reporter'"),
        ({"xarf_version": "3"}, "'xarf_version'"),
        ({"evidence": {}}, "`evidence` is no list"),
        ({"tags": ["a:b"] * 2_001}, "more than 2,000 values"),
        ({"extra": {"a": [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}}, "16 levels"),
    ],
)
def test_what_the_schemas_or_we_do_not_take_is_refused(changed, reason):
    with pytest.raises(UnreadableReportError) as caught:
        read(xarf_bytes(**changed))
    assert reason in caught.value.message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"\xff{}",
        b'{"xarf_version": NaN}',
        b'{"xarf_version": "4.2.0", "xarf_version": "4.2.0"}',
        b'{"xarf_version": "\\ud800"}',
        b'{"a":' * 100_000,
        b'{"a":' + b"9" * 5_000 + b"}",
    ],
)
def test_what_is_no_strict_json_is_refused(data):
    with pytest.raises(UnreadableReportError):
        read(data)


def test_other_kinds_of_abuse_and_version_three_do_not_belong_here():
    with pytest.raises(NotForReportsError):
        read(xarf_bytes(type="phishing"))
    version_three = json.dumps({"Version": "3", "ReporterInfo": {}, "Report": {"ReportType": "ChildAbuse"}}).encode()
    with pytest.raises(UnreadableReportError, match="older versions"):
        read(version_three)


@pytest.mark.parametrize(
    "changed",
    [
        {"tags": ["A b"] * 1_900},
        {"dns_records": {"a": ["1"] * 1_900}},
        {"reporter": {f"k{number}": number for number in range(1_900)}},
        {"domain": "a-" * 400_000},
        {"reporter": {"org": "a", "contact": "@" * 100_000, "domain": "a." * 100_000}},
        {"evidence": [{"content_type": "image/png", "payload": "A" * 15_000_000}]},
    ],
)
def test_the_answer_comes_within_a_second_whatever_is_wrong(changed, cpu_seconds):
    def call():
        with suppress(UnreadableReportError):
            read(xarf_bytes(**changed))

    assert cpu_seconds(call) < 1
