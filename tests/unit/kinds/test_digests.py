import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.kinds import KIND_BYTES, Digest, InputError, Kind


@given(st.sampled_from(list(Kind)), st.data())
def test_a_digest_reads_back_from_either_case(kind, data):
    value = data.draw(st.binary(min_size=KIND_BYTES[kind], max_size=KIND_BYTES[kind]))
    digest = Digest(kind=kind, value=value)
    assert Digest.parse(kind.value, digest.hex) == Digest.parse(kind.value, digest.hex.upper()) == digest


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_other_text_is_refused_and_named(kind, text):
    try:
        digest = Digest.parse(kind, text)
    except InputError as error:
        assert error.advice
    else:
        assert digest.hex == text.lower()


@pytest.mark.parametrize(
    "text", ["0" * 31, "0" * 33, "g" * 32, "0x" + "0" * 30, " " + "0" * 31, "０" * 32, "0" * 30 + "\n0"]
)
def test_near_misses_are_refused(text):
    with pytest.raises(InputError):
        Digest.parse("md5", text)


def test_a_digest_does_not_show_itself():
    digest = Digest(kind=Kind.SHA256, value=bytes(range(32)))
    assert digest.hex not in repr(digest)
    assert digest.hex[:8] not in repr(digest)
    assert digest.short() == "sha256:0001…"
