"""The webhook sender against real servers on the loopback: good, failing, slow, redirecting, hanging up."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from schoon.check import Webhook
from schoon.hits import Leased
from schoon.hits.rules import LEASE, retry_after
from schoon.kinds import MemberId
from schoon.net import WebhookSender, signature_of
from schoon.net.webhook import LONGEST_SEND
from tests.memory.house import T0, House, a_sighting, memory_house

SECRET = b"a secret of the webhook"
LEASED = Leased(message_id=1, delivery_id="delivery1", member_id=MemberId(1), body='{"é":1}', attempts=0, lease="lease")
QUICK = WebhookSender(
    connect_timeout=timedelta(seconds=1), answer_timeout=timedelta(seconds=0.3), longest_send=timedelta(seconds=1)
)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append((self.path, dict(self.headers), body))
                answer(self)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, *_: object) -> None:
        """A client that goes away is what some tests do."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook?x=1"


@contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[Server]:
    server = Server(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def status(code: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def test_a_message_arrives_signed_and_named():
    with serving(status(204)) as server:
        result = QUICK.send(Webhook(url=server.url, secret=SECRET), LEASED, T0)
    assert result.delivered
    ((path, headers, body),) = server.requests
    assert (path, body) == ("/hook?x=1", LEASED.body.encode())
    assert headers["Schoon-Delivery"] == "delivery1"
    seconds, signature = (part.split("=")[1] for part in headers["Schoon-Signature"].split(","))
    assert int(seconds) == T0.timestamp()
    expected = hmac.new(SECRET, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(signature, expected)
    assert signature_of(SECRET, body, T0) != signature_of(b"other", body, T0)


@pytest.mark.parametrize("code", [301, 302, 307, 308, 400, 401, 404, 429, 500, 503])
def test_every_other_answer_is_a_fault_and_no_redirect_is_followed(code):
    with serving(status(code, Location="/elsewhere")) as server:
        result = QUICK.send(Webhook(url=server.url, secret=SECRET), LEASED, T0)
    assert (result.delivered, result.fault, result.final) == (False, f"answered {code}", False)
    assert len(server.requests) == 1


def test_gone_is_final():
    with serving(status(410)) as server:
        assert QUICK.send(Webhook(url=server.url, secret=SECRET), LEASED, T0).final


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def say_nothing(_: BaseHTTPRequestHandler) -> None:
    time.sleep(2)


def drip(handler: BaseHTTPRequestHandler) -> None:
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100):
            handler.wfile.write(b"X: y\r\n")
            handler.wfile.flush()
            time.sleep(0.1)
    except OSError:
        return


def talk_nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\x00\x01 nonsense\r\n\r\n")


@pytest.mark.parametrize("answer", [hang_up, say_nothing, drip, talk_nonsense])
def test_a_receiver_that_misbehaves_costs_a_second_and_is_a_fault(answer):
    with serving(answer) as server:
        started = time.monotonic()
        result = QUICK.send(Webhook(url=server.url, secret=SECRET), LEASED, T0)
        assert time.monotonic() - started < 1.9
    assert (result.delivered, result.final) == (False, False)
    assert result.fault
    assert "127.0.0.1" not in result.fault


def test_nobody_there_is_a_fault():
    with serving(status(200)) as server:
        url = server.url
    assert not QUICK.send(Webhook(url=url, secret=SECRET), LEASED, T0).delivered


def test_plain_http_goes_to_the_loopback_only_unless_allowed():
    webhook = Webhook(url="http://tickets.invalid/x", secret=SECRET)
    assert QUICK.send(webhook, LEASED, T0).final
    allowing = WebhookSender(allow_plain_http=True, connect_timeout=timedelta(seconds=1))
    assert not allowing.send(webhook, LEASED, T0).final


def test_a_send_ends_long_before_its_lease():
    assert LONGEST_SEND + timedelta(seconds=10) < LEASE


def waiting_house(url: str) -> House:
    house = memory_house()
    house.member()
    house.members.set_webhook("hoster", url, actor="test", now=T0)
    house.see(house.members.find("hoster").member, a_sighting(5))
    return house


def test_a_hit_reaches_the_ticket_system_once_over_faults():
    answers = iter([status(500), hang_up, say_nothing])
    with serving(lambda handler: next(answers, status(200))(handler)) as server:
        house = waiting_house(server.url)
        now = T0
        for attempt in range(1, 6):
            house.hits.deliver_due(lambda: now, QUICK)  # noqa: B023 - called at once
            now += retry_after(attempt)
    assert len(server.requests) >= 4
    assert len({headers["Schoon-Delivery"] for _, headers, _ in server.requests}) == 1
    message = json.loads(server.requests[-1][2])
    assert (message["event"], message["hits"][0]["verdict"]) == ("hits.opened", "listed")
    assert set(message["hits"][0]) == {
        "hit", "verdict", "state", "kind", "strength", "category", "opened_at", "due_at"
    }  # fmt: skip
    assert house.hits.waiting() == 0
