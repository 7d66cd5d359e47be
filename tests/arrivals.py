"""Reports as they arrive, written by hand: files, messages and documents that the tests of the readers begin from."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

from schoon.reports import Arrival, SenderList

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SENDERS = SenderList.of(["police.example", "desk@hotline.example"])
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 4
"""Looks like a picture, and is none."""

SHA256 = "0123456789abcdef" * 4
MD5 = "fedcba98" * 4


def an_arrival(**changed):
    return replace(Arrival(sender="desk@hotline.example", now=NOW), **changed)


UPLOAD = "\n".join(
    [
        "url,kind,page,reference,received_at,text,language,md5,sha1,sha256,pdq,reporter_name,reporter_email,reporter_phone",
        f"https://example.org/a.jpg,media,https://example.org/,R-1,2026-11-01T10:00:00Z,seen,en,{MD5},,{SHA256},,Jo,,",
        'hxxps://example[.]net/b,,,R-2,,"two\nlines, and a comma",,,,,,,jo@example.com,',
        "https://example.com/c,,,,,,,,,,,,,",
        "",
    ]
).encode()


def _quoted(*values, end=""):
    return ";".join('"' + value.replace('"', '""') + '"' for value in values) + end


_CODES = (
    *("filenumber", "reference", "url", "url_host", "url_type", "url_referer", "received_at", "firstseen_at"),
    *("source_code", "status_code", "note", "grade_code"),
)
_LABELS = ("filenumber", "external reference", "url", "url type", "status", "classification", "received")
REPORT_BUILDER = "\n".join(
    [
        ";".join(_CODES),
        _quoted(
            *("I0001", "", "https://example.org/i/1.jpg", "example.org", "imageurl", "https://example.org/i/"),
            *("2026-10-01 09:00:00", "2026-10-01 09:05:00", "webform", "scheduler_checkonline"),
            *('said "again"\nand more', "illegal"),
        ),
        _quoted(
            *("I0002", "12#34", "https://example.net/p", "example.net", "mainurl", "", "2026-10-02 09:00:00", ""),
            *("police", "first_police", "", "illegal"),
        ),
        _quoted(
            *("I0003", "", "https://example.com/x", "example.com", "mainurl", "", "2026-10-03 09:00:00", ""),
            *("webform", "close_offline", "", "illegal"),
        ),
    ]
).encode()
"""As SCART's report builder writes: codes as names, values in quotes, quotes doubled, no line end at the end."""

CONSOLE = "\n".join(
    [
        _quoted(*_LABELS, end=";"),
        _quoted("I4", "", "https://example.org/it\\'s", "mainurl", "grade", "unset", "2026-10-04 09:00:00", end=";"),
        _quoted(
            *("I5", "", "https://import-received-at-20261004090000-00042.local", "mainurl", "grade", "unset", ""),
            end=";",
        ),
        "",
    ]
).encode()
"""As SCART's console writes: labels, every value in quotes with a delimiter behind it, backslashes before quotes."""


def a_xarf(**changed):
    document = {
        "xarf_version": "4.2.0",
        "report_id": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "timestamp": "2026-11-20T10:00:00Z",
        "reporter": {"org": "Hotline", "contact": "desk@hotline.example", "domain": "hotline.example"},
        "sender": {"org": "Hotline", "contact": "desk@hotline.example", "domain": "hotline.example"},
        "source_identifier": "192.0.2.1",
        "category": "content",
        "type": "csam",
        "url": "https://example.org/a.jpg",
        "classification": "baseline",
        "detection_method": "hash_match",
        "media_type": "image",
        "hash_values": {"md5": MD5, "sha256": SHA256},
    }
    return {name: value for name, value in (document | changed).items() if value is not None}


def xarf_bytes(**changed):
    return json.dumps(a_xarf(**changed)).encode()


CSEM = xarf_bytes(
    type="csem",
    classification=None,
    media_type=None,
    hash_values=None,
    exploitation_type="grooming",
    detection_method="user_report",
)


def a_mail(text="Look at https://example.org/a, please.\n", *, subject="A report", html="", **headers):
    message = EmailMessage()
    message["From"] = "Desk <desk@hotline.example>"
    message["Subject"] = subject
    message["Message-ID"] = headers.pop("message_id", "<1@hotline.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def with_attachment(message, content, kind="application/json", name="xarf.json"):
    main, sub = kind.split("/")
    message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message


def raw_mail(*lines, body=b""):
    return b"\n".join([*(line.encode("latin-1") for line in lines), b"", body])


LINES = a_mail(
    "https://example.org/a;https://example.org/;a note\nhttps://example.net/b\nno address;;\n", subject="SCART-INPUT"
)
HTML = '<p>See <a href="https://example.org/b?x=1&amp;y=2">here</a>, hxxp://example[.]net</p>'
LATIN = raw_mail(
    "Subject: =?iso-8859-1?q?caf=E9?=",
    "Content-Type: text/plain; charset=iso-8859-1",
    body=b"http://example.org/\xe9",
)
FLOWED = raw_mail(
    "Subject: x",
    "Content-Type: text/plain; format=flowed; delsp=yes",
    body=b"http://example.org/long \nway\n-- \nJo",
)
BASE64 = raw_mail("Subject: x", "Content-Transfer-Encoding: base64", body=b"aHR0cDovL2V4YW1wbGUub3JnLw==")
QUOTED = raw_mail(
    "Subject: x", "Content-Transfer-Encoding: quoted-printable", body=b"http://example.org/?a=3D1=\n&b=3D2"
)
SAMPLES = {
    "upload": UPLOAD,
    "upload with tabs": b"url\ttext\nhttps://example.org/a\tx\n",
    "report builder": REPORT_BUILDER,
    "console": CONSOLE,
    "csam": xarf_bytes(evidence=[{"content_type": "image/png", "payload": "iVBORw0KGgo="}], _internal={"ticket": 1}),
    "csem": CSEM,
    "plain": a_mail().as_bytes(),
    "lines": LINES.as_bytes(),
    "html": a_mail(html=HTML).as_bytes(),
    "mail with XARF": with_attachment(a_mail(), xarf_bytes()).as_bytes(),
    "mail with a picture": with_attachment(a_mail(), PICTURE, "image/jpeg", "a.jpg").as_bytes(),
    "latin": LATIN,
    "flowed": FLOWED,
    "base64": BASE64,
    "quoted-printable": QUOTED,
}
