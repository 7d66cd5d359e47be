"""What people and machines at a hoster read: golden texts, and what they never hold.

`make golden` rewrites the texts.
"""

import json
import os
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import xarf
from hypothesis import given
from hypothesis import strategies as st

from schoon.hits import Language
from schoon.kinds import ItemId, NoticeId
from schoon.net import DkimKey, MailChannel, SmtpDoor
from schoon.notices import (
    ChannelKind,
    Delivery,
    DeliveryId,
    HosterNotice,
    NoticeKind,
    NoticeLine,
    NoticeSender,
    PoliceReferral,
    ReferralId,
    ReferralLine,
    document_of,
    is_mail_address,
    letter_of,
    referral_letter,
    reports_of,
    to_json,
)
from schoon.reports import TargetUrl, TargetUrlError

GOLDEN = Path(__file__).parents[2] / "golden" / "notices"
T0 = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
SENDER = NoticeSender(organisation="Meldpunt Voorbeeld", email="notices@meldpunt.example")
LINE = NoticeLine(
    item_id=ItemId("itemexampleexampleexamplei"),
    url="https://foto.example.org/album/1.jpg?size=large",
    host="foto.example.org",
    addresses=("192.0.2.10", "2001:db8::10"),
    asn=64_500,
    baseline=True,
    known_hash=True,
    reported_at=T0,
)
NATIONAL = replace(
    LINE,
    item_id=ItemId("itemexampleexampleexampleo"),
    url="http://xn--bcher-kva.example/%E2%80%A6",
    host="xn--bcher-kva.example",
    addresses=(),
    asn=None,
    baseline=False,
    known_hash=False,
    police_backed=True,
    preserve=True,
)
NOTICE = HosterNotice(
    notice_id=NoticeId("noticeexampleexampleexampl"),
    delivery_id=DeliveryId("deliveryexampleexampleexam"),
    kind=NoticeKind.FIRST,
    profile_id="nl-2024-act",
    term=timedelta(hours=24),
    language=Language.DUTCH,
    email="abuse@stroom.example",
    page="https://notices.meldpunt.example/n/" + "t" * 52,
    closed_at=T0 + timedelta(hours=1),
    lines=(LINE, NATIONAL),
)
DELIVERY = Delivery(
    delivery_id=NOTICE.delivery_id,
    notice_id=NOTICE.notice_id,
    channel=ChannelKind.MAIL,
    address=NOTICE.email,
    message_id="<returnexampleexampleexampl@meldpunt.example>",
    return_token="returnexampleexampleexampl",
    put_at=T0,
)
ENGLISH = replace(NOTICE, language=Language.ENGLISH)
AGAIN = replace(NOTICE, kind=NoticeKind.AGAIN, lines=(replace(LINE, first_noticed_at=T0 - timedelta(days=1)),))
CASES = {
    "first.nl": NOTICE,
    "first.en": ENGLISH,
    "again.nl": AGAIN,
    "again.en": replace(AGAIN, language=Language.ENGLISH),
}


REFERRAL = PoliceReferral(
    referral_id=ReferralId("referralexampleexampleexam"),
    opened_at=T0,
    reasons="Na 48 uur nog bereikbaar.",
    lines=(ReferralLine(item_id=LINE.item_id, url=LINE.url, notices=2, first_noticed_at=T0),),
)


def is_golden(name: str, text: str) -> bool:
    path = GOLDEN / name
    if os.environ.get("SCHOON_GOLDEN") == "1":  # noqa: TID251 - `make golden`
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", CASES)
def test_letters_read_as_they_were_approved(name: str) -> None:
    letter = letter_of(CASES[name], SENDER, attached=1)
    assert is_golden(f"{name}.txt", f"Subject: {letter.subject}\n\n{letter.text}")


def test_reports_and_documents_read_as_they_were_approved() -> None:
    (report,) = reports_of(NOTICE, SENDER)
    assert is_golden("xarf.json", to_json(report).decode())
    document = json.loads(document_of(NOTICE, SENDER))
    assert is_golden("webhook.json", json.dumps(document, indent=1) + "\n")


def opened(mail: bytes) -> EmailMessage:
    message = message_from_bytes(mail, policy=default)
    assert isinstance(message, EmailMessage)
    return message


class Nowhere(SmtpDoor):
    """A door behind which nobody is."""

    def __init__(self) -> None:
        pass


class Unsigned(DkimKey):
    def sign(self, mail: bytes) -> bytes:
        return mail


CHANNEL = MailChannel(Nowhere(), SENDER, Unsigned(selector="s", domain="meldpunt.example", pem=b""))


