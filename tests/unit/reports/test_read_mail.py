"""Mail: listed senders alone; every address in every part; no picture opened or kept; what is refused is kept."""

import json

import pytest

from schoon.reports import (
    ItemKind,
    NotForReportsError,
    NotTaken,
    ReportFormat,
    ReportSource,
    SenderList,
    SenderListError,
    UnlistedSenderError,
    UnreadableReportError,
    kept_copy,
    read_mail,
    read_message,
)
from tests.arrivals import (
    BASE64,
    FLOWED,
    HTML,
    LATIN,
    LINES,
    NOW,
    PICTURE,
    QUOTED,
    SENDERS,
    a_mail,
    an_arrival,
    raw_mail,
    with_attachment,
    xarf_bytes,
)


def read(message, **arrival):
    raw = message if isinstance(message, bytes) else message.as_bytes()
    taken, refused = read_mail(raw, an_arrival(**arrival), SENDERS).apart()
    return [row.submission for row in taken], [row.reason for row in refused]


def addresses(message):
    submissions, _ = read(message)
    return [item.url for submission in submissions for item in submission.items]


def test_a_message_is_one_report_of_all_its_addresses_with_its_text():
    (report,), refused = read(a_mail(html=HTML))
    assert [item.url for item in report.items] == [
        "https://example.org/a",
        "https://example.org/b?x=1&y=2",
        "http://example.net",
    ]
    assert report.text == "A report\n\nLook at https://example.org/a, please."
    assert (report.source, report.sender) == (ReportSource.MAIL, "desk@hotline.example")
    assert report.reporter is not None
    assert report.reporter.email == "desk@hotline.example"
    assert refused == []


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (LATIN, "http://example.org/é"),
        (FLOWED, "http://example.org/longway"),
        (BASE64, "http://example.org/"),
        (QUOTED, "http://example.org/?a=1&b=2"),
        (raw_mail("Subject: x", "Content-Type: text/plain; charset=utf-16", body=b"http://example.org/"), "http://example.org/"),
        (a_mail("https://example.org/a https://EXAMPLE.org/a\n"), "https://example.org/a"),
    ],
)  # fmt: skip
def test_an_address_is_found_in_every_encoding_once(message, expected):
    assert addresses(message) == [expected]


def test_lines_for_scart_are_a_report_each():
    submissions, refused = read(LINES)
    first, second = (submission.items[0] for submission in submissions)
    assert (first.url, first.kind, first.page) == ("https://example.org/a", ItemKind.MEDIA, "https://example.org/")
    assert (second.url, second.kind, second.page) == ("https://example.net/b", ItemKind.PAGE, "")
    assert [submission.text for submission in submissions] == ["SCART-INPUT\na note", "SCART-INPUT"]
    assert refused == ["'no address' does not begin with http:// or https://"]


def test_lines_in_html_alone_are_read_without_their_links():
    page = b'<p><a href="https://example.org/a">https://example.org/a</a>;;note</p><p>https://example.net/b</p>'
    raw = raw_mail("Subject: ert-input", "Content-Type: text/html", body=page)
    assert addresses(raw) == ["https://example.org/a", "https://example.net/b"]


def test_the_source_that_a_subject_names_is_in_the_text():
    (report,), _ = read(a_mail("https://example.org/a\n", subject="SCART-INPUT-SOURCE police"))
    assert report.text == "SCART-INPUT-SOURCE police"


@pytest.mark.parametrize(
    "message",
    [
        a_mail("https://example.org/a", subject="SCART-CONTENTREMOVED"),
        a_mail("https://example.org/a", subject="ERT-CONTENTUNAVAILABLE"),
        a_mail("I am away. You wrote: https://example.org/a", auto_submitted="auto-replied"),
        raw_mail("Subject: x", "Content-Type: multipart/report; report-type=delivery-status; boundary=b"),
    ],
)
def test_answers_to_other_messages_are_no_reports(message):
    with pytest.raises(NotForReportsError):
        read(message)


def test_a_report_in_xarf_is_taken_and_its_text_says_nothing_twice():
    submissions, refused = read(with_attachment(a_mail("See https://example.org/a.jpg\n"), xarf_bytes()))
    assert [submission.source for submission in submissions] == [ReportSource.XARF]
    assert refused == []
    more = with_attachment(a_mail("See https://example.org/a.jpg and https://example.org/b\n"), xarf_bytes())
    submissions, _ = read(more)
    assert [(one.source, one.items[0].url) for one in submissions] == [
        (ReportSource.MAIL, "https://example.org/b"),
        (ReportSource.XARF, "https://example.org/a.jpg"),
    ]


