"""Pages and made-up addresses: what makes two pages one, what bars the way, and that no page takes long."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.net._probe_page import are_alike, bar_of, page_of
from schoon.net._probe_trials import trials_of
from schoon.reports import TargetUrl

WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=300)
HERE = TargetUrl.parse("http://foto.zz/view/abc")


def page(text: str):
    found = page_of(text.encode())
    assert found is not None
    return found


def alike(one: str, other: str) -> bool:
    return are_alike(page(one), page(other), (HERE,))


def test_words_are_what_a_reader_sees():
    read = page(
        "<title>t</title><style>s{}</style><script>var x</script><!-- c --><p>Two words</p><template>no</template>"
    )
    assert dict(read.words) == {"two": 1, "words": 1}
    assert read.said == "two words"
    assert read.has_scripts


def test_numbers_are_one_word_and_case_does_not_count():
    assert alike("<p>At 12:34, request 99887766 of YOU</p>", "<p>at 56:01, request 11 of you</p>")


@pytest.mark.parametrize(("different", "expected"), [(0, True), (4, True), (5, True), (6, False), (50, False)])
def test_alike_from_95_of_100_words_on(different, expected):
    def text(word):
        return (
            "<p>"
            + " ".join(f"{word if n < different else 'w'}{'abcdefghij'[n % 10]}{'xyz' * (n // 10)}" for n in range(100))
            + "</p>"
        )

    assert alike(text("one"), text("two")) is expected


@given(WORDS, WORDS)
def test_a_page_is_like_itself_and_likeness_of_words_goes_both_ways(one, other):
    assert alike(one, one)
    if not page(one).shown and not page(other).shown:
        assert alike(one, other) == alike(other, one)


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_page_or_none(start):
    found = page_of(start)
    if found is not None:
        assert bar_of(found, HERE, was_led=True) in {"", "login", "riddle", "age", "region"}


@pytest.mark.parametrize(
    "start", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff\xe0\0\x10JFIF", bytes(range(128, 256)) * 9]
)
def test_a_picture_is_no_page(start):
    assert page_of(start) is None


@pytest.mark.parametrize(
    "piece",
    ["<", "<!--", "<a ", "<script>", "<script", "</", "<img src=\"", "<img src='", "<img src=", "src = ", "<style",
     "a b ", "<template>", "<a href=\"x", "&#", "<!-- -->", "<p>", "18 ", "not ", "no longer ", "src" + " " * 50,
     "x=\"'"],
)  # fmt: skip
def test_no_page_takes_longer_than_its_length(piece):
    began = time.thread_time()
    found = page_of((piece * (262_144 // len(piece))).encode())
    assert found is not None
    assert bar_of(found, HERE, was_led=False) in {"", "age"}
    assert found.needs_script in {True, False}
    assert found.is_parked in {True, False}
    assert found.is_bare in {True, False}
    assert time.thread_time() - began < 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<h1>Page not found</h1><script>x</script>", False), ("<h1>404</h1><script>x</script>", False),
        ("<p>Deze foto is verwijderd</p><script>x</script>", False), ("<p>Nicht gefunden</p><script>x</script>", False),
        ("<p>Страница не найдена</p><script>x</script>", False), ("<p>не найден файл</p><script>x</script>", False),
        ("<div id=app></div><script>x</script>", True), ("<p>Loading</p><script>x</script>", True),
        ("<p>Loading</p>", False), ("<title>not found</title><script>x</script><p>Gallery</p>", True),
    ],
)  # fmt: skip
def test_scripts_may_show_more_unless_the_page_says_that_nothing_is_here(text, expected):
    assert page(text).needs_script is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a.zz/", [("/*", "/", True)]),
        ("http://a.zz/x.jpg", [("/*.jpg", "/", True)]),
        ("http://a.zz/v/x.jpg", [("/v/*.jpg", "/v/", False), ("/*.jpg", "/", True)]),
        ("http://a.zz/v/17", [("/v/#", "/v/", False), ("/#", "/", True)]),
        ("http://a.zz/v/17.html", [("/v/#.html", "/v/", False), ("/#.html", "/", True)]),
        ("http://a.zz/v/x/", [("/v/*/", "/v/", False), ("/*", "/", True)]),
        ("http://a.zz/v?id=5&k=ab", [("/v?id=#&k=*", "/v", False), ("/*?id=5&k=ab", "/", True)]),
        ("http://a.zz/?q", [("/?*", "/", False), ("/*", "/", True)]),
        ("http://a.zz/a/b?x=1", [("/a/b?x=#", "/a/b", False), ("/a/*?x=1", "/a/", False), ("/*?x=1", "/", True)]),
    ],
)
def test_made_up_addresses_go_from_the_smallest_change_to_the_greatest(url, expected):
    def shape(path):
        return re.sub(r"[a-z0-9]{24}", "*", re.sub(r"9\d{17}", "#", path))

    found = [(shape(one.made_up.path), one.without.path, one.is_whole) for one in trials_of(TargetUrl.parse(url))]
    assert found == expected
    assert {one.made_up.host for one in trials_of(TargetUrl.parse(url))} == {"a.zz"}


def test_no_address_is_made_up_twice():
    made = {one.made_up.path for _ in range(100) for one in trials_of(HERE)}
    assert len(made) == 200
