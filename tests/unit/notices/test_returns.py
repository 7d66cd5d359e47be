"""Mail that comes back, in the shapes that servers give it: each is understood, and none crashes the reader."""

import time
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.notices import ReturnAction, ReturnedMailError, read_return

TOKEN = "abcdefghijklmnopqrstuvwxy2"
PATH = f"bounces+{TOKEN}@meldpunt.example"
OURS = f"<{TOKEN}@meldpunt.example>"

POSTFIX = f"""Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {PATH}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Original-Envelope-Id: deliveryid
X-Postfix-Queue-ID: 4F00

Final-Recipient: rfc822; abuse@stroom.example
Original-Recipient: rfc822;abuse@stroom.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.stroom.example
Diagnostic-Code: smtp; 550 5.1.1 <abuse@stroom.example>: Recipient address
    rejected: User unknown
--B
Content-Type: text/rfc822-headers

Message-ID: {OURS}
Subject: x
--B--
"""

EXIM = f"""From: Mail Delivery System <Mailer-Daemon@mx.example>
To: {PATH}
X-Failed-Recipients: abuse@stroom.example
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  abuse@stroom.example
    host mx.stroom.example [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<abuse@stroom.example>:
    550 5.7.1 Blocked

------ This is a copy of your message, including all the headers. ------

Message-ID: {OURS}
"""

QMAIL = f"""From: MAILER-DAEMON@mx.example
To: notices@meldpunt.example
Subject: failure notice

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<abuse@stroom.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: {OURS}
"""

EXCHANGE = f"""From: postmaster@stroom.example
To: {PATH}
Subject: Undeliverable: Verwijder beelden
Content-Type: text/plain; charset=utf-8

Delivery has failed to these recipients or groups: abuse@stroom.example
The recipient's mailbox is full.
Remote Server returned '554 5.2.2 mailbox full'
"""


def with_exim_auto(mail: str) -> bytes:
    """Exim's own header says `auto-replied` too; a list of failed recipients says that it is none."""
    return mail.replace("Auto-Submitted: auto-replied\n", "").encode()


@pytest.mark.parametrize(
    ("mail", "status", "says"),
    [
        (POSTFIX.encode(), "5.1.1", "550 5.1.1 <abuse@stroom.example>: Recipient address rejected: User unknown"),
        (EXIM.encode(), "5.7.1", "550 5.7.1 Blocked"),
        (with_exim_auto(EXIM), "5.7.1", "550 5.7.1 Blocked"),
        (QMAIL.encode(), "5.1.1", "Sorry, no mailbox here by that name. (#5.1.1)"),
        (EXCHANGE.encode(), "5.2.2", "Remote Server returned '554 5.2.2 mailbox full'"),
    ],
    ids=["postfix", "exim", "exim-plain", "qmail", "exchange"],
)
def test_bounces_of_every_kind_of_server_are_read(mail: bytes, status: str, says: str) -> None:
    found = read_return(mail)
    assert (found.return_token, found.action, found.status, found.says) == (TOKEN, ReturnAction.FAILED, status, says)
    crlf = read_return(mail.replace(b"\n", b"\r\n"))
    assert crlf == found


@pytest.mark.parametrize("action", ["failed", "delayed", "delivered", "relayed", "expanded"])
def test_a_report_says_what_became_of_the_message(action: str) -> None:
    assert read_return(POSTFIX.replace("Action: failed", f"Action: {action.upper()} (x)").encode()).action == action


def test_of_several_recipients_the_one_that_failed_counts() -> None:
    two = POSTFIX.replace("Action: failed", "Action: relayed", 1).replace(
        "    rejected: User unknown\n",
        "    rejected\n\nFinal-Recipient: rfc822; b@stroom.example\nAction: failed\nStatus: 5.0.0\n",
    )
    assert (read_return(two.encode()).action, read_return(two.encode()).status) == (ReturnAction.FAILED, "5.0.0")


def test_a_warning_that_it_takes_long_is_no_bounce() -> None:
    slow = EXCHANGE.replace("Undeliverable:", "Delivery delayed:").replace("554 5.2.2", "451 4.4.1")
    assert read_return(slow.encode()).action is ReturnAction.DELAYED