def test_other_json_and_bad_xarf_are_named():
    message = with_attachment(with_attachment(a_mail(), b"{}"), xarf_bytes(type="phishing"), name="b.json")
    _, refused = read(message)
    assert refused == [
        "part 2 (application/json): it is JSON, and no report in XARF",
        "part 3 (application/json): the report is neither content/csam nor content/csem",
    ]


@pytest.mark.parametrize("kind", ["image/jpeg", "video/mp4", "application/zip", "application/octet-stream", "text/csv"])
def test_files_are_never_opened_and_their_place_is_told(kind):
    (report,), refused = read(with_attachment(a_mail(), PICTURE, kind, "x"))
    expected = f"part 2 ({kind}): a file; it was not opened, and is not kept"
    assert refused == [expected]
    assert report.text.endswith(f"\n({expected})")


def test_a_picture_that_calls_itself_text_is_a_file():
    raw = raw_mail("Subject: x", "Content-Type: multipart/mixed; boundary=b", body=b"--b\n\nwords\n--b\n\n" + PICTURE)
    (report,), (reason,) = read(raw)
    assert "says that it is text, and is a file" in reason
    assert "JFIF" not in report.text


def test_a_text_without_an_address_is_a_report_too():
    (report,), _ = read(a_mail("A man in a blue car said that he has pictures.\n"))
    assert report.items == ()
    assert "blue car" in report.text


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (raw_mail("Subject: x"), "neither an address nor a text"),
        (raw_mail("Subject: x", body=b"\x1f"), "neither an address nor a text"),
        (raw_mail("Subject: x", body=b"http://a.example " * 70_000), "longer than what is read"),
        (raw_mail("Subject: x", body=b" ".join(b"http://a.b/%d" % n for n in range(1_001))), "more than 1,000"),
        (raw_mail("Subject: SCART-INPUT", body=b"x\n" * 1_001), "more than 1,000 addresses"),
        (raw_mail("Subject: x", body=bytes(33 * 1024 * 1024)), "more than 33,554,432 bytes"),
    ],
)  # fmt: skip
def test_a_message_that_holds_nothing_or_too_much_is_refused(message, reason):
    with pytest.raises(UnreadableReportError, match=reason):
        read(message)


def test_a_text_that_is_too_long_is_cut_and_that_is_said():
    (report,), refused = read(a_mail("word " * 20_000))
    assert 49_990 < len(report.text) <= 50_000
    assert refused == ["the text is longer than a report may be; its end is not kept"]


def test_an_address_in_the_subject_is_one_too():
    assert addresses(raw_mail("Subject: look: hxxps://example[.]org/s")) == ["https://example.org/s"]


def test_an_address_that_a_program_cut_short_is_no_address():
    assert addresses(a_mail("https://example.org/a/lo… is https://example.org/a/long\n")) == [
        "https://example.org/a/long"
    ]
    (report,), refused = read(a_mail("https://example.org/a/lo… only\n"))
    assert report.items == ()
    assert refused == ["an address is cut short: ask for the whole one"]


def test_the_same_message_is_the_same_report_and_another_is_not():
    def keys(**changed):
        return [report.idempotency_key for report in read(a_mail(**changed))[0]]

    assert keys() == keys(text="Look at https://example.org/other\n")
    assert keys() != keys(message_id="<2@hotline.example>")
    assert read(BASE64)[0][0].idempotency_key != read(QUOTED)[0][0].idempotency_key


class TestSenders:
    @pytest.mark.parametrize(
        "sender", ["x@police.example", "X@POLICE.example", "<x@police.example>", "Desk@Hotline.example"]
    )
    def test_a_listed_address_or_domain_is_taken_from(self, sender):
        assert SENDERS.allows(sender)
        (report,), _ = read(a_mail(), sender=sender)
        assert report.sender == sender.strip("<>").casefold()

    @pytest.mark.parametrize(
        "sender",
        [
            "",
            "<>",
            "police.example",
            "x@sub.police.example",
            "x@police.example.org",
            "a@hotline.example",
            "x@ p.example",
        ],
    )
    def test_nobody_else_is(self, sender):
        with pytest.raises(UnlistedSenderError) as caught:
            read(a_mail(), sender=sender)
        assert sender.strip("<> ") not in caught.value.message or not sender.strip("<> ")

    def test_what_the_message_says_of_its_sender_counts_for_nothing(self):
        forged = raw_mail("From: desk@hotline.example", "Sender: x@police.example", body=b"https://example.org/a")
        with pytest.raises(UnlistedSenderError):
            read(forged, sender="somebody@example.org")

    def test_a_list_holds_addresses_and_domains(self):
        senders = SenderList.of([" A@b.example ", "", "@c.example", "bücher.example"])
        assert senders.allows("a@B.example")
        assert senders.allows("x@c.example")
        assert senders.allows("x@xn--bcher-kva.example")
        for wrong in ("a b@c.example", "@", "x@", "-", "Desk <a@b.example>"):
            with pytest.raises(SenderListError):
                SenderList.of([wrong if wrong != "-" else "bad host"])


