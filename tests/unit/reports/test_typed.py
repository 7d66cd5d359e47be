"""What a visitor types: every address is found, every other word is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.reports import read_typed


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("  example.org  ", "http://example.org"),
        ("example.org:8080/a?b=c", "http://example.org:8080/a?b=c"),
        ("hxxps://example[.]org/a", "https://example.org/a"),
        ("look: https://example.org/a.", "https://example.org/a"),
    ],
)
def test_an_address_is_found_as_people_write_it(line: str, address: str) -> None:
    items, text = read_typed(line)
    assert [item.url for item in items] == [address]
    assert text == ""


@pytest.mark.parametrize("line", ["an app", "@somebody", "me@example.org", "version 1.2", "the group A.B in the app"])
def test_what_is_no_address_is_kept_as_words(line: str) -> None:
    assert read_typed(line, "more") == ((), f"{line}\nmore")


def test_an_address_that_is_there_twice_is_one_item_and_one_in_the_other_text_is_none() -> None:
    items, text = read_typed("https://example.org/\nhttps://example.org/", "found by https://search.example.net/")
    assert len(items) == 1
    assert text == "found by https://search.example.net/"


@given(st.text(max_size=300))
def test_no_line_is_lost(where: str) -> None:
    items, text = read_typed(where)
    assert items or text or not "".join(char for char in where if char.isprintable()).strip()
