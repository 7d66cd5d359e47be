"""An installation that sends: a mail server that receives, a hoster that a rule names, and a worker's turns by hand."""

import re
import socket
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from functools import cache
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from schoon.agenda import TaskKind
from schoon.hosting import DomainRule, RuleKind
from schoon.kinds import ItemId
from schoon.notices import Notice, NoticesWanted
from schoon.reports import Judged, Judgement
from schoon.worker import jobs_of
from tests.desk_home import Desk

PORTAL = "https://desk.meldpunt.example/n"
_MINUTE = timedelta(minutes=1)


class Postbox:
    """A mail server of a hoster, on this machine, that keeps what it gets."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # aiosmtpd's name
        self.mails.append(envelope.content)
        return "250 taken"

    def open(self) -> int:
        self._controller.start()
        return self.port

    def close(self) -> None:
        self._controller.stop(no_assert=True)


@cache
def _dkim_key() -> bytes:
    return generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def sending_settings(folder: Path, port: int) -> dict[str, str]:
    """The variables of an installation that sends notices to a mail server on this machine."""
    key = folder / "dkim.pem"
    key.write_bytes(_dkim_key())
    return {
        "SCHOON_HOTLINE": "Meldpunt Voorbeeld",
        "SCHOON_NOTICE_FROM": "notices@meldpunt.example",
        "SCHOON_PORTAL": PORTAL,
        "SCHOON_SMTP": f"none://127.0.0.1:{port}",
        "SCHOON_DKIM_KEY_FILE": str(key),
    }


def a_hoster(
    desk: Desk, domain: str = "example.org", email: str = "abuse@stroom.zz", organisation: str = "Stroom BV"
) -> None:
    """Everything under that domain is hosted there."""
    rule = DomainRule(
        domain=domain,
        kind=RuleKind.FORCE_HOSTER,
        valid_from=desk.now - timedelta(days=1),
        organisation=organisation,
        email=email,
        country="NL",
        reason="for the test",
    )
    desk.rooms.hosting.add_rule(rule, by="test", now=desk.now)


def work(desk: Desk, *, rounds: int = 6) -> None:
    """What is due now, done as the worker does it."""
    for _ in range(rounds):
        for job in jobs_of(desk.rooms):
            if job.kind in {TaskKind.ITEM_PROBE, TaskKind.ITEM_PROPOSE}:
                continue
            claimed = desk.rooms.agenda.claim(job.kind, now=desk.now, until=desk.now + _MINUTE, limit=job.batch)
            if claimed:
                job.run(claimed, desk.now)


def judged(desk: Desk, urls: list[str]) -> list[ItemId]:
    """Items that were reported and found illegal."""
    ids = desk.reported(urls)
    found = [Judged(item_id=one, judgement=Judgement.BASELINE) for one in ids]
    desk.rooms.reports.assess(found, by="person:test", now=desk.now)
    return ids


def a_sent_notice(desk: Desk, urls: list[str]) -> tuple[list[ItemId], Notice]:
    """Items on a notice that was sent now."""
    ids = judged(desk, urls)
    work(desk)
    notice = desk.rooms.notices.list_notices(NoticesWanted(item_id=ids[0]))[0]
    desk.rooms.notices.send_now(notice.notice_id, by="person:test", now=desk.now)
    work(desk)
    return ids, desk.rooms.notices.list_notices(NoticesWanted(item_id=ids[0]))[0]


def link_in(mail: bytes) -> str:
    """The path of the page that a mail links to."""
    body = message_from_bytes(mail, policy=default).get_body(("plain",))
    assert body is not None
    found = re.search(re.escape(PORTAL) + r"/([a-z2-7]{52})", body.get_content())
    assert found is not None
    return f"/n/{found[1]}"
