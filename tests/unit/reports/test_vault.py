"""What is sealed opens for its own place and under its own key alone; tags tell nothing without the key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.reports import KeyVault, VaultError

KEY = bytes(range(32))
TEXT = "https://foto.example.org/1"


@given(st.text(), st.text())
def test_what_is_sealed_comes_back(place, text):
    vault = KeyVault(KEY)
    assert vault.open(place, vault.seal(place, text)) == text


def test_it_opens_nowhere_else_and_under_no_other_key():
    vault = KeyVault(KEY)
    sealed = vault.seal("items.sealed:a", TEXT)
    for other, place in ((vault, "items.sealed:b"), (KeyVault(bytes(32)), "items.sealed:a")):
        with pytest.raises(VaultError) as caught:
            other.open(place, sealed)
        assert TEXT not in str(caught.value)


@pytest.mark.parametrize("length", range(30))
def test_what_was_cut_off_or_changed_does_not_open(length):
    vault = KeyVault(KEY)
    sealed = vault.seal("p", TEXT)
    changed = bytearray(sealed)
    changed[length] ^= 1
    for broken in (sealed[:length], bytes(changed)):
        with pytest.raises(VaultError):
            vault.open("p", broken)


def test_the_same_text_is_sealed_otherwise_each_time_and_tagged_alike():
    vault = KeyVault(KEY)
    assert vault.seal("p", TEXT) != vault.seal("p", TEXT)
    assert vault.tag("url", TEXT) == KeyVault(KEY).tag("url", TEXT)


def test_a_tag_is_of_its_purpose_and_its_key():
    vault = KeyVault(KEY)
    tags = {vault.tag("url", TEXT), vault.tag("key", TEXT), KeyVault(bytes(32)).tag("url", TEXT)}
    assert len(tags) == 3
    assert all(len(tag) == 32 for tag in tags)


def test_a_code_can_be_read_out():
    code = KeyVault(KEY).code("status", "a report")
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    assert set(code) <= set("abcdefghijklmnopqrstuvwxyz234567-")


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        KeyVault(bytes(31))


def test_a_vault_shows_no_key():
    assert repr(KeyVault(KEY)) == "KeyVault(…)"
