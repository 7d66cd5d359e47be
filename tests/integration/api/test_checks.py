"""Checks through a real server: verdicts, receipts, refusals, and nothing that could be taken for a miss."""

import hashlib
import json
import socket
import threading
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec
import pytest

from schoon.check import receipt_from_fields, verify_receipt
from schoon.client import CheckItem, RequestRefusedError, Strength, TokenRefusedError, Verdict
from tests.integration.api.conftest import LISTED_MD5, LISTED_PDQ, LISTED_SHA1, LISTED_SHA256, Served
from tests.integration.api.house import RECEIPT_KEY

MISS = "ab" * 16


def body_of(*items: Mapping[str, object]) -> bytes:
    return json.dumps({"items": items}).encode()


def test_each_item_gets_its_verdict_in_the_order_asked(served: Served):
    near = bytes([LISTED_PDQ[0] ^ 1]) + LISTED_PDQ[1:]
    with served.client() as client:
        reply = client.check(
            [
                CheckItem(id="miss", md5=MISS),
                CheckItem(id="weak", md5=LISTED_MD5.hex(), ref="file-1"),
                CheckItem(id="strong", sha256=LISTED_SHA256.hex().upper()),
                CheckItem(id="near", pdq=(near.hex(),)),
                CheckItem(id="forged", md5=LISTED_MD5.hex(), sha256="00" * 32),
                CheckItem(id="bad", md5="zz"),
                CheckItem(id="none"),
            ]
        )
    verdicts = {answer.id: answer.verdict for answer in reply.answers}
    assert verdicts == {
        "miss": Verdict.NOT_LISTED,
        "weak": Verdict.LISTED,
        "strong": Verdict.LISTED,
        "near": Verdict.LISTED,
        "forged": Verdict.REVIEW,
        "bad": None,
        "none": None,
    }
    by_id = {answer.id: answer for answer in reply.answers}
    assert by_id["weak"].matches[0].strength is Strength.WEAK
    assert by_id["strong"].matches[0].strength is Strength.STRONG
    assert by_id["near"].matches[0].band == "1-15"
    assert by_id["bad"].error is not None
    assert by_id["strong"].hit == by_id["weak"].hit, "one open hit per member and entry, by whichever digest"
    assert reply.list.name == "nl"


def test_the_receipt_is_accepted_by_the_service_rooms_own_verifier(served: Served):
    body = body_of({"id": "a", "md5": MISS})
    told = msgspec.json.decode(served.raw("POST", "/v1/checks", body).data, type=dict[str, msgspec.Raw])
    receipt = receipt_from_fields(msgspec.json.decode(told["receipt"]))
    verify_receipt(receipt, body, bytes(told["result"]), RECEIPT_KEY.public_key())
    assert receipt.member == "hoster"
    assert receipt.request_sha256 == hashlib.sha256(body).digest()


def test_checks_that_come_together_share_a_signature_and_each_receipt_holds(served: Served):
    signatures = set()

    def ask(number: int) -> None:
        with served.client() as client:
            for turn in range(20):
                reply = client.check([CheckItem(id=f"{number}-{turn}", md5=f"{number:016x}{turn:016x}")])
                assert reply.answers[0].id == f"{number}-{turn}"
                signatures.add(reply.receipt.signature)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= len(signatures) < 16 * 20


@pytest.mark.parametrize(
    ("kind", "listed"), [("md5", LISTED_MD5), ("sha1", LISTED_SHA1), ("sha256", LISTED_SHA256), ("pdq", LISTED_PDQ)]
)
def test_bulk_names_only_what_is_found(served: Served, kind: str, listed: bytes):
    other = bytes(range(1, len(listed) + 1))
    with served.client() as client:
        reply = client.check_bulk(kind, other * 3 + listed + other)
    assert [found.position for found in reply.found] == [3]
    assert reply.found[0].verdict is Verdict.LISTED
    assert reply.found[0].hit
    assert (reply.count, reply.kind) == (5, kind)


def test_a_large_bulk_body_arrives_whole(served: Served):
    digests = b"".join(number.to_bytes(16, "big") for number in range(1_000_000))
    with served.client() as client:
        reply = client.check_bulk("md5", digests[:-16] + LISTED_MD5)
    assert [found.position for found in reply.found] == [999_999]


