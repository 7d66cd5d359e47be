"""Notices by webhook to a real server, and what the room writes into logs along every way."""

import hashlib
import hmac
import json
import logging

import pytest

from schoon.net import WebhookChannel, WebhookSender
from schoon.notices import Answer, ChannelKind, DeliveryState, ItemAnswer, NoticeState, Reseller
from tests.notices_world import HOUR, MINUTE, SENDER, T0, NoticesWorld, a_notice_world
from tests.unit.net.test_webhook import Server, serving, status


def told(server: Server) -> NoticesWorld:
    """A notice to a hoster whose webhook is that server."""
    world = a_notice_world(webhook=WebhookChannel(WebhookSender(), SENDER))
    world.item()
    world.work(T0)
    world.change(channel=ChannelKind.WEBHOOK, webhook_url=server.url)
    world.run(T0 + HOUR, T0 + HOUR + 3 * MINUTE)
    return world


def test_a_notice_arrives_by_webhook_signed_and_named() -> None:
    with serving(status(204)) as server:
        world = told(server)
    ((_, headers, body),) = server.requests
    (notice,) = world.all()
    (delivery,) = world.deliveries(notice.notice_id)
    assert (delivery.state, notice.delivered_at) == (DeliveryState.DELIVERED, T0 + HOUR)
    assert headers["Schoon-Delivery"] == delivery.delivery_id
    seconds, _, signature = headers["Schoon-Signature"].removeprefix("t=").partition(",v1=")
    webhook = world.hoster().webhook
    assert webhook is not None
    expected = hmac.new(webhook.secret, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(signature, expected)
    document = json.loads(body)
    assert document["notice"] == notice.notice_id
    assert document["items"][0]["xarf"]["url"] == "https://foto.example.org/1"


def test_a_receiver_that_fails_gets_the_very_same_document_again() -> None:
    with serving(status(500)) as server:
        world = told(server)
    bodies = {(headers["Schoon-Delivery"], body) for _, headers, body in server.requests}
    assert len(server.requests) == 3
    assert len(bodies) == 1
    assert [one.state for one in world.all()] == [NoticeState.CLOSED]


def test_a_receiver_that_is_gone_for_good_is_written_to_by_mail() -> None:
    with serving(status(410)) as server:
        world = told(server)
    assert len(server.requests) == 1
    assert len(world.mail.parcels) == 1
    assert [one.state for one in world.all()] == [NoticeState.SENT]


def test_no_log_and_no_journal_holds_an_address_a_name_or_a_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world = a_notice_world()
    item_id, _ = world.sent()
    reseller = Reseller(email="jansen@reseller.example", organisation="Jansen BV")
    world.answer(ItemAnswer(item_id=item_id, answer=Answer.PASSED_ON, reseller=reseller))
    world.answer(ItemAnswer(item_id=item_id, answer=Answer.DISPUTED, text="zegt Pietersen"))
    with world.parts.transactions.write() as tx:
        world.notices.refer_to_police(tx, [item_id], reasons="verdachte Klaassen", now=T0 + 2 * HOUR)
    world.work(T0 + 2 * HOUR)
    journal = "".join(repr(one) for one in world.desk.events() if one.action.startswith("notice:"))
    logs = "".join(repr(vars(record)) for record in caplog.records if record.name.startswith("schoon.notices"))
    assert "notices.deliver" in logs
    for secret in ("foto.example.org", "abuse@", "jansen", "Jansen", "Pietersen", "Klaassen", world.token(0)):
        assert secret not in logs
        assert secret not in journal
