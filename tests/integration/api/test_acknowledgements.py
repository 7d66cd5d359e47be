"""Hosters' own systems acknowledge notices over HTTP, under the key that was registered for them."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import urllib3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schoon.api import ServeOptions, create_app, serving_here
from schoon.notices import SIGNED_AS, Answer, HosterChange, Notice, canonical
from schoon.parties import Role
from tests.desk_home import Desk, an_empty_home
from tests.integration.api.conftest import free_port
from tests.notice_desk import Postbox, a_hoster, a_sent_notice, sending_settings

KEY = Ed25519PrivateKey.generate()


class Hoster:
    """A hoster's own system, with a notice that it got."""

    def __init__(self, desk: Desk, notice: Notice, port: int) -> None:
        self.desk, self.notice = desk, notice
        self.url = f"http://127.0.0.1:{port}/v1/notices/acknowledgements"

    def document(self, *answers: dict[str, str], **more: Any) -> bytes:
        at = f"{self.desk.now:%Y-%m-%dT%H:%M:%SZ}"
        return canonical({"answers": list(answers), "at": at, "notice": self.notice.notice_id, "version": 1} | more)

    def send(
        self, document: bytes, key: Ed25519PrivateKey = KEY, signature: str | None = None
    ) -> urllib3.BaseHTTPResponse:
        made = base64.b64encode(key.sign(SIGNED_AS + document)).decode()
        sent = {"Content-Type": "application/json", "Schoon-Signature": made if signature is None else signature}
        with urllib3.PoolManager() as pool:
            return pool.request("POST", self.url, body=document, headers=sent, retries=False, timeout=20)

    def acknowledged_at(self) -> Any:
        return self.desk.rooms.notices.notice(self.notice.notice_id).view.notice.acknowledged_at


@pytest.fixture
def hoster(tmp_path: Path) -> Iterator[Hoster]:
    postbox = Postbox()
    settings = sending_settings(tmp_path, postbox.open())
    desk = Desk.copied(an_empty_home(tmp_path / "empty"), tmp_path / "home", **settings)
    a_hoster(desk)
    _, notice = a_sent_notice(desk, ["https://foto.example.org/1"])
    owner = desk.rooms.parties.add_organisation("Stroom BV", Role.MEMBER, by="test", now=desk.now)
    public = KEY.public_key().public_bytes_raw()
    desk.rooms.parties.add_key(owner.organisation_id, public, by="test", now=desk.now)
    change = HosterChange(party=owner.organisation_id)
    desk.rooms.notices.change_hoster(notice.hoster_id, change, by="test", now=desk.now)
    port = free_port()
    with serving_here(create_app(desk.rooms), ServeOptions(port=port)):
        yield Hoster(desk, notice, port)
    postbox.close()


def test_a_signed_document_acknowledges_and_answers(hoster: Hoster) -> None:
    item = hoster.desk.rooms.notices.notice(hoster.notice.notice_id).view.lines[0].row.item_id
    answer = hoster.send(hoster.document({"answer": "removed", "item": item}))
    assert answer.status == 200, answer.data
    assert answer.json()["notice"] == hoster.notice.notice_id
    assert hoster.acknowledged_at() == hoster.desk.now
    (given,) = hoster.desk.rooms.notices.notice(hoster.notice.notice_id).view.answers
    assert given.answer.answer is Answer.REMOVED


def test_the_same_document_again_is_answered_alike_and_counts_once(hoster: Hoster) -> None:
    document = hoster.document()
    first = hoster.send(document)
    hoster.desk.now += timedelta(hours=1)
    second = hoster.send(document)
    assert (first.status, first.data) == (second.status, second.data)


@pytest.mark.parametrize("what", ["another key", "another notice", "other bytes"])
def test_what_no_registered_key_signed_is_refused_alike(hoster: Hoster, what: str) -> None:
    document = hoster.document(**({"notice": "n" * 26} if what == "another notice" else {}))
    if what == "another key":
        answer = hoster.send(document, Ed25519PrivateKey.generate())
    elif what == "other bytes":
        signature = base64.b64encode(KEY.sign(SIGNED_AS + document)).decode()
        answer = hoster.send(document.replace(b'"version":1', b'"version":2'), signature=signature)
    else:
        answer = hoster.send(document)
    told = answer.json()
    assert answer.status == (422 if what == "other bytes" else 403)
    if answer.status == 403:
        assert told["type"] == "urn:schoon:problem:not-allowed"
        assert hoster.notice.notice_id not in json.dumps(told)
    assert hoster.acknowledged_at() is None


@pytest.mark.parametrize("signature", ["", "nonsense", "QUFB", "A" * 5_000])
def test_a_signature_that_is_none_is_said_to_be_none(hoster: Hoster, signature: str) -> None:
    answer = hoster.send(hoster.document(), signature=signature)
    assert answer.status == 422
    assert "Schoon-Signature" in answer.json()["detail"]
