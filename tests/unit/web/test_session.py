"""A session cookie is ours, whole and fresh, or it is nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.kinds import TokenId
from schoon.web._session import LONGEST, ForeignFormError, Seal, SessionEndedError, is_nonce, new_nonce

NOW = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
SEAL = Seal(b"k" * 32)
SESSION = SEAL.begin(TokenId("a1b2c3"), NOW)
COOKIE = SEAL.close(SESSION)


def test_a_session_comes_back_as_it_was():
    assert SEAL.open(COOKIE, NOW + timedelta(hours=1)) == SESSION


def test_a_session_ends_after_eight_hours_to_the_second():
    assert SEAL.open(COOKIE, NOW + LONGEST - timedelta(seconds=1)) == SESSION
    with pytest.raises(SessionEndedError):
        SEAL.open(COOKIE, NOW + LONGEST)


def test_a_session_from_the_future_is_refused():
    with pytest.raises(SessionEndedError):
        SEAL.open(COOKIE, NOW - timedelta(hours=1))


def test_every_changed_character_is_noticed():
    for place in range(len(COOKIE)):
        other = "A" if COOKIE[place] != "A" else "B"
        changed = COOKIE[:place] + other + COOKIE[place + 1 :]
        try:
            assert SEAL.open(changed, NOW) == SESSION, "only spare bits of base64 may change without effect"
            assert place in {len(COOKIE) - 1, COOKIE.index(".") - 1}
        except SessionEndedError:
            pass


@given(st.text(max_size=200))
def test_any_other_text_is_refused(text):
    with pytest.raises(SessionEndedError):
        SEAL.open(text, NOW)


def test_another_key_opens_nothing():
    with pytest.raises(SessionEndedError):
        Seal(b"o" * 32).open(COOKIE, NOW)


def test_a_value_signed_for_another_purpose_is_no_session():
    flash = SEAL.sign("flash", f"a1b2c3|{int(NOW.timestamp())}|{SESSION.nonce}")
    with pytest.raises(SessionEndedError):
        SEAL.open(flash, NOW)
    assert SEAL.read("flash", COOKIE) is None


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="31 bytes"):
        Seal(b"k" * 31)


def test_a_form_belongs_to_one_session():
    SEAL.require_own_form(SESSION.nonce, SEAL.form_mark(SESSION.nonce))
    for nonce, mark in [(new_nonce(), SEAL.form_mark(SESSION.nonce)), (SESSION.nonce, ""), ("", SEAL.form_mark(""))]:
        with pytest.raises(ForeignFormError):
            SEAL.require_own_form(nonce, mark)


def test_nonces_differ_and_have_one_shape():
    assert new_nonce() != new_nonce()
    assert is_nonce(new_nonce())
    assert not is_nonce("|" * 22)
