"""Hands mail to the operator's mail server, over TLS, signed with DKIM.

What a mail server says is sorted by whose matter it is. A server that is away, will not speak TLS, or refuses the
sender or the password, is our own side's fault: nothing was tried, and no hoster's contact is the worse for it. What it
says of the recipient or the message is the other side's: 4xx may be tried again, 5xx is final. A connection that breaks
after the message was begun leaves open whether it was taken: the same bytes go again, under the same Message-ID.
"""

import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from threading import Timer

import dkim

from schoon.notices import Handed, HandOver

ANSWER_TIMEOUT = timedelta(seconds=15)
"""For each answer of the server; it is the operator's own, and near."""

LONGEST_MESSAGE = timedelta(seconds=25)
"""After this the connection is cut, however slowly the server answers: under the lease of a task."""

LONGEST_BATCH = timedelta(seconds=30)
"""What is not begun by then is left for the next call."""

SIGNED_HEADERS = (
    *(b"from", b"to", b"subject", b"date", b"message-id"),
    *(b"mime-version", b"content-type", b"content-transfer-encoding", b"list-id", b"auto-submitted"),
    *(b"from", b"to", b"subject", b"date", b"message-id"),  # once more: one that is added later breaks the signature
)


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"
    """For a server on this very machine alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The mail server that takes our messages.

    Attributes:
        user, password: Empty for a server that asks for none.
        ca_file: Certificates to trust instead of the system's.
    """

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One mail as it is handed over.

    Attributes:
        name: By which the server tells us of it later (ENVID); ASCII letters and digits.
    """

    name: str
    return_path: str = field(repr=False)
    recipient: str = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimKey:
    """By which mail is signed: an RSA key, whose public half is in the DNS at `SELECTOR._domainkey.DOMAIN`."""

    selector: str
    domain: str
    pem: bytes = field(repr=False)

    def sign(self, mail: bytes) -> bytes:
        """The mail with its signature before it. Headers and text may be folded anew on the way (relaxed/relaxed)."""
        signature: bytes = dkim.sign(
            mail,
            self.selector.encode("ascii"),
            self.domain.encode("ascii"),
            self.pem,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=list(SIGNED_HEADERS),
        )
        return signature + mail


class SmtpDoor:
    """Sends many mails over one connection, which is made anew when it breaks."""

    def __init__(
        self,
        server: MailServer,
        *,
        answer_timeout: timedelta = ANSWER_TIMEOUT,
        longest_message: timedelta = LONGEST_MESSAGE,
        longest_batch: timedelta = LONGEST_BATCH,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the server, and how long anything may take."""
        self._server = server
        self._answer = answer_timeout.total_seconds()
        self._longest = longest_message.total_seconds()
        self._batch = longest_batch.total_seconds()
        self._monotonic = monotonic
        self._tls = None if server.security is Security.NONE else _tls_for(server)

    def send(self, envelopes: Sequence[Envelope]) -> list[HandOver]:
        """What became of each, in order."""
        until = self._monotonic() + self._batch
        return list(self._sent(envelopes, until))

    def _sent(self, envelopes: Sequence[Envelope], until: float) -> Iterator[HandOver]:
        session: _Session | None = None
        away = ""
        for envelope in envelopes:
            if away or self._monotonic() >= until:
                yield HandOver(handed=Handed.NOT_TRIED, fault=away)
                continue
            try:
                session = session or _Session(self._server, self._tls, self._answer)
            except _AwayError as fault:
                away = str(fault)
                yield HandOver(handed=Handed.NOT_TRIED, fault=away)
                continue
            result = session.hand_over(envelope, longest=self._longest)
            if session.is_broken:
                session.close()
                session = None
            yield result
        if session is not None:
            session.close()


class _AwayError(Exception):
    """The mail server does not take messages from us now; its text holds no address."""


class _Session:
    """One connection."""

    def __init__(self, server: MailServer, tls: ssl.SSLContext | None, answer: float) -> None:
        self.is_broken = False
        self._smtp: smtplib.SMTP | None = None
        try:
            self._smtp = _connected(server, tls, answer)
        except smtplib.SMTPAuthenticationError as fault:
            raise _AwayError(f"the mail server refuses our user or password ({fault.smtp_code})") from fault
        except (smtplib.SMTPException, OSError) as fault:  # what it says may hold names and addresses
            raise _AwayError(f"the mail server cannot be used: {type(fault).__name__}") from fault

    def hand_over(self, envelope: Envelope, *, longest: float) -> HandOver:
        """What became of it."""
        smtp = self._smtp
        if smtp is None:
            raise ValueError("the session is closed")
        cut = Timer(longest, _cut, [smtp])
        cut.daemon = True
        cut.start()
        stage = "before the message"
        try:
            refusal = self._begin(smtp, envelope)
            if refusal is not None:
                return refusal
            stage = "after the message was begun"
            code, _ = smtp.data(envelope.content)
        except smtplib.SMTPDataError as fault:
            return self._refused(fault.smtp_code, "the message")
        except (smtplib.SMTPException, OSError) as fault:
            self.is_broken = True
            return HandOver(handed=Handed.RETRY, fault=f"connection lost {stage}: {type(fault).__name__}")
        finally:
            cut.cancel()
        return HandOver(handed=Handed.SENT) if code == 250 else self._refused(code, "the message")

    def _begin(self, smtp: smtplib.SMTP, envelope: Envelope) -> HandOver | None:
        """The envelope, asking for reports where the server gives them; what was refused, or None."""
        reports = smtp.has_extn("dsn")
        sender_options = (
            [f"ENVID={envelope.name}", "RET=HDRS"] if reports else []
        )  # a report never carries the addresses
        code, _ = smtp.mail(envelope.return_path, sender_options)
        if code != 250:
            self._reset(smtp, code)
            return HandOver(handed=Handed.NOT_TRIED, fault=f"the mail server refuses us as sender ({code})")
        code, _ = smtp.rcpt(envelope.recipient, ["NOTIFY=SUCCESS,FAILURE,DELAY"] if reports else [])
        if code not in {250, 251}:
            self._reset(smtp, code)
            return self._refused(code, "the recipient")
        return None

    def _refused(self, code: int, what: str) -> HandOver:
        if code == 421:
            self.is_broken = True
        handed = Handed.REFUSED if 500 <= code < 600 else Handed.RETRY
        return HandOver(handed=handed, fault=f"{what} was not taken ({code})")

    def _reset(self, smtp: smtplib.SMTP, code: int) -> None:
        if code == 421:
            self.is_broken = True
        else:
            smtp.rset()

    def close(self) -> None:
        """Say goodbye, if anybody listens."""
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                if not self.is_broken:
                    self._smtp.quit()
            self._smtp.close()
            self._smtp = None


def _connected(server: MailServer, tls: ssl.SSLContext | None, answer: float) -> smtplib.SMTP:
    name = socket.gethostname()
    if server.security is Security.TLS:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, name, timeout=answer, context=tls)
    else:
        smtp = smtplib.SMTP(server.host, server.port, name, timeout=answer)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.security is Security.STARTTLS:
            smtp.starttls(context=tls)  # raises where the server does not offer it: never on without
            smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, server.password)
    except (smtplib.SMTPException, OSError):
        smtp.close()
        raise
    return smtp


def _tls_for(server: MailServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=None if server.ca_file is None else str(server.ca_file))


def _cut(smtp: smtplib.SMTP) -> None:
    connected = smtp.sock
    if connected is not None:
        with suppress(OSError):  # it may just have been closed
            connected.shutdown(socket.SHUT_RDWR)
