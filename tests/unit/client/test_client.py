"""The client against a real server that misbehaves: a complete answer, or a named error, and nothing between."""

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schoon.client import (
    LIST_UNAVAILABLE,
    Action,
    CheckItem,
    ClientSettingsError,
    HitAction,
    ListUnavailableError,
    NotAllowedError,
    Patience,
    QuotaReachedError,
    RequestRefusedError,
    SchoonClient,
    ServiceUnavailableError,
    TokenRefusedError,
    UnexpectedAnswerError,
    UntrustedReceiptError,
    Verdict,
)
from tests.unit.client.conftest import Reaction, ScriptedServer, answers
from tests.unit.client.signing import LIST, envelope

KEY = Ed25519PrivateKey.generate()
ITEM = CheckItem(id="a", md5="00" * 16)
QUICK = Patience(connect_seconds=1, read_seconds=0.5, retries=2, first_pause_seconds=0.001, longest_pause_seconds=0.05)
ONE_SHOT = Patience(connect_seconds=1, read_seconds=0.5, retries=0)


def client_of(server: ScriptedServer, patience: Patience = ONE_SHOT, **settings: Any) -> SchoonClient:
    key = KEY.public_key().public_bytes_raw()
    return SchoonClient(server.url, "schoon_t_secret", receipt_key=key, patience=patience, **settings)