@pytest.mark.parametrize(("kind", "size"), [("md5", 16), ("sha1", 20), ("sha256", 32), ("pdq", 32)])
def test_a_bulk_body_of_the_wrong_size_is_refused(served: Served, kind: str, size: int):
    path = f"/v1/checks/bulk/{kind}"
    assert served.raw("POST", path, b"").status == 422
    assert served.raw("POST", path, bytes(size + 1)).status == 422
    most = 10_000 if kind == "pdq" else 1_000_000
    assert served.raw("POST", path, bytes(size * (most + 1))).status == 413


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (body_of(), 422),
        (b'{"items":[{"id":"a","md5":"x","md5":"y"}]}', 400),
        (b'{"items":[{"id":"a\\u0000"}]}', 400),
        (b'{"items":[{"id":"\xff"}]}', 400),
        (b'{"items":[{"id":"a","sha512":"x"}]}', 422),
        (body_of({"id": "a", "md5": MISS}, {"id": "a", "md5": MISS}), 422),
        (body_of(*({"id": str(number)} for number in range(1001))), 413),
        (b" " * (1024 * 1024 + 1), 413),
        (b"", 400),
    ],
)
def test_a_wrong_request_is_refused_whole_by_a_problem(served: Served, body: bytes, status: int):
    answer = served.raw("POST", "/v1/checks", body, Content_Type="application/json")
    told = json.loads(answer.data)
    assert (answer.status, told["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(told) >= {"type", "title", "detail", "instance", "next_step"}
    assert told["type"].startswith("urn:schoon:problem:")


def test_another_media_type_is_refused(served: Served):
    body = body_of({"id": "a", "md5": MISS})
    answer = served.raw("POST", "/v1/checks", body, Content_Type="application/x-www-form-urlencoded")
    assert answer.status == 415


def test_one_malformed_item_keeps_nobody_else_from_an_answer(served: Served):
    items: list[dict[str, object]] = [{"id": str(number), "md5": MISS} for number in range(999)]
    items.insert(500, {"id": "bad", "sha1": "00", "ref": "a/b"})
    told = json.loads(served.raw("POST", "/v1/checks", body_of(*items)).data)["result"]["answers"]
    assert len(told) == 1000
    assert "verdict" not in told[500]
    assert "a/b" not in json.dumps(told[500]), "what may be a path is not repeated"
    assert {answer["verdict"] for answer in told if answer["id"] != "bad"} == {"not_listed"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (LISTED_SHA1.hex(), b"true"),
        (LISTED_SHA1.hex().upper(), b"true"),
        (f"\r\n {LISTED_SHA1.hex()}\r\n", b"true"),
        (f'"{LISTED_SHA1.hex()}"', b"true"),
        ("ab" * 20, b"false"),
    ],
)
def test_the_dutch_protocol_answers_true_or_false(served: Served, body: str, said: bytes):
    basic = urllib3_basic("hoster", served.token)
    answer = served.raw("POST", "/v1/check/sha1", body.encode(), token=None, Authorization=basic)
    assert (answer.status, answer.data) == (200, said)
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_the_dutch_protocol_never_says_false_for_a_wrong_request(served: Served):
    for body in (b"", b"zz" * 20, LISTED_MD5.hex().encode(), b"0" * 300):
        answer = served.raw("POST", "/v1/check/sha1", body)
        assert answer.status in {413, 422}
        assert answer.data not in {b"true", b"false"}
    other = urllib3_basic("other-hoster", served.token)
    refused = served.raw("POST", "/v1/check/sha1", LISTED_SHA1.hex().encode(), token=None, Authorization=other)
    assert refused.status == 401
    assert refused.headers["Content-Type"].startswith("text/plain")


def test_a_review_is_not_true(served: Served):
    """Only `listed` is; a forged collision cannot be seen from one digest, so a suspended entry shows it."""
    answer = served.raw("POST", "/v1/check/md5", ("21" * 16).encode())
    assert answer.data == b"true"


def urllib3_basic(name: str, token: str) -> str:
    import base64  # noqa: PLC0415 - only here

    return "Basic " + base64.b64encode(f"{name}:{token}".encode()).decode()


def test_wrong_tokens_are_refused(served: Served):
    with served.client("schoon_nope_nope") as client, pytest.raises(TokenRefusedError):
        client.check([CheckItem(id="a", md5=MISS)])


def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(served: Served):
    head = (
        f"POST /v1/checks/bulk/md5 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {served.token}\r\n"
        "Content-Type: application/octet-stream\r\nContent-Length: 99999999999\r\n\r\n"
    )
    assert b" 413 " in exchange(served.url, head.encode())


def test_no_body_is_read_for_somebody_unknown(served: Served):
    head = "POST /v1/checks/bulk/md5 HTTP/1.1\r\nHost: x\r\nContent-Length: 16000000\r\n\r\n"
    assert b" 401 " in exchange(served.url, head.encode())


def test_a_chunked_body_is_read_up_to_the_limit(served: Served):
    head = (
        f"POST /v1/checks/bulk/md5 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {served.token}\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    ).encode()
    fine = exchange(served.url, head + b"10\r\n" + LISTED_MD5 + b"\r\n0\r\n\r\n")
    assert b" 200 " in fine
    assert b'"position":0' in fine
    assert b" 422 " in exchange(served.url, head + b"11\r\n" + bytes(17) + b"\r\n0\r\n\r\n")


def test_a_body_that_does_not_come_is_given_up(served: Served):
    head = (
        f"POST /v1/checks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {served.token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    assert b" 408 " in exchange(served.url, head.encode())


def exchange(url: str, sent: bytes) -> bytes:
    """What comes back on a plain socket, up to the end of the first answer."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(sent)
        received = b""
        while b"\r\n\r\n" not in received:
            chunk = connection.recv(65536)
            if not chunk:
                break
            received += chunk
        head, _, rest = received.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(rest) < length:
            rest += connection.recv(65536)
        return head + rest


def test_the_client_refuses_what_the_service_would(served: Served):
    with served.client() as client, pytest.raises(RequestRefusedError):
        client.check([CheckItem(id="a", md5=MISS), CheckItem(id="a", md5=MISS)])
