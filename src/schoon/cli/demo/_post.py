"""The demonstration's mail server: it takes mail over SMTP, and may say "later" first, as many do."""

import socket
from collections.abc import Callable

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class PostOffice:
    """Takes every mail, and hands it to whoever has the address."""

    def __init__(self, deliver: Callable[[str, bytes], None], *, later: str) -> None:
        """Listen at a free port of the loopback.

        Args:
            deliver: Is given each recipient and the mail.
            later: Mail to this address is refused for now, the first time (451, greylisting).
        """
        self._deliver = deliver
        self._later = {later}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.count = 0
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Whether mail to the address is taken now."""
        if address in self._later:
            self._later.discard(address)
            return "451 4.7.1 come back in a while"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail."""
        self.count += 1
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        for recipient in envelope.rcpt_tos:
            self._deliver(recipient, content)
        return "250 taken"

    def close(self) -> None:
        """Take no more."""
        self._controller.stop(no_assert=True)
