"""One place, one text: what people report becomes a canonical address, or is refused with a reason."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schoon.reports import TargetUrl, TargetUrlError, comparison_key

SAME = [
    ("HTTP://Foto.ZZ", "http://foto.zz/"),
    ("https://foto.zz:443/a", "https://foto.zz/a"),
    ("http://foto.zz:80", "http://foto.zz/"),
    ("https://foto.zz:80/", "https://foto.zz:80/"),
    ("https://foto.zz:/", "https://foto.zz/"),
    ("https://foto.zz./a", "https://foto.zz/a"),
    ("https://foto.zz/a#part", "https://foto.zz/a"),
    ("https://foto.zz?b=1#x", "https://foto.zz/?b=1"),
    ("  https://foto.zz/a\r\n", "https://foto.zz/a"),
    ("https://bücher.zz/é", "https://xn--bcher-kva.zz/%C3%A9"),
    ("https://BÜCHER.zz/", "https://xn--bcher-kva.zz/"),
    ("https://xn--bcher-kva.zz/", "https://xn--bcher-kva.zz/"),
    ("https://foto。zz/", "https://foto.zz/"),
    ("https://ＦＯＴＯ.zz/", "https://foto.zz/"),
    ("https://%66oto.zz/", "https://foto.zz/"),
    ("https://i❤.zz/", "https://xn--i-7iq.zz/"),
    ("https://a_b.zz/", "https://a_b.zz/"),
    ("https://foto.zz/a/../b/./c", "https://foto.zz/b/c"),
    ("https://foto.zz/a/%2e%2E/b", "https://foto.zz/b"),
    ("https://foto.zz/a/..", "https://foto.zz/"),
    ("https://foto.zz/%7euser/%c3%a9", "https://foto.zz/%7Euser/%C3%A9"),
    ("https://foto.zz/a b", "https://foto.zz/a%20b"),
    ("https://foto.zz/100%", "https://foto.zz/100%25"),
    ("http://127.1/", "http://127.0.0.1/"),
    ("http://0x7f000001/", "http://127.0.0.1/"),
    ("http://2130706433/", "http://127.0.0.1/"),
    ("http://017700000001/", "http://127.0.0.1/"),
    ("http://0x7f.1/", "http://127.0.0.1/"),
    ("http://①②⑦.0.0.1/", "http://127.0.0.1/"),
    ("http://0/", "http://0.0.0.0/"),
    ("http://45.80.1.10./", "http://45.80.1.10/"),
    ("http://[2D00:1:0:0::10]:8080/a", "http://[2d00:1::10]:8080/a"),
    ("http://[::ffff:45.80.1.10]/", "http://45.80.1.10/"),
    ("http://Abc.ONION/x", "http://abc.onion/x"),
]

REFUSED = [
    ("", "begin with"),
    ("foto.zz", "begin with"),
    ("ftp://foto.zz/", "begin with"),
    ("file:///etc/passwd", "begin with"),
    ("javascript:alert(1)", "begin with"),
    ("http:/foto.zz", "begin with"),
    ("http:///a", "no host"),
    ("http://:80/", "no host"),
    ("http://user@foto.zz/", "user name"),
    ("http://user:word@foto.zz/", "user name"),
    ("http://foto.zz\\@evil.zz/", "user name"),
    ("http://foto.zz\\evil.zz/", "backslash"),
    ("http://foto.zz:0/", "not a port"),
    ("http://foto.zz:65536/", "not a port"),
    ("http://foto.zz:١/", "not a port"),
    ("http://foto.zz:80:80/", "not a port"),
    ("http://foto .zz/", "not the name"),
    ("http://foto..zz/", "not the name"),
    ("http://foto.zz%00/", "not the name"),
    ("http://foto%2fzz/", "not the name"),
    ("http://foto%zz/", "escapes nothing"),
    ("http://%ff.zz/", "not text"),
    ("http://foto.zz/\x00", "control character"),
    ("http://foto.zz/\u202eabc", "control character"),
    ("http://fo\u200dto.zz/", "control character"),
    ("http://foto.zz/a\nb", "control character"),
    (f"http://{'a' * 64}.zz/", "not the name"),
    (f"http://{'a.' * 127}zz/", "not the name"),
    ("http://foto.zz/" + "a" * 2_048, "characters"),
    ("http://foto.zz/" + "é" * 400, "once escaped"),
    ("http://256.1.1.1/", "not an IPv4 address"),
    ("http://1.2.3.4.5/", "not an IPv4 address"),
    ("http://4294967296/", "not an IPv4 address"),
    ("http://08.1.1.1/", "octal"),
    ("http://a.1/", "not a number"),
    ("http://[::1/", "not an IPv6 address"),
    ("http://[::1]x/", "not an IPv6 address"),
    ("http://[fe80::1%eth0]/", "interface"),
    ("http://[45.80.1.10]/", "not an IPv6 address"),
]


@pytest.mark.parametrize(("given_text", "canonical"), SAME)
def test_the_same_place_is_the_same_text(given_text, canonical):
    assert TargetUrl.parse(given_text).text == canonical


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_is_no_address_or_could_be_two_is_refused_with_a_reason(text, reason):
    with pytest.raises(TargetUrlError, match=reason):
        TargetUrl.parse(text)


def test_an_ip_address_is_known_as_one():
    assert str(TargetUrl.parse("http://[2d00:1::10]/").address) == "2d00:1::10"
    assert str(TargetUrl.parse("http://0x2d50010a/").address) == "45.80.1.10"
    assert TargetUrl.parse("http://foto.zz/").address is None


def test_the_address_stays_out_of_reprs():
    assert "foto" not in repr(TargetUrl.parse("http://foto.zz/secret"))


hosts = st.one_of(
    st.from_regex(r"[a-z0-9_\-äß中]{1,12}(\.[a-z0-9ü]{1,8}){1,3}\.?", fullmatch=True),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda one: f"[{one}]"),
    st.integers(0, 2**33).map(hex),
    st.text(max_size=12),
)
tails = st.text(st.characters(codec="utf-8"), max_size=30)


@given(st.sampled_from(["http", "HTTPS", "https"]), hosts, st.sampled_from(["", ":80", ":443", ":8080"]), tails)
@example("http", "xn--a", "", "/%2e%2e/%")
@example("http", "foto.zz", "", "?a/../b")
def test_a_canonical_address_stays_what_it_is(scheme, host, port, tail):
    try:
        url = TargetUrl.parse(f"{scheme}://{host}{port}/{tail}")
    except TargetUrlError:
        return
    assert TargetUrl.parse(url.text) == TargetUrl.kept(url.text) == url
    assert url.text.isascii()
    assert len(url.text) <= 2_048
    assert "#" not in url.text
    assert "@" not in url.text.split("/")[2]


@given(st.text(max_size=200))
def test_any_text_is_an_address_or_refused(text):
    try:
        url = TargetUrl.parse(text)
    except TargetUrlError as refusal:
        assert refusal.advice
    else:
        assert url.scheme in {"http", "https"}


@pytest.mark.parametrize("text", ["", "ftp://foto.zz/", "http://foto.zz", "http://a@b/", "HTTP://foto.zz/", "http:///"])
def test_what_could_not_have_been_kept_is_refused_without_showing_it(text):
    with pytest.raises(TargetUrlError, match="no address in its canonical form"):
        TargetUrl.kept(text)


@given(st.ip_addresses(v=4), st.sampled_from(["{0}", "0x{0:x}", "0{0:o}"]))
def test_every_spelling_of_an_ipv4_address_is_that_address(address, spelling):
    assert TargetUrl.parse(f"http://{spelling.format(int(address))}/").address == address


KEYS = [
    ("http://foto.zz/a", "foto.zz/a"),
    ("https://FOTO.zz:443/a#x", "foto.zz/a"),
    ("https://foto.zz:8443/a", "foto.zz:8443/a"),
    ("https://www.foto.zz/a", "www.foto.zz/a"),
    ("https://foto.zz/a?utm_source=x", "foto.zz/a"),
    ("https://foto.zz/a?UTM_Source=x&fbclid=y&gclid=z", "foto.zz/a"),
    ("https://foto.zz/a?b=1&utm_medium=x&a=2", "foto.zz/a?b=1&a=2"),
    ("https://foto.zz/a?b=1&b=2&b=1", "foto.zz/a?b=1&b=2&b=1"),
    ("https://foto.zz/a?id=utm_source", "foto.zz/a?id=utm_source"),
    ("https://foto.zz/a?utm_source", "foto.zz/a"),
    ("https://foto.zz/a?", "foto.zz/a"),
    ("https://foto.zz/a?xutm_source=1", "foto.zz/a?xutm_source=1"),
]


@pytest.mark.parametrize(("text", "key"), KEYS)
def test_the_comparison_key_leaves_out_what_chooses_no_content(text, key):
    assert comparison_key(TargetUrl.parse(text)) == key
