"""JSON is taken strictly: what a lenient reader would let pass is refused, and what is right always passes."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.api._bodies import strict_json
from schoon.api._checks import CHECKS_DECODER, names_and_colons
from schoon.api.errors import MalformedBodyError, RefusedFieldError
from schoon.client import CheckRequest

HEX = "00" * 16


def read(body: bytes) -> CheckRequest:
    return strict_json(body, CHECKS_DECODER, names_and_colons)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'\xef\xbb\xbf{"items":[{"id":"a"}]}',
        '{"items":[{"id":"é"}]}'.encode("latin-1"),
        '{"items":[{"id":"a"}]}'.encode("utf-16"),
        b'{"items":[{"id":"a\x00"}]}',
        b'{"items":[{"id":"a\\u0000"}]}',
        b'{"items":[{"id":"\\ud800"}]}',
        b'{"items":[{"id":"a"}],"items":[{"id":"b"}]}',
        b'{"items":[{"id":"a","md5":"1","md5":"2"}]}',
        b'{"items":[{"id":"a:b","md5":"1","md5":"2"}]}',
        b'{"items":[{"id":"\\u003a","md5":"1","md5":"2"}]}',
        b'{"items":[{"id":"a","i\\u0064":"b"}]}',
        b'{"items":[{"id":"a","pdq":[],"pdq":[]}]}',
        b'{"items":[{"id":"a","ref":null,"ref":null}]}',
        b'{"items":[{"id":"a"}],"x":1,"x":2}',
        b'{"items":[{"id":"a"}]} trailing',
        b'{"items":[{"id":NaN}]}',
        b'{"items":' + b"[" * 50_000,
    ],
)
def test_what_is_not_strict_json_is_malformed(body: bytes):
    with pytest.raises(MalformedBodyError):
        read(body)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"[]", "object"),
        (b"null", "object"),
        (b"{}", "items"),
        (b'{"items":{}}', "items"),
        (b'{"items":[{"id":"a"},{"id":5}]}', r"\$\.items\[1\]\.id"),
        (b'{"items":[{"id":"a"},{"md5":"x"}]}', r"\$\.items\[1\]"),
        (b'{"items":[{"id":"a","sha512":"00"}]}', "sha512"),
        (b'{"items":[{"id":"a","pdq":"00"}]}', "pdq"),
        (b'{"items":[{"id":""}]}', r"items\[0\]\.id"),
        (b'{"items":[{"id":"a"}],"extra":1}', "extra"),
    ],
)
def test_json_of_another_form_is_refused_with_its_place(body: bytes, place: str):
    with pytest.raises(RefusedFieldError, match=place):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"items":[{"id":"a","md5":null}]}',
        b'{"items":[{"id":"a","pdq":[]}]}',
        b' {"items" : [ {"id":"a:b::c","ref":"x:y"} ] } ',
        '{"items":[{"id":"naïve ☂ \\u00e9 \\\\ \\""}]}'.encode(),
        b'{"items":[{"id":"\\ud83d\\ude00"}]}',
        b'{"items":[]}',
    ],
)
def test_unusual_but_right_json_passes(body: bytes):
    assert read(body) is not None


TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=20)
ITEM = st.fixed_dictionaries(
    {"id": TEXT},
    optional={"ref": TEXT, "md5": TEXT | st.none(), "sha1": TEXT, "sha256": TEXT, "pdq": st.lists(TEXT, max_size=3)},
)


@given(st.lists(ITEM, max_size=4))
def test_no_valid_request_is_taken_for_a_malformed_one(items: list[dict[str, object]]):
    assert len(read(msgspec.json.encode({"items": items})).items) == len(items)


@given(st.lists(ITEM, min_size=1, max_size=3), st.data())
def test_no_key_given_twice_passes(items: list[dict[str, object]], data: st.DataObject):
    chosen = data.draw(st.integers(0, len(items) - 1))
    key = data.draw(st.sampled_from(sorted(items[chosen])))
    whole = [msgspec.json.encode(item) for item in items]
    again = msgspec.json.encode({key: items[chosen][key]})
    whole[chosen] = whole[chosen][:-1] + b"," + again[1:]
    with pytest.raises(MalformedBodyError):
        read(b'{"items":[' + b",".join(whole) + b"]}")