class TestKeptCopy:
    def test_it_holds_the_words_and_no_file(self):
        message = with_attachment(with_attachment(a_mail(html=HTML), PICTURE, "image/jpeg", "a.jpg"), xarf_bytes(
            evidence=[{"content_type": "image/png", "payload": "c2VjcmV0" * 90}], thumbnail="iVBORw0KGgo" * 60
        ))  # fmt: skip
        copy = kept_copy(message.as_bytes(), sender="a@b.example", reasons=["it was\nrefused"])
        assert copy.startswith(b"X-Verified-Sender: a@b.example\nX-Refused: it was refused\nFrom: Desk")
        assert b"(part 2 (image/jpeg," in copy
        for secret in (b"JFIF", b"/9j/", b"c2Vjc", b"iVBOR"):
            assert secret not in copy

    def test_handed_in_again_it_is_the_same_report(self):
        message = with_attachment(a_mail(subject="SCART-INPUT é"), xarf_bytes(), "application/json").as_bytes()
        copy = kept_copy(message, sender="x@y.example", reasons=["no listed sender"])
        assert [one.items for one in read(copy)[0]] == [one.items for one in read(message)[0]]
        assert [one.idempotency_key for one in read(copy)[0]] == [one.idempotency_key for one in read(message)[0]]

    def test_a_picture_in_letters_is_cut_out(self):
        lines = "A" * 76 + "\n"
        copy = kept_copy(
            a_mail(f"begin 644 a.jpg\nM_]C_X\n`\nend\n{lines * 4}see data:image/png;base64,iVBOR\n").as_bytes()
        )
        assert b"M_]C" not in copy
        assert b"AAAA" not in copy
        assert b"iVBOR" not in copy
        assert copy.count(b"(data, not kept)") == 3

    def test_json_that_cannot_be_read_is_kept_as_words(self):
        copy = kept_copy(with_attachment(a_mail(), b'{"a": "' + b"QUJD" * 200 + b'", ').as_bytes())
        assert b'{"a": "(data, not kept)", ' in copy

    def test_it_takes_a_time_that_grows_with_the_size(self, cpu_seconds):
        raw = raw_mail("Subject: x", body=b"hello http://a.example\n" * 1_300_000)
        assert cpu_seconds(lambda: kept_copy(raw)) < 1


@pytest.mark.parametrize("kind", ["text/plain; format=flowed", "text/html", "text/plain; charset=utf-16"])
@pytest.mark.parametrize("piece", ["http://a ", "x[.]y ", "a\n", "<", "http://a/#%d "])
@pytest.mark.parametrize("subject", ["x", "SCART-INPUT"])
def test_the_answer_comes_within_a_second_whatever_is_sent(kind, piece, subject, cpu_seconds):
    body = "".join(piece % n if "%" in piece else piece for n in range(500 * 1024 // len(piece.encode()))).encode()
    raw = raw_mail(f"Subject: {subject}", f"Content-Type: {kind}", body=body)

    def call():
        try:
            read(raw)
        except UnreadableReportError:
            return

    assert cpu_seconds(call) < 1


def test_the_door_knows_each_format_by_itself():
    formats = {
        a_mail().as_bytes(): ReportFormat.MAIL,
        b"From desk Thu\nReceived: x\n\nhttps://example.org/": ReportFormat.MAIL,
        xarf_bytes(): ReportFormat.XARF,
        b"\n " + json.dumps({"a": 1, "xarf_version": "4.2.0"}).encode(): None,
        b"url;text\nhttps://example.org/a;x\n": ReportFormat.CSV,
        b"": None,
        b"\x00\xff": None,
        PICTURE: None,
    }
    for data, expected in formats.items():
        if expected is None:
            with pytest.raises((UnreadableReportError, NotForReportsError)):
                read_message(data, an_arrival(), SENDERS)
        else:
            assert read_message(data, an_arrival(), SENDERS).format is expected
    with pytest.raises(UnlistedSenderError):
        read_message(a_mail().as_bytes(), an_arrival(sender="x@example.org", now=NOW), SENDERS)


def test_nothing_of_a_message_shows_in_a_repr():
    rows = list(read_mail(LINES.as_bytes(), an_arrival(), SENDERS).rows)
    assert any(isinstance(row, NotTaken) for row in rows)
    assert not [
        secret for secret in ("example.org", "a note", "hotline", "no address") if secret in repr([rows, SENDERS])
    ]
