"""A real mail server (aiosmtpd) on the loopback that takes mail, or misbehaves in the way it is told."""

import asyncio
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

_DSN = re.compile(r"\s+(ENVID|RET|NOTIFY|ORCPT)=\S+", re.IGNORECASE)


@dataclass
class Taken:
    """One mail that was taken."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    options: tuple[str, ...] = ()


@dataclass
class Mailbox:
    """What the server has taken, and how it is to behave: each list is used up from its front, "" is good behaviour.

    At MAIL and RCPT an answer. After the message an answer, or: `drop` (taken, and the connection closed without a
    word), `lose` (not taken, and closed), `stall` (taken, and silent), `cut` (closed as soon as the message begins).
    """

    at_mail: list[str] = field(default_factory=list)
    at_recipient: list[str] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)
    offers_dsn: bool = False
    password: str = ""
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    options: list[str] = field(default_factory=list)

    @property
    def message_ids(self) -> list[str]:
        return [
            found[1].decode()
            for one in self.taken
            if (found := re.search(rb"^Message-ID: (\S+)", one.content, re.MULTILINE))
        ]


class _Handler:
    def __init__(self, box: Mailbox) -> None:
        self.box = box

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if self.box.offers_dsn:
            responses.insert(-1, "250-DSN")
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.box.at_mail.pop(0) if self.box.at_mail else ""
        if answer:
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.box.at_recipient.pop(0) if self.box.at_recipient else ""
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.box.at_data.pop(0) if self.box.at_data else ""
        if answer in {"", "drop", "stall"}:
            content = envelope.content if isinstance(envelope.content, bytes) else b""
            taken = Taken(envelope.mail_from or "", tuple(envelope.rcpt_tos), content, tuple(self.box.options))
            self.box.taken.append(taken)
        if answer in {"drop", "lose"}:
            assert server.transport is not None
            server.transport.close()
        if answer == "stall":
            await asyncio.sleep(30)
        return answer if answer[:1].isdigit() else "250 OK"


class _Server(SMTP):
    """Takes the options of DSN (RFC 3461), which aiosmtpd does not know."""

    box: Mailbox

    async def smtp_MAIL(self, arg: str | None) -> None:
        await super().smtp_MAIL(self._without_dsn(arg))

    async def smtp_RCPT(self, arg: str | None) -> None:
        await super().smtp_RCPT(self._without_dsn(arg))

    async def smtp_DATA(self, arg: str) -> None:
        if self.box.at_data[:1] == ["cut"]:
            self.box.at_data.pop(0)
            assert self.transport is not None
            self.transport.close()
            return
        await super().smtp_DATA(arg)

    def _without_dsn(self, arg: str | None) -> str | None:
        if arg is None or not self.box.offers_dsn:
            return arg
        self.box.options += [found[0].strip() for found in _DSN.finditer(arg)]
        return _DSN.sub("", arg)


class _Controller(Controller):
    def __init__(self, box: Mailbox, **options: Any) -> None:
        self.box = box
        super().__init__(_Handler(box), hostname="127.0.0.1", port=0, **options)

    def factory(self) -> SMTP:
        server = _Server(self.handler, **self.SMTP_kwargs)
        server.box = self.box
        self.box.connections += 1
        return server

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(box: Mailbox, *, tls: ssl.SSLContext | None = None, starttls: bool = False) -> Iterator[int]:
    """The port of a server over that mailbox."""
    options: dict[str, Any] = {"data_size_limit": 100_000_000}
    if tls is not None and starttls:
        options |= {"tls_context": tls, "require_starttls": True}
    elif tls is not None:
        options |= {"ssl_context": tls}
    if box.password:

        def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
            return AuthResult(success=data.password == box.password.encode(), handled=False)

        options |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": starttls}
    controller = _Controller(box, **options)
    controller.start()
    box.connections = 0  # it was tried whether it answers
    try:
        yield controller.port
    finally:
        controller.stop()