def test_the_delivery_is_found_by_return_path_by_the_servers_word_or_by_the_message_id() -> None:
    nameless = POSTFIX.replace(f"To: {PATH}", "To: notices@meldpunt.example")
    assert read_return(nameless.encode()).return_token == TOKEN
    blind = nameless.replace(f"Message-ID: {OURS}\n", "")
    assert read_return(blind.encode(), recipient=PATH.upper()).return_token == TOKEN
    for header in ("Delivered-To", "X-Original-To", "Envelope-To"):
        assert read_return(f"{header}: {PATH}\n{blind}".encode()).return_token == TOKEN
    with pytest.raises(ReturnedMailError):
        read_return(blind.encode())


def test_a_returned_message_that_is_a_part_of_its_own_names_its_delivery() -> None:
    inner = EmailMessage(policy=SMTP)
    inner["Message-ID"] = OURS
    inner["Subject"] = "x"
    inner.set_content("text")
    outer = EmailMessage(policy=SMTP)
    outer["Subject"] = "Returned mail: see transcript for details"
    outer.set_content("550 5.1.1 no such user")
    outer.add_attachment(inner)
    assert read_return(outer.as_bytes()).return_token == TOKEN


@pytest.mark.parametrize(
    "mail",
    [
        f"To: {PATH}\nSubject: Re: Verwijder beelden\n\nWij hebben het verwijderd. 550 euro.",
        f"To: {PATH}\nSubject: [Ticket#5501] received\nAuto-Submitted: auto-replied\n\nWe will look at it. 5.1.1",
        f"To: {PATH}\nSubject: Out of office\nAuto-Submitted: auto-replied\n\nUndeliverable thoughts. 550 ",
        f"To: {PATH}\nSubject: Undeliverable feelings\n\nNothing here has a number.",
        "To: notices@meldpunt.example\nSubject: Undeliverable\n\n550 5.1.1",
        "",
    ],
    ids=["reply", "ticket", "away", "no code", "no token", "empty"],
)
def test_mail_for_people_is_left_to_people(mail: str) -> None:
    with pytest.raises(ReturnedMailError):
        read_return(mail.encode())


def test_what_a_server_says_is_one_printable_line() -> None:
    noisy = POSTFIX.replace("smtp; 550 5.1.1", "smtp; \x1b[31m550\x00 \u202e" + "x" * 500)
    says = read_return(noisy.encode()).says
    assert says.isprintable()
    assert len(says) == 200


def test_however_much_a_server_returns_its_word_is_read() -> None:
    assert read_return(POSTFIX.encode() + b"x" * 20_000_000).status == "5.1.1"


GROUPS = b"Content-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/delivery-status\n\n"
PIECES = st.sampled_from(
    [
        *POSTFIX.splitlines(),
        *EXIM.splitlines(),
        "Content-Type: message/rfc822",
        "Content-Type: message/delivery-status",
        'Content-Type: multipart/mixed; boundary="B"',
        "Content-Transfer-Encoding: base64",
        "--B",
        "--B--",
        "",
        "=?utf-8?q?=00?=",
        "Content-Type: text/plain; charset=\x00",
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=40)), max_size=60))
def test_no_mail_crashes_the_reader(pieces: list[str]) -> None:
    mail = "\n".join(pieces).encode("utf-8", "surrogatepass")
    started = time.perf_counter()
    try:
        found = read_return(mail, recipient=PATH)
    except ReturnedMailError:
        pass
    else:
        assert found.says.isprintable()
    assert time.perf_counter() - started < 1


@given(st.binary(max_size=2_000))
def test_no_bytes_crash_the_reader(mail: bytes) -> None:
    for given_mail in (mail, POSTFIX.encode()[:900] + mail):
        with suppress(ReturnedMailError):
            read_return(given_mail, recipient=PATH)


@pytest.mark.parametrize(
    "hostile",
    [
        b"Content-Type: multipart/mixed; boundary=B\n\n" + b"--B\nContent-Type: message/rfc822\n\n" * 3_000,
        b"Subject: " + b"undeliver" * 100_000,
        b"X: y\n" * 300_000,
        b"To: " + b"bounces+" * 200_000,
        GROUPS + b"Action: x\n\n" * 100_000,
    ],
    ids=["nested", "subject", "headers", "recipients", "groups"],
)
def test_hostile_mail_is_answered_within_a_second(hostile: bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(ReturnedMailError):
        read_return(hostile)
    assert time.perf_counter() - started < 1
