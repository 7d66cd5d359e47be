"""Addresses in free text, as people write them, and as programs make them harmless."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schoon.reports._readers.addresses import addresses_in, behind_safe_link, unmasked

FOUND = [
    ("see https://example.org/a, and (http://example.net/b).", ["https://example.org/a", "http://example.net/b"]),
    ("HTTPS://Example.org", ["https://Example.org"]),
    ("hxxps://example[.]org/path[.]html", ["https://example.org/path.html"]),
    ("hXXp[:]//example[dot]org/x", ["http://example.org/x"]),
    ("hxxps[://]example(.)org", ["https://example.org"]),
    ("h**p://example{.}org/z", ["http://example.org/z"]),
    ("example[.]org/x and example [dot] net/y", ["http://example.org/x", "http://example.net/y"]),
    ("www.example.org/x/y!", ["http://www.example.org/x/y"]),
    ("aaaaaaaaaaaaaaaa.onion/x", ["http://aaaaaaaaaaaaaaaa.onion/x"]),
    ("https:\\\\example.org\\a", ["https://example.org\\a"]),
    ("<https://example.org/very\n  long/path>", ["https://example.org/verylong/path"]),
    ("[text](https://example.org/a_(b))", ["https://example.org/a_(b)"]),
    ("[url=https://example.org/x]this[/url] [url]https://example.org/y[/url]", 2 * ["https://example.org/"]),
    ("https://example.org/?f[x]=1&g[]=2", ["https://example.org/?f[x]=1&g[]=2"]),
    ("https://a.example/1,https://b.example/2;hxxp://c.example", 3 * ["http"]),
    ("http://[2001:db8::1]:80/x", ["http://[2001:db8::1]:80/x"]),
    ("‘https://example.org/q’ “https://example.org/r”", ["https://example.org/q", "https://example.org/r"]),
    ("https://example.org/x\u200b and https://exa\u00admple.org/y", ["https://example.org/x", "https://example.org/y"]),
    ("https://web.example/2020/https://example.org/", ["https://web.example/2020/https://example.org/"]),
    ("https://example.org/very…", ["https://example.org/very…"]),
    ("abuse@example[.]org or desk@www.example.org", []),
    ("example.org/x without a scheme", []),
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_an_address_is_found_as_it_was_meant(text, expected):
    found = list(addresses_in(text))
    assert len(found) == len(expected)
    assert all(one.startswith(start) for one, start in zip(found, expected, strict=True))
    assert found == expected or len(set(expected)) < len(expected)


def test_in_a_row_only_the_masks_are_taken_off():
    assert unmasked(" hxxps://example[.]org/a ") == "https://example.org/a"
    assert unmasked("https://example.org/a[]=1") == "https://example.org/a[]=1"
    assert unmasked("no address [.]") == "no address [.]"


def test_what_outlook_put_in_the_place_of_an_address_leads_back_to_it():
    link = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1&data=05%7C02"
    assert behind_safe_link(link) == "https://example.org/a?b=1"
    assert behind_safe_link("https://example.org/?url=https%3A%2F%2Fexample.net") == (
        "https://example.org/?url=https%3A%2F%2Fexample.net"
    )


@given(
    st.from_regex(r"https?://[a-z]{1,8}\.example(?:/[A-Za-z0-9_~=&?%+-]{1,12}){0,3}", fullmatch=True).filter(
        lambda one: one[-1] != "?"
    ),
    st.sampled_from(["", " ", "(", "<", "Zie: ", "“", "\n", "url=", "é "]),
    st.sampled_from(["", " ", ")", ">", ".", ", en", "”", "\n", ").", "!", "\u200b"]),
    st.sampled_from(["as it is", "hxxp", "dots", "both"]),
)
@example("https://a.example/x", "(", ").", "both")
@settings(max_examples=300)
def test_an_address_is_found_in_whatever_stands_around_it(address, before, behind, mask):
    written = address
    if mask in {"hxxp", "both"}:
        written = written.replace("http", "hxxp", 1)
    if mask in {"dots", "both"}:
        written = written.replace(".", "[.]")
    assert list(addresses_in(before + written + behind)) == [address]


@pytest.mark.parametrize(
    "piece", ["h", "http://", "[", "[.]", " ", "<http://a\n", "(", "www.", ",http:", "a2", "<http://a\n b\n", "[ "]
)  # fmt: skip
def test_finding_takes_a_time_that_grows_with_the_size(piece, cpu_seconds):
    text = piece * (512 * 1024 // len(piece))
    assert cpu_seconds(lambda: list(addresses_in(text))) < 1