def test_a_mail_reads_as_it_was_approved_and_is_the_same_each_time() -> None:
    mail = CHANNEL.prepare(replace(NOTICE, lines=(LINE, replace(LINE, item_id=ItemId("another")))), DELIVERY)
    assert is_golden("mail.eml", mail.decode("ascii").replace("\r\n", "\n"))
    assert mail == CHANNEL.prepare(replace(NOTICE, lines=(LINE, replace(LINE, item_id=ItemId("another")))), DELIVERY)


def test_a_referral_reads_as_it_was_approved() -> None:
    (line,) = REFERRAL.lines
    lines = (line, replace(line, notices=0, first_noticed_at=None))
    referral = PoliceReferral(
        referral_id=ReferralId("referralexampleexampleexam"),
        opened_at=T0,
        reasons="Na 48 uur nog bereikbaar.",
        lines=lines,
    )
    subject, text = referral_letter(referral, SENDER)
    assert is_golden("referral.txt", f"Subject: {subject}\n\n{text}")


def test_a_look_writes_out_fewer_reports_under_the_very_same_letter() -> None:
    lines = tuple(replace(LINE, item_id=ItemId(f"item{number}")) for number in range(13))
    whole = opened(CHANNEL.prepare(replace(NOTICE, lines=lines), DELIVERY))
    look = opened(CHANNEL.prepare(replace(NOTICE, lines=lines, most_reports=10), DELIVERY))
    names = [[part.get_filename() for part in mail.walk() if part.get_filename()] for mail in (whole, look)]
    assert names == [[f"xarf-{number}.json" for number in range(1, 1 + count)] for count in (13, 10)]
    letters = [next(part for part in mail.walk() if part.get_content_type() == "text/plain") for mail in (whole, look)]
    assert letters[0].get_content() == letters[1].get_content()


# XARF.


def test_what_we_send_is_read_by_the_library_without_an_error() -> None:
    (report,) = reports_of(NOTICE, SENDER)
    found = xarf.parse(json.loads(to_json(report)))
    assert found.errors == []
    assert found.report is not None
    assert (report["category"], report["type"], report["classification"]) == ("content", "csam", "baseline")
    assert report["case_number"] == NOTICE.notice_id


def test_what_is_illegal_by_national_law_alone_has_no_report_and_is_told_all_the_same() -> None:
    assert [one["case_item"] for one in reports_of(NOTICE, SENDER)] == [LINE.item_id]
    assert NATIONAL.url in letter_of(NOTICE, SENDER, attached=1).text
    assert [one["xarf"] is None for one in json.loads(document_of(NOTICE, SENDER))["items"]] == [False, True]


def test_a_notice_of_national_items_alone_is_a_plain_mail() -> None:
    mail = opened(CHANNEL.prepare(replace(NOTICE, lines=(NATIONAL,)), DELIVERY))
    assert mail.get_content_type() == "text/plain"
    assert "bijlage" not in mail.get_content()


@pytest.mark.parametrize(
    "host", ["xn--bcher-kva.example", "foto.xn--p1ai", "192.0.2.10", "2001:db8::1", "a_b.example.org"]
)
def test_a_host_that_the_schema_does_not_take_goes_out_without_its_name_apart(host: str) -> None:
    shown = f"[{host}]" if ":" in host else host
    line = replace(LINE, host=host, url=f"https://{shown}/1")
    (report,) = reports_of(replace(NOTICE, lines=(line,)), SENDER)
    assert "domain" not in report
    assert report["url"] == line.url
    assert xarf.parse(report).errors == []


@pytest.mark.parametrize(
    "url",
    ["foto.example.org/1", "//foto.example.org/1", "ftp://foto.example.org/1", "https:///1", "https://a b/"],
)
def test_an_address_that_is_not_absolute_makes_no_report(url: str) -> None:
    assert reports_of(replace(NOTICE, lines=(replace(LINE, url=url),)), SENDER) == []


def test_nothing_that_shows_the_material_and_nothing_internal_is_in_a_report() -> None:
    (report,) = reports_of(NOTICE, SENDER)
    text = json.dumps(report)
    for name in ("evidence", "screenshot", "payload", "_internal", "hash_values"):
        assert name not in text


def test_one_item_that_makes_no_report_keeps_no_other_back() -> None:
    lines = (LINE, replace(LINE, url="nonsense", item_id=ItemId("bad")), replace(LINE, item_id=ItemId("good")))
    assert [one["case_item"] for one in reports_of(replace(NOTICE, lines=lines), SENDER)] == [LINE.item_id, "good"]


