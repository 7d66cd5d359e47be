"""Notices over a real mail server that misbehaves: nothing is lost, and nothing doubled that a receiver cannot drop."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import dkim
import dns.resolver
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from schoon.hosting import Scope
from schoon.net import DkimKey, MailChannel, MailServer, PoliceMail, Security, SmtpDoor
from schoon.notices import DeliveryState, NoticeState
from schoon.reports import ItemState
from tests.nameserver import serving_zones
from tests.notices_world import DAY, HOUR, MINUTE, SENDER, T0, NoticesWorld, a_notice_world
from tests.smtp_server import Mailbox, mail_server
from tests.unit.net.certificates import self_signed

KEY = rsa.generate_private_key(65_537, 2_048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
RECORD = "v=DKIM1; k=rsa; p=" + "".join(
    KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode().splitlines()[1:-1]
)
DKIM = DkimKey(selector="schoon", domain="meldpunt.example", pem=PEM)
QUICK = {"answer_timeout": timedelta(seconds=1), "longest_message": timedelta(seconds=2)}


def verifies(mail: bytes) -> bool:
    return bool(dkim.verify(mail, dnsfunc=lambda name, timeout=5: RECORD.encode()))


@contextmanager
def a_world(box: Mailbox, **how: object) -> Iterator[NoticesWorld]:
    with mail_server(box) as port:
        yield world_on(MailServer(host="127.0.0.1", port=port, security=Security.NONE), **how)


def world_on(server: MailServer, **how: object) -> NoticesWorld:
    door = SmtpDoor(server, **(QUICK | how))  # type: ignore[arg-type]  # of one kind each
    return a_notice_world(mail=MailChannel(door, SENDER, DKIM))


def opened(mail: bytes) -> EmailMessage:
    message = message_from_bytes(mail, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_notice_arrives_signed_named_and_in_its_parts() -> None:
    box = Mailbox(offers_dsn=True)
    with a_world(box) as world:
        item_id, notice = world.sent()
    (taken,) = box.taken
    assert verifies(taken.content)
    mail = opened(taken.content)
    token = world.deliveries(notice.notice_id)[0].return_token
    assert taken.sender == f"bounces+{token}@meldpunt.example"
    assert taken.recipients == ("abuse@stroom.example",)
    assert mail["Message-ID"] == f"<{token}@meldpunt.example>"
    assert mail["List-Id"] == "Notices to hosters <notices.meldpunt.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/report"
    letter, feedback, report = mail.iter_parts()
    assert "https://foto.example.org/1" in letter.get_content()
    assert feedback.get_content_type() == "message/feedback-report"
    assert report.get_content_type() == "application/json"
    assert item_id.encode() in report.get_payload(decode=True)
    wishes = {one.partition("=")[0].upper(): one.partition("=")[2] for one in taken.options}
    assert wishes == {
        "ENVID": world.deliveries(notice.notice_id)[0].delivery_id,
        "RET": "HDRS",
        "NOTIFY": "SUCCESS,FAILURE,DELAY",
    }


def test_a_changed_header_or_word_breaks_the_signature_and_so_does_a_second_subject() -> None:
    box = Mailbox()
    with a_world(box) as world:
        world.sent()
    mail = box.taken[0].content
    assert not verifies(mail.replace(b"Subject: ", b"Subject: x"))
    assert not verifies(mail.replace(b"foto.example.org", b"foto.example.net"))
    assert not verifies(mail.replace(b"Subject: ", b"Subject: x\r\nSubject: ", 1))
    assert not verifies(b"From: somebody@else.example\r\n" + mail)


def test_the_signature_is_verified_with_the_key_in_a_real_zone(tmp_path: Path) -> None:
    box = Mailbox()
    with a_world(box) as world:
        world.sent()
    halves = " ".join(f'"{RECORD[at : at + 200]}"' for at in range(0, len(RECORD), 200))
    zone = f"@ SOA ns.zz. desk.zz. 1 3600 600 86400 60\n@ NS ns.zz.\nschoon._domainkey TXT {halves}\n"
    with serving_zones(tmp_path, {"meldpunt.example": zone}) as port:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], port

        def look_up(name: bytes, timeout: int = 5) -> bytes:
            (found,) = resolver.resolve(name.decode(), "TXT")
            return b"".join(found.strings)

        assert dkim.verify(box.taken[0].content, dnsfunc=look_up)


def test_greylisting_is_waited_out_with_the_very_same_message() -> None:
    box = Mailbox(at_recipient=["451 4.7.1 greylisted"] * 3)
    with a_world(box) as world:
        item_id = world.item()
        world.run(T0, T0 + HOUR + 20 * MINUTE)
        (taken,) = box.taken
        assert world.all()[0].state is NoticeState.SENT
        assert world.deliveries(world.all()[0].notice_id)[0].attempts == 4
        assert world.state(item_id) is ItemState.NOTICED
    assert verifies(taken.content)


@pytest.mark.parametrize("how", ["drop", "stall"])
def test_a_message_that_was_taken_without_a_word_comes_again_under_the_same_name(how: str) -> None:
    box = Mailbox(at_data=[how, how])
    with a_world(box) as world:
        world.item()
        world.run(T0, T0 + HOUR + 10 * MINUTE)
        assert [one.state for one in world.all()] == [NoticeState.SENT]
    assert len(box.taken) == 3
    assert len({one.content for one in box.taken}) == 1, "the same bytes"
    assert len(set(box.message_ids)) == 1, "by which the receiver drops the second"


@pytest.mark.parametrize("how", ["lose", "cut", "451 4.3.0 try later", "421 4.3.2 shutting down"])
def test_a_message_that_was_lost_on_the_way_comes_again(how: str) -> None:
    box = Mailbox(at_data=[how])
    with a_world(box) as world:
        world.item()
        world.run(T0, T0 + HOUR + 5 * MINUTE)
        assert [one.state for one in world.all()] == [NoticeState.SENT]
        fault = world.deliveries(world.all()[0].notice_id)[0]
        assert fault.attempts == 2
    assert len(box.taken) == 1


@pytest.mark.parametrize("at", ["at_recipient", "at_data"])
def test_a_refusal_is_final_and_its_own_matter(at: str) -> None:
    box = Mailbox()
    getattr(box, at).append("550 5.1.1 no such user")
    with a_world(box) as world:
        world.item()
        world.run(T0, T0 + 2 * HOUR, step=10 * MINUTE)
        (notice,) = world.all()
        assert notice.state is NoticeState.FAILED
        (delivery,) = world.deliveries(notice.notice_id)
        assert (delivery.state, delivery.attempts) == (DeliveryState.REFUSED, 1)
        assert "550" in delivery.fault
        assert "stroom" not in delivery.fault
    assert box.taken == []


def test_a_refusal_of_us_as_sender_is_no_refusal_of_the_hoster() -> None:
    box = Mailbox(at_mail=["550 5.7.1 relaying denied"])
    with a_world(box) as world:
        world.item()
        world.work(T0)
        world.work(T0 + HOUR)
        (delivery,) = world.deliveries(world.all()[0].notice_id)
        assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, 0)
        assert world.hoster().bounced_at is None
        world.work(T0 + HOUR + MINUTE)
        assert [one.state for one in world.all()] == [NoticeState.SENT]
    assert len(box.taken) == 1


def test_a_mail_server_that_is_away_costs_nobody_an_attempt() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, and nobody listens
        world = world_on(MailServer(host="127.0.0.1", port=held.getsockname()[1], security=Security.NONE))
        world.item()
        world.run(T0, T0 + 6 * HOUR, step=30 * MINUTE)
        (delivery,) = world.deliveries(world.all()[0].notice_id)
    assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, 0)
    assert "cannot be used" in delivery.fault


def test_many_notices_share_a_connection_and_a_broken_one_costs_only_its_own(tmp_path: Path) -> None:
    box = Mailbox(at_data=["", "", "lose", "", "550 5.7.1 no", ""])
    with a_world(box) as world:
        for number in range(8):
            world.net.hosts[f"h{number}.example.org"] = ((Scope.HOSTER, f"abuse@h{number}.example"),)
        world.items(*[f"https://h{number}.example.org/" for number in range(8)])
        world.work(T0)
        world.work(T0 + HOUR)
        states = sorted(one.state for one in world.all())
        assert states == [NoticeState.CLOSED, NoticeState.FAILED] + [NoticeState.SENT] * 6
        assert box.connections == 2
        world.work(T0 + HOUR + MINUTE)
    assert len(box.taken) == len(set(box.message_ids)) == 7


def test_a_batch_ends_in_time_and_leaves_the_rest_for_the_next_call() -> None:
    box = Mailbox()
    ticks = iter(range(0, 10_000, 10))
    with mail_server(box) as port:
        server = MailServer(host="127.0.0.1", port=port, security=Security.NONE)
        world = world_on(server, longest_batch=timedelta(seconds=25), monotonic=lambda: float(next(ticks)))
        for number in range(4):
            world.net.hosts[f"h{number}.example.org"] = ((Scope.HOSTER, f"abuse@h{number}.example"),)
        world.items(*[f"https://h{number}.example.org/" for number in range(4)])
        world.work(T0)
        world.work(T0 + HOUR)
        assert len(box.taken) == 2
        world.work(T0 + HOUR + MINUTE)
    assert len(box.taken) == 4


# TLS.


def tls_of(folder: Path) -> tuple[ssl.SSLContext, Path]:
    certificate, key = self_signed(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context, certificate


@pytest.mark.filterwarnings(
    "ignore:Requiring AUTH while not requiring TLS"
)  # aiosmtpd takes TLS from the start for none
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_mail_goes_over_tls_with_a_password(tmp_path: Path, security: Security) -> None:
    context, certificate = tls_of(tmp_path)
    box = Mailbox(password="geheim")
    with mail_server(box, tls=context, starttls=security is Security.STARTTLS) as port:
        given = {"host": "127.0.0.1", "port": port, "security": security, "ca_file": certificate, "user": "us"}
        wrong = world_on(MailServer(**given, password="other"))  # type: ignore[arg-type]  # of one kind each
        wrong.item()
        wrong.work(T0)
        wrong.work(T0 + HOUR)
        (delivery,) = wrong.deliveries(wrong.all()[0].notice_id)
        assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, 0)
        assert "password" in delivery.fault
        world = world_on(MailServer(**given, password="geheim"))  # type: ignore[arg-type]  # of one kind each
        world.sent()
    assert len(box.taken) == 1


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_that_nobody_vouches_for_is_not_spoken_to(tmp_path: Path, security: Security) -> None:
    context, _ = tls_of(tmp_path)
    box = Mailbox()
    with mail_server(box, tls=context, starttls=security is Security.STARTTLS) as port:
        world = world_on(MailServer(host="127.0.0.1", port=port, security=security))
        world.item()
        world.work(T0)
        world.work(T0 + HOUR)
    assert box.taken == []
    assert world.all()[0].state is NoticeState.CLOSED


def test_a_server_that_offers_no_starttls_gets_nothing_in_the_clear() -> None:
    box = Mailbox()
    with mail_server(box) as port:
        world = world_on(MailServer(host="127.0.0.1", port=port, security=Security.STARTTLS))
        world.item()
        world.work(T0)
        world.work(T0 + HOUR)
    assert box.taken == []


# The police.


def test_a_referral_goes_to_the_police_alone_and_no_hoster_ever_reads_its_reasons() -> None:
    box = Mailbox()
    with mail_server(box) as port:
        door = SmtpDoor(MailServer(host="127.0.0.1", port=port, security=Security.NONE))
        police = PoliceMail(door, SENDER, DKIM, address="zeden@politie.example")
        world = a_notice_world(mail=MailChannel(door, SENDER, DKIM), police=police)
        item_id, _ = world.sent()
        with world.parts.transactions.write() as tx:
            world.notices.refer_to_police(tx, [item_id], reasons="verdachte Pietersen", now=T0 + 2 * DAY)
        world.work(T0 + 2 * DAY)
        world.again(item_id, now=T0 + 2 * DAY)
        world.work(T0 + 2 * DAY + HOUR)
    by_recipient = {one.recipients: opened(one.content) for one in box.taken}
    assert ("zeden@politie.example",) in by_recipient
    for recipients, mail in by_recipient.items():
        body = mail.get_body()
        assert body is not None
        assert ("Pietersen" in body.get_content()) is (recipients == ("zeden@politie.example",))
    assert all(verifies(one.content) for one in box.taken)
