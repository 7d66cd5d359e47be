"""The gate before the log-in page, forms, languages, paths to come back to, tables as CSV."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.web._csv import csv_lines
from schoon.web._forms import FormError, parse_form, parse_form_with_files
from schoon.web._gate import TRIES, WINDOW, LoginGate, TooManyTriesError
from schoon.web._i18n import Language, choose_language
from schoon.web._visit import HOME, own_path

NOW = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)


def filled_gate(address: str) -> LoginGate:
    gate = LoginGate()
    for second in range(TRIES):
        gate.require_room(address, NOW + timedelta(seconds=second))
        gate.count_refusal(address, NOW + timedelta(seconds=second))
    return gate


def test_an_address_waits_after_too_many_refusals_and_others_do_not():
    gate = filled_gate("192.0.2.7")
    with pytest.raises(TooManyTriesError) as refused:
        gate.require_room("192.0.2.7", NOW + timedelta(seconds=60))
    assert refused.value.wait == WINDOW - timedelta(seconds=60)
    gate.require_room("192.0.2.8", NOW)
    gate.require_room("192.0.2.7", NOW + WINDOW)


def test_ipv6_neighbours_share_one_count_and_mapped_addresses_are_ipv4():
    with pytest.raises(TooManyTriesError):
        filled_gate("2001:db8:1:2::1").require_room("2001:db8:1:2:ffff::9", NOW)
    with pytest.raises(TooManyTriesError):
        filled_gate("::ffff:192.0.2.7").require_room("192.0.2.7", NOW)
    filled_gate("2001:db8:1:2::1").require_room("2001:db8:1:3::1", NOW)


def test_the_gate_forgets_the_oldest_address_when_it_is_full():
    gate = filled_gate("192.0.2.7")
    for number in range(10_000):
        gate.count_refusal(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", NOW)
    gate.require_room("192.0.2.7", NOW)


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        (None, "", "en"),
        (None, "nl-NL,nl;q=0.9,en;q=0.8", "nl"),
        (None, "en;q=0.5, nl;q=0.9", "nl"),
        (None, "fr, de;q=0.9", "en"),
        ("nl", "en", "nl"),
        ("xx", "nl", "nl"),
        (None, "nl;q=x, en;q=0.1", "en"),
        (None, "nl;q=0", "en"),
    ],
)
def test_the_language_is_the_chosen_one_or_the_best_accepted(chosen, accepted, language):
    assert choose_language(chosen, accepted) is Language(language)


@given(st.text(max_size=100))
def test_any_accept_language_gives_a_language(text):
    assert choose_language(text, text) in set(Language)


@pytest.mark.parametrize(
    "path", ["/hits", "/hits?state=open&after=habc234", "/hits/habc234", "/hits/habc234/statement", "/"]
)
def test_paths_of_these_pages_are_kept(path):
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example/hits",
        "/\\evil.example",
        "/hits/../../x",
        "/hits\r\nX: y",
        "/hits//evil.example",
        "javascript:alert(1)",
        "/hits/habc%2f..",
        "/hits?next=//evil.example/@",
        "",
    ],
)
def test_any_other_path_leads_home(path):
    assert own_path(path) in {HOME, ""} - ({""} if path else set())


def test_a_form_keeps_each_value_once_and_gives_the_last():
    form = parse_form(b"hit=a&hit=b&hit=a&note=+first%0D%0Asecond%00+&empty=")
    assert form.all("hit") == ("a", "b")
    assert form.one("note") == "first\nsecond"
    assert (form.one("empty"), form.one("absent"), form.all("absent")) == ("", "", ())


@pytest.mark.parametrize("body", [b"\xff=1", b"a=%ff", b"&".join([b"a=1"] * 501)])
def test_a_body_that_is_no_form_is_refused(body):
    with pytest.raises(FormError):
        parse_form(body)


def test_a_form_keeps_its_token_out_of_its_repr():
    assert "secret" not in repr(parse_form(b"token=secret"))


def test_no_cell_becomes_a_formula():
    line = next(csv_lines([("=1+1", "-2", "@x", "+3", "plain", None, 'a"b,c')]))
    assert line == "'=1+1,'-2,'@x,'+3,plain,,\"a\"\"b,c\"\r\n"


def multipart(*parts: bytes) -> bytes:
    return b"".join(b"--xx\r\n" + part + b"\r\n" for part in parts) + b"--xx--\r\n"


def test_a_form_with_a_file_gives_its_fields_and_the_bytes_of_the_file():
    body = multipart(
        b'Content-Disposition: form-data; name="mark"\r\n\r\nabc',
        b'Content-Disposition: form-data; name="list"; filename="l.csv"\r\n\r\na,b\r\n\xff\x00',
    )
    form = parse_form_with_files(body, "multipart/form-data; boundary=xx")
    assert (form.one("mark"), form.file("list"), form.file("other")) == ("abc", b"a,b\r\n\xff\x00", b"")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"--xx\r\n",
        multipart(b"no header at all"),
        multipart(b'Content-Disposition: form-data; name="mark"\r\n\r\n\xff'),
        multipart(*[b'Content-Disposition: form-data; name="a"\r\n\r\nb'] * 501),
        b"".join(b"--x%d\r\nContent-Type: multipart/mixed; boundary=x%d\r\n\r\n" % (n, n + 1) for n in range(3_000)),
    ],
)
def test_what_is_no_form_with_a_file_is_refused(body):
    with pytest.raises(FormError):
        parse_form_with_files(body, "multipart/form-data; boundary=xx")
    with pytest.raises(FormError):
        parse_form_with_files(body, "multipart/form-data; boundary=x0")


@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_form_or_refused(body):
    with suppress(FormError):
        parse_form_with_files(b"--xx\r\n" + body + b"\r\n--xx--\r\n", "multipart/form-data; boundary=xx")