URLS = st.builds(
    lambda host, path, query: f"https://{host}/{path}?{query}",
    st.from_regex(r"[a-z0-9]{1,20}(\.[a-z0-9-]{1,20}){0,2}\.[a-z]{2,6}", fullmatch=True),
    st.text(max_size=60),
    st.text(max_size=60),
)


@given(url=URLS)
def test_whatever_address_an_offender_makes_the_library_reads_our_report_of_it(url: str) -> None:
    try:
        target = TargetUrl.parse(url)
    except TargetUrlError:
        return
    line = replace(LINE, url=target.text, host=target.host)
    (report,) = reports_of(replace(NOTICE, lines=(line,)), SENDER)
    assert xarf.parse(json.loads(to_json(report))).errors == []


# What comes from offenders cannot say anything of its own.


@given(url=URLS)
def test_an_address_stays_on_its_line_and_out_of_the_headers(url: str) -> None:
    try:
        target = TargetUrl.parse(url)
    except TargetUrlError:
        return
    notice = replace(NOTICE, lines=(replace(LINE, url=target.text, host=target.host),))
    plain = CHANNEL.prepare(replace(NOTICE, lines=(LINE,)), DELIVERY)
    mail = opened(CHANNEL.prepare(notice, DELIVERY))
    assert list(mail.items()) == list(opened(plain).items())
    text = letter_of(notice, SENDER, attached=1).text
    assert text.splitlines().count(f"1. {target.text}") == 1
    assert len(text.splitlines()) == len(
        letter_of(replace(NOTICE, lines=(LINE,)), SENDER, attached=1).text.splitlines()
    )
    body = mail.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == text
    assert len([*mail.iter_parts()]) == 3


@pytest.mark.parametrize(
    "address",
    [
        "abuse@stroom.example\r\nBcc: all@stroom.example",
        "abuse@stroom.example, other@stroom.example",
        "abuse@stroom.example>",
        "Abuse <abuse@stroom.example>",
        "abuse@stroom.example RET=FULL",
        "abüse@stroom.example",
        "abuse@localhost",
        "@stroom.example",
        "abuse@" + "a" * 260 + ".example",
        "",
    ],
)
def test_what_is_more_than_a_mail_address_is_none(address: str) -> None:
    assert not is_mail_address(address)


@pytest.mark.parametrize(
    ("organisation", "email"), [("", "a@b.example"), ("x\ny", "a@b.example"), ("x", "a@b\r\n.example")]
)
def test_a_sender_has_a_name_on_one_line_and_an_address(organisation: str, email: str) -> None:
    with pytest.raises(ValueError):
        NoticeSender(organisation=organisation, email=email)


# What a hoster is never told.


def test_a_notice_has_no_place_for_what_only_the_desk_the_police_or_a_probe_may_know() -> None:
    told = {one.name for kind in (HosterNotice, NoticeLine) for one in fields(kind)}
    assert told == {
        *("notice_id", "delivery_id", "kind", "profile_id", "term", "language", "email", "page", "closed_at", "lines"),
        "most_reports",  # a number, and none in what is sent
        *("item_id", "url", "host", "addresses", "asn", "baseline", "known_hash", "reported_at", "first_noticed_at"),
        *("police_backed", "preserve"),
    }, "a new field is told to hosters: say here that it may be"


def test_police_reasons_do_not_even_type_check_as_a_notice() -> None:
    """Each line that must not type-check says so: when one does, mypy calls its comment unused, and lint fails."""
    referral = REFERRAL
    for attempt in (
        lambda: CHANNEL.prepare(referral, DELIVERY),  # type: ignore[arg-type]  # must not type-check
        lambda: letter_of(referral, SENDER, attached=0),  # type: ignore[arg-type]  # must not type-check
        lambda: document_of(referral, SENDER),  # type: ignore[arg-type]  # must not type-check
        lambda: reports_of(referral, SENDER),  # type: ignore[arg-type]  # must not type-check
        lambda: replace(NOTICE, reasons="verdachte Pietersen"),  # type: ignore[call-arg]  # must not type-check
    ):
        with pytest.raises((AttributeError, TypeError)):
            attempt()


def test_nothing_secret_shows_when_a_value_is_printed() -> None:
    shown: Any = repr((NOTICE, LINE, DELIVERY, letter_of(NOTICE, SENDER, attached=0)))
    for secret in ("foto.example.org", "abuse@", "t" * 52, "returnexample" + "exampleexamplX"):
        assert secret not in shown
    assert "PRIVATE" not in repr(DkimKey(selector="s", domain="d.example", pem=b"PRIVATE"))
