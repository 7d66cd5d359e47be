"""Sends messages to members' webhooks, signed, over https.

A receiver verifies `Schoon-Signature: t=<unix seconds>,v1=<hex>`: HMAC-SHA-256 under its secret over the seconds, a dot
and the body. It drops what it has seen by `Schoon-Delivery`, and what is older than some minutes by `t`.
"""

import hashlib
import hmac
import socket
import ssl
from contextlib import suppress
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from threading import Timer

import urllib3
from typing_extensions import override
from urllib3.connection import HTTPConnection, HTTPSConnection

from schoon.check import Webhook, WebhookUrlError, require_webhook_url
from schoon.hits import Leased, Sender, SendResult

CONNECT_TIMEOUT = timedelta(seconds=5)
ANSWER_TIMEOUT = timedelta(seconds=10)
LONGEST_SEND = timedelta(seconds=20)
"""After this the connection is cut, however slowly the receiver keeps answering; far under the lease of a message."""

_USER_AGENT = "schoon-webhook/1"
_OK = range(200, 300)
_GONE = 410


class WebhookSender(Sender):
    """Sends over a fresh connection each time: no redirect is followed, no proxy is used, no answer is read."""

    def __init__(
        self,
        *,
        allow_plain_http: bool = False,
        ca_file: Path | None = None,
        connect_timeout: timedelta = CONNECT_TIMEOUT,
        answer_timeout: timedelta = ANSWER_TIMEOUT,
        longest_send: timedelta = LONGEST_SEND,
    ) -> None:
        """Set the limits.

        Args:
            allow_plain_http: Also send over http to other hosts than the loopback, for a network of one's own.
            ca_file: Certificates to trust instead of the system's.
            connect_timeout: Until the connection stands.
            answer_timeout: Until the receiver says anything, each time.
            longest_send: Until it has answered.
        """
        self._allow_plain_http = allow_plain_http
        self._tls = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
        self._connect = connect_timeout.total_seconds()
        self._answer = answer_timeout.total_seconds()
        self._longest = longest_send.total_seconds()

    @override
    def send(self, webhook: Webhook, leased: Leased, now: datetime) -> SendResult:
        """What became of the attempt; see `deliver`."""
        return self.deliver(webhook, leased.delivery_id, leased.body.encode(), now)

    def deliver(self, webhook: Webhook, delivery_id: str, body: bytes, now: datetime) -> SendResult:
        """What became of the attempt: 2xx is delivered, 410 is final, everything else may be tried again."""
        try:
            require_webhook_url(webhook.url, allow_plain_http=self._allow_plain_http)
        except WebhookUrlError as refusal:
            return SendResult(delivered=False, fault=refusal.message, final=True)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": _USER_AGENT,
            "Schoon-Delivery": delivery_id,
            "Schoon-Signature": signature_of(webhook.secret, body, now),
        }
        try:
            status = self._post(webhook.url, body, headers)
        except (urllib3.exceptions.HTTPError, HTTPException, OSError) as fault:
            return SendResult(delivered=False, fault=type(fault).__name__)  # the message would hold the address
        if status in _OK:
            return SendResult(delivered=True)
        return SendResult(delivered=False, fault=f"answered {status}", final=status == _GONE)

    def _post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        parts = urllib3.util.parse_url(url)
        connection: _PlainConnection | _TlsConnection
        if parts.scheme == "https":
            connection = _TlsConnection(parts.host or "", parts.port, ssl_context=self._tls, timeout=self._connect)
        else:
            connection = _PlainConnection(parts.host or "", parts.port, timeout=self._connect)
        connection.deadline = _Deadline(self._longest)
        try:
            connection.connect()
            connection.sock.settimeout(self._answer)
            connection.request("POST", parts.request_uri, body=body, headers=headers, preload_content=False)
            status = connection.getresponse().status
            if connection.deadline.passed:  # headers that were cut short look complete
                raise TimeoutError
            return status
        finally:
            connection.close()


def signature_of(secret: bytes, body: bytes, now: datetime) -> str:
    """The value of the `Schoon-Signature` header."""
    seconds = int(now.timestamp())
    return f"t={seconds},v1={hmac.new(secret, f'{seconds}.'.encode() + body, hashlib.sha256).hexdigest()}"


class _Deadline:
    """Cuts a connection when its time is over: a receiver that drips one byte at a time holds nobody up."""

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._timer: Timer | None = None
        self.passed = False

    def start(self, connected: socket.socket) -> None:
        self._timer = Timer(self._longest, self._cut, [connected])
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _cut(self, connected: socket.socket) -> None:
        self.passed = True
        with suppress(OSError):  # it may just have been closed
            connected.shutdown(socket.SHUT_RDWR)


class _PlainConnection(HTTPConnection):
    deadline: _Deadline

    @override
    def connect(self) -> None:
        super().connect()
        self.deadline.start(self.sock)

    @override
    def close(self) -> None:
        self.deadline.stop()
        super().close()


class _TlsConnection(HTTPSConnection):
    deadline: _Deadline

    @override
    def connect(self) -> None:
        super().connect()
        self.deadline.start(self.sock)

    @override
    def close(self) -> None:
        self.deadline.stop()
        super().close()