def answering(result: dict[str, Any], **spoil: Any) -> Reaction:
    """The well-formed answer to whatever is asked."""

    def react(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        answers(200, envelope(body, result, KEY, **spoil))(handler, body)

    return react


def checks(*told: dict[str, Any], version: int = 7) -> dict[str, Any]:
    return {"list": LIST | {"version": version}, "answers": list(told)}


def bulk(*found: dict[str, Any], count: int = 3, kind: str = "md5", version: int = 7) -> dict[str, Any]:
    return {"list": LIST | {"version": version}, "kind": kind, "count": count, "found": list(found)}


MISS = {"id": "a", "verdict": "not_listed"}


def test_an_answer_comes_back_as_verdicts_with_its_proof(server: ScriptedServer):
    match = {"kind": "md5", "strength": "weak", "category": "baseline", "supplier_class": "police"}
    server.reacts(answering(checks({"id": "a", "verdict": "listed", "hit": "h1", "matches": [match]})))
    with client_of(server) as client:
        reply = client.check([ITEM])
    assert reply.answers[0].verdict is Verdict.LISTED
    assert reply.answers[0].matches[0].supplier_class == "police"
    assert reply.list.version == 7
    method, path, body, headers = server.asked[0]
    assert (method, path, headers["Authorization"]) == ("POST", "/v1/checks", "Bearer schoon_t_secret")
    assert msgspec.json.decode(body) == {"items": [{"id": "a", "md5": "00" * 16}]}
    assert reply.request == body


def test_an_item_with_an_error_has_no_verdict(server: ScriptedServer):
    server.reacts(answering(checks({"id": "a", "error": {"detail": "31 digits"}})))
    with client_of(server) as client:
        answer = client.check([ITEM]).answers[0]
    assert answer.verdict is None
    assert answer.error is not None


def test_a_bulk_answer_names_what_was_found(server: ScriptedServer):
    server.reacts(answering(bulk({"position": 2, "verdict": "review", "reason": "suspended"})))
    with client_of(server) as client:
        reply = client.check_bulk("md5", bytes(48))
    assert [(found.position, found.verdict) for found in reply.found] == [(2, Verdict.REVIEW)]
    assert server.asked[0][2] == bytes(48)


@pytest.mark.parametrize(
    "told",
    [
        checks(),
        checks(MISS, MISS),
        checks({"id": "b", "verdict": "not_listed"}),
        checks({"id": "a"}),
        checks({"id": "a", "verdict": "not_listed", "error": {"detail": "x"}}),
        checks({"id": "a", "verdict": "clean"}),
        checks({"id": "a", "verdict": None}),
        checks(MISS, version=0),
        {"list": LIST},
        {"list": LIST | {"age_seconds": -1}, "answers": [MISS]},
        bulk(),
    ],
)
def test_an_answer_that_is_not_about_these_items_is_no_answer(server: ScriptedServer, told: dict[str, Any]):
    told.setdefault("list", LIST)
    server.reacts(answering(told))
    with client_of(server) as client, pytest.raises(UnexpectedAnswerError):
        client.check([ITEM])


@pytest.mark.parametrize(
    "told",
    [
        bulk(count=2),
        bulk(kind="sha1"),
        bulk(version=0),
        bulk({"position": 3, "verdict": "listed"}),
        bulk({"position": -1, "verdict": "listed"}),
        bulk({"position": 1, "verdict": "listed"}, {"position": 1, "verdict": "listed"}),
        bulk({"position": 2, "verdict": "listed"}, {"position": 1, "verdict": "listed"}),
        bulk({"position": 1, "verdict": "not_listed"}),
        bulk({"position": 1, "verdict": "unavailable"}),
        checks(MISS),
    ],
)
def test_a_bulk_answer_that_does_not_fit_the_question_is_no_answer(server: ScriptedServer, told: dict[str, Any]):
    server.reacts(answering(told))
    with client_of(server) as client, pytest.raises(UnexpectedAnswerError):
        client.check_bulk("md5", bytes(48))


@pytest.mark.parametrize(
    "reaction",
    [
        answers(200, b"<html>welcome</html>", "text/html"),
        answers(200, b"<html>welcome</html>"),
        answers(200, b""),
        answers(200, b"null"),
        answers(200, b"[]"),
        answers(200, b'{"result":'),
        answers(200, b'{"result":{}}'),
        answers(200, b"\xff\xfe"),
        answers(200, b"true", "text/plain"),
        answers(204, b""),
        answers(301, b"", Location="http://127.0.0.1:1/"),
        answers(404, b"<html>not found</html>", "text/html"),
        answers(418, b"teapot", "text/plain"),
        answers(500, b"oops", "text/plain"),
    ],
)
def test_what_is_not_an_answer_of_the_service_is_never_a_verdict(server: ScriptedServer, reaction: Reaction):
    server.reacts(reaction)
    with client_of(server) as client:
        with pytest.raises(UnexpectedAnswerError):
            client.check([ITEM])
        with pytest.raises(UnexpectedAnswerError):
            client.check_bulk("md5", bytes(16))
    assert len(server.asked) == 2, "a redirect is not followed, the token goes nowhere else"


def truncated(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(envelope(body, checks(MISS), KEY))
    handler.close_connection = True


def dropped(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.connection.close()
    handler.close_connection = True


def silent(stop: threading.Event) -> Reaction:
    def react(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        stop.wait(5)
        handler.close_connection = True

    return react


def dripping(stop: threading.Event) -> Reaction:
    """Never pauses long enough for a socket's own time-out."""

    def react(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not stop.wait(0.05):
            handler.wfile.write(b" ")

    return react


@pytest.mark.parametrize("reaction", [truncated, dropped])
def test_a_broken_connection_is_unavailable(server: ScriptedServer, reaction: Reaction):
    server.reacts(reaction)
    with client_of(server) as client, pytest.raises(ServiceUnavailableError):
        client.check([ITEM])


@pytest.mark.parametrize("slow", [silent, dripping])
def test_a_slow_answer_is_unavailable_in_time(server: ScriptedServer, slow):
    stop = threading.Event()
    server.reacts(slow(stop))
    try:
        with client_of(server) as client, pytest.raises(ServiceUnavailableError):
            client.check([ITEM])
    finally:
        stop.set()


def test_nobody_listening_is_unavailable():
    with (
        SchoonClient("http://127.0.0.1:9", "t", patience=ONE_SHOT) as client,
        pytest.raises(ServiceUnavailableError),
    ):
        client.check([ITEM])


@pytest.mark.parametrize("failure", [dropped, truncated, answers(503, b""), answers(502, b""), answers(504, b"")])
def test_it_asks_again_after_a_failure_that_may_pass(server: ScriptedServer, failure: Reaction):
    server.reacts(failure, failure, answering(checks(MISS)))
    with client_of(server, QUICK) as client:
        assert client.check([ITEM]).answers[0].verdict is Verdict.NOT_LISTED
    assert len(server.asked) == 3


def test_it_stops_asking_when_its_patience_ends(server: ScriptedServer):
    server.reacts(answers(503, b""))
    with client_of(server, QUICK) as client, pytest.raises(ServiceUnavailableError):
        client.check([ITEM])
    assert len(server.asked) == 3


def problem(status: int, slug: str, **headers: str) -> Reaction:
    told = {"type": slug, "title": "T", "status": status, "detail": "what", "next_step": "do", "instance": "urn:x:1"}
    return answers(status, msgspec.json.encode(told), "application/problem+json", **headers)


def test_a_list_that_cannot_answer_is_told_apart(server: ScriptedServer):
    server.reacts(problem(503, LIST_UNAVAILABLE))
    with client_of(server) as client, pytest.raises(ListUnavailableError, match="what") as raised:
        client.check_bulk("md5", bytes(16))
    assert raised.value.advice == "do"


def test_a_quota_says_how_long_to_wait_and_is_not_asked_again_before(server: ScriptedServer):
    server.reacts(problem(429, "urn:q", Retry_After="1800"))
    with client_of(server, QUICK) as client, pytest.raises(QuotaReachedError) as raised:
        client.check([ITEM])
    assert raised.value.retry_after_seconds == 1800
    assert len(server.asked) == 1


def test_a_short_retry_after_is_waited_out(server: ScriptedServer):
    server.reacts(problem(503, "urn:b", Retry_After="0"), answering(checks(MISS)))
    with client_of(server, QUICK) as client:
        assert client.check([ITEM]).answers[0].verdict is Verdict.NOT_LISTED


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RequestRefusedError),
        (401, TokenRefusedError),
        (403, NotAllowedError),
        (404, RequestRefusedError),
        (413, RequestRefusedError),
        (422, RequestRefusedError),
        (500, UnexpectedAnswerError),
    ],
)
def test_a_refusal_is_told_by_name_and_not_repeated(server: ScriptedServer, status: int, error: type[Exception]):
    server.reacts(problem(status, "urn:p"))
    with client_of(server, QUICK) as client, pytest.raises(error):
        client.check([ITEM])
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        {"member": "other"},
        {"request_sha256": "00" * 32},
        {"result_sha256": "00" * 32},
        {"list_version": 8},
        {"list_name": "be"},
        {"issued_at": "2026-11-22T13:00:01.000000Z"},
        {"index": 1},
        {"size": 2},
        {"path": ["00" * 32]},
        {"path": ["zz"]},
        {"signature": "00" * 64},
        {"signature": ""},
        {"signature": "not hex"},
    ],
)
def test_a_receipt_that_does_not_prove_the_answer_is_refused(server: ScriptedServer, spoil: dict[str, Any]):
    if spoil == {"member": "other"}:
        spoil = {"member": "hoster-other"}

    def react(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        whole = msgspec.json.decode(envelope(body, checks(MISS), KEY), type=dict[str, msgspec.Raw])
        receipt = msgspec.json.decode(whole["receipt"]) | spoil
        told = b'{"result":' + bytes(whole["result"]) + b',"receipt":' + msgspec.json.encode(receipt) + b"}"
        answers(200, told)(handler, body)

    server.reacts(react)
    with client_of(server) as client, pytest.raises(UntrustedReceiptError):
        client.check([ITEM])


def test_a_receipt_in_other_letters_is_refused(server: ScriptedServer):
    def react(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        told = envelope(body, checks(MISS), KEY)
        place = told.index(b'"signature":"') + 13
        signature = told[place : place + 128]
        answers(200, told.replace(signature, signature.upper()))(handler, body)

    server.reacts(react)
    with client_of(server) as client, pytest.raises(UntrustedReceiptError):
        client.check([ITEM])


def test_a_result_changed_on_its_way_is_refused(server: ScriptedServer):
    def react(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        told = envelope(body, checks({"id": "a", "verdict": "listed"}), KEY)
        answers(200, told.replace(b"listed", b"not_listed"))(handler, body)

    server.reacts(react)
    with client_of(server) as client, pytest.raises(UntrustedReceiptError):
        client.check([ITEM])


def test_outcomes_must_be_of_the_hits_asked(server: ScriptedServer):
    server.reacts(answers(200, b'{"results":[{"hit":"h2","outcome":"done","state":"removed"}]}'))
    with client_of(server) as client, pytest.raises(UnexpectedAnswerError):
        client.act([HitAction(hit="h1", action=Action.REMOVED)])


@pytest.mark.parametrize(
    ("url", "token"),
    [
        ("ftp://x", "t"),
        ("https://", "t"),
        ("https://x/?q=1", "t"),
        ("http://check.example.nl", "t"),
        ("https://x", ""),
        ("https://x", "a b"),
        ("https://x", "a\r\nX: y"),
        ("https://x", "é"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(url: str, token: str):
    with pytest.raises(ClientSettingsError):
        SchoonClient(url, token)


@pytest.mark.parametrize("key", [b"", b"short", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_receipt_key_that_is_none_is_refused(key: bytes):
    with pytest.raises(ClientSettingsError):
        SchoonClient("https://x", "t", receipt_key=key)


def test_calls_of_the_wrong_size_are_refused_before_they_are_sent(server: ScriptedServer):
    with client_of(server) as client:
        for call in (
            lambda: client.check([]),
            lambda: client.check([ITEM] * 1001),
            lambda: client.check_bulk("md5", b""),
            lambda: client.check_bulk("md5", bytes(17)),
            lambda: client.check_bulk("pdq", bytes(32 * 10_001)),
            lambda: client.act([]),
        ):
            with pytest.raises(RequestRefusedError):
                call()
    assert server.asked == []


def test_neither_token_nor_digest_shows_in_repr(server: ScriptedServer):
    with client_of(server) as client:
        assert "secret" not in repr(client)
    assert "00" * 16 not in repr(ITEM)


def test_importing_the_client_brings_nothing_heavy():
    heavy = ["numpy", "numba", "sqlalchemy", "pydantic", "starlette", "PIL"]
    code = f"import sys, schoon.client; print([m for m in {heavy!r} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
