"""HTML as text: what a reader sees, where links lead, and nothing of what is hidden."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from schoon.reports._readers.markup import text_of


def words(markup, *, with_links=True):
    return text_of(markup, with_links=with_links).split()


def test_links_are_told_beside_the_text():
    page = '<p>Hi <b>htt</b>ps://example.org/a<wbr>b &amp; <a class="x" href="https://example.org/?a>b&amp;c=1">shown</a><br>x'
    assert words(page) == ["Hi", "https://example.org/ab", "&", "https://example.org/?a>b&c=1", "shown", "x"]
    assert words(page, with_links=False) == ["Hi", "https://example.org/ab", "&", "shown", "x"]


def test_what_nobody_sees_is_left_out_and_so_are_pictures():
    page = (
        "<style>a{b:url(https://no.example)}</style>x<!-- <a href='https://no.example'> --><script>'https://no.example'"
    )
    assert words(page + "</script>y<img src='https://no.example/logo.png'>") == ["x", "y"]


def test_what_is_never_closed_hides_nothing():
    assert words("<style>a <!-- b <a href=https://example.org/k>c") == ["a", "b", "https://example.org/k", "c"]
    assert words('<a href="https://example.org/unclosed>text</a> 1 < 2') == [
        "https://example.org/unclosed",
        "text",
        "1",
        "<",
        "2",
    ]


class Oracle(HTMLParser):
    """The standard library's reading of well-formed markup."""

    def __init__(self):
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []

    @override
    def handle_starttag(self, tag, attrs):
        self.links += [value or "" for name, value in attrs if tag == "a" and name == "href"]

    @override
    def handle_data(self, data):
        self.texts.append(data)


ADDRESS = st.from_regex(r"https://[a-z]{1,6}\.example/[a-z0-9&?=]{0,8}", fullmatch=True)
TEXT = st.text(st.sampled_from("ab é&;\n"), max_size=8)


@given(st.recursive(TEXT | st.tuples(ADDRESS, TEXT), lambda inner: st.lists(inner, max_size=4), max_leaves=12))
@settings(max_examples=200)
def test_well_formed_markup_is_read_as_the_standard_library_reads_it(tree):
    markup = written(tree)
    oracle = Oracle()
    oracle.feed(markup)
    oracle.close()
    assert "".join(words(markup, with_links=False)) == "".join("".join(oracle.texts).split())
    assert not set(oracle.links) - set(words(markup))


def written(tree):
    if isinstance(tree, str):
        return tree.replace("&", "&amp;")
    if isinstance(tree, tuple):
        return f'<a class=x href="{tree[0].replace("&", "&amp;")}">{written(tree[1])}</a>'
    return f"<div title='a>b'>{''.join(map(written, tree))}</div>"


@pytest.mark.parametrize(
    "piece", ["<", "<a", "<a ", '<a "', "<!--", "<![", "</", '<a href="', "<style>", "<a b=", "&", "&#x1", "<p>"]
)  # fmt: skip
def test_reading_takes_a_time_that_grows_with_the_size(piece, cpu_seconds):
    markup = piece * (512 * 1024 // len(piece))
    assert cpu_seconds(lambda: text_of(markup, with_links=True)) < 1
