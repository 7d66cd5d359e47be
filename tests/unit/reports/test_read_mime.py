"""The parts of a message are found as the standard library finds them, within bounds that it does not have."""

import email
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schoon.reports._readers.decoded import NotTextError, header_text, texts_of
from schoon.reports._readers.mime import MAX_DEPTH, MAX_HEADER, MAX_PARTS, opened, parts_of
from tests.arrivals import PICTURE, raw_mail

WORDS = st.text(st.sampled_from("aé€ñ=.-> \n"), max_size=30)
CHARSETS = ["utf-8", "iso-8859-15", "windows-1252", "utf-16"]


def parts(message):
    return parts_of(*opened(message))


@st.composite
def leaves(draw):
    part = EmailMessage()
    charset = draw(st.sampled_from(CHARSETS))
    encoding = draw(st.sampled_from(["base64", "quoted-printable"]))
    words = draw(WORDS) if charset in {"utf-8", "utf-16"} else draw(WORDS).replace("€", "e").replace("ñ", "n")
    part.set_content(words, subtype=draw(st.sampled_from(["plain", "html"])), charset=charset, cte=encoding)
    return part


def containers(inner):
    return st.tuples(st.sampled_from(["mixed", "alternative", "related"]), st.lists(inner, min_size=1, max_size=3)).map(
        together
    )


def together(given_parts):
    message = EmailMessage()
    message["Content-Type"] = f"multipart/{given_parts[0]}"
    for part in given_parts[1]:
        message.attach(part)
    return message


@given(st.recursive(leaves(), containers, max_leaves=6), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=200)
def test_every_part_is_found_and_read_as_the_standard_library_does(message, line_end):
    message["Subject"] = "x"
    raw = message.as_bytes(policy=policy.SMTP.clone(linesep=line_end))
    known = email.message_from_bytes(raw, policy=policy.default)
    expected = [part.get_content() for part in known.walk() if not part.is_multipart()]
    found = [texts_of(part)[0] for part in parts(raw)]
    assert [plain(text) for text in found] == [plain(text) for text in expected]


def plain(text):
    return text.replace("\r\n", "\n").rstrip("\n")


def test_a_forwarded_message_is_looked_into():
    inner = EmailMessage()
    inner["Subject"] = "inner"
    inner.set_content("the words")
    outer = EmailMessage()
    outer.set_content("see below")
    outer.add_attachment(inner)
    assert [(part.place, texts_of(part)[0].strip()) for part in parts(outer.as_bytes())] == [
        ("1", "see below"),
        ("2.1", "the words"),
    ]


def test_depth_and_number_of_parts_are_bounded_and_what_lies_beyond_is_named():
    deep = b"words"
    for number in range(300):
        deep = (
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number)
            + deep
            + b"\n--b%d--\n" % number
        )
    (part,) = parts(deep)
    assert part.fault == f"deeper than {MAX_DEPTH} parts in parts"
    many = raw_mail("Content-Type: multipart/mixed; boundary=b", body=b"--b\n\nx\n" * 100_000)
    found = parts(many)
    assert len(found) == MAX_PARTS + 1
    assert found[-1].fault == f"more than {MAX_PARTS} parts; this one and the rest are not read"


@pytest.mark.parametrize("boundary", ['"a b"', "'x'", '"a\\"b"', "a-longer-one", '"=_?+,./:()"'])
def test_boundaries_of_all_spellings_are_understood(boundary):
    line = boundary.strip('"').replace("\\", "").encode()
    raw = raw_mail(
        f"Content-Type: multipart/mixed; boundary={boundary}",
        body=b"before\n--%b\n\none\n--%bc\n--%b  \r\n\ntwo\n--%b--\nafter" % (line, line, line, line),
    )
    assert [part.body for part in parts(raw)] == [b"one\n--%bc" % line, b"two"]


def test_a_message_that_breaks_off_or_names_no_boundary_is_still_read():
    broken = raw_mail("Content-Type: multipart/mixed; boundary=b", body=b"--b\n\nhttp://example.org/")
    assert [part.body for part in parts(broken)] == [b"http://example.org/"]
    (part,) = parts(raw_mail("Content-Type: multipart/mixed", body=b"http://example.org/"))
    assert (part.media_type, part.body) == ("multipart/mixed", b"http://example.org/")


def test_headers_are_unfolded_and_the_first_of_a_name_counts():
    headers, body = opened(b"From me Thu\nSubject: one\n\ttwo\r\nSUBJECT: three\nnot a header\n\nbody")
    assert (headers["subject"], body) == ("one\ttwo", b"body")
    assert opened(b"A: b\n" + b"x" * MAX_HEADER)[1] == b"x" * 5


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=?utf-8?B?U0NBUlQtSU5QVVQ=?= =?utf-8?q?_x=C3=A9?= rest", "SCART-INPUT xé rest"),
        ("=?iso-8859-1?q?caf=E9?=", "café"),
        ("=?unknown?q?a=20b?=", "a b"),
        ("=?utf-8?q?half", "=?utf-8?q?half"),
        ("caf\xc3\xa9", "café"),
    ],
)
def test_a_subject_is_read_in_every_spelling(value, expected):
    assert header_text(value) == expected


@pytest.mark.parametrize(
    ("charset", "body", "expected"),
    [
        ("utf-8", "é".encode(), ["é"]),
        ("windows-1252", "é".encode(), ["é"]),
        ("iso-8859-1", b"\xe9", ["é"]),
        ("gb18030", "汉".encode("gb18030"), ["汉"]),
        ("no-such-set", b"\xe9", ["é"]),
        ("", b"\x80", ["€"]),
        ("utf-8", b"\xff\xc3\xa9", ["ÿé"]),
        ("utf-16", "x".encode("utf-16"), ["x"]),
        ("", "x".encode("utf-16"), ["x"]),
        ("utf-16", b"http", ["瑨灴", "http"]),
        ("idna", b"http", ["http"]),
        ("zip", b"http", ["http"]),
        ("unicode_escape", b"\\x68", ["\\x68"]),
        ("utf-7", b"+2AA-", ["\ud800", "+2AA-"]),
    ],
)
def test_every_character_set_is_read_and_so_is_text_that_names_the_wrong_one(charset, body, expected):
    (part,) = parts(raw_mail("Subject: x", f"Content-Type: text/plain; charset={charset}", body=body))
    assert texts_of(part) == expected


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_picture_that_calls_itself_text_is_not_read(charset):
    (part,) = parts(raw_mail("Subject: x", f"Content-Type: text/plain; charset={charset}", body=PICTURE))
    with pytest.raises(NotTextError):
        texts_of(part)
