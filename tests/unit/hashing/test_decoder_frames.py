"""The frames between hasher and decoder: what is written is read back, and nothing else is believed."""

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schoon.hashing import NotHashable, PdqHash
from schoon.hashing._frames import (
    MAX_ANSWER_BYTES,
    MAX_FRAMES,
    MEDIA,
    REFUSALS,
    REQUEST_BYTES,
    MalformedFrameError,
    Outcome,
    Request,
    pack_answer,
    pack_request,
    parse_answer,
    parse_request,
)

requests = st.builds(
    Request,
    sequence=st.integers(0, 2**32 - 1),
    media=st.sampled_from(MEDIA),
    frames=st.integers(1, MAX_FRAMES),
    dihedral=st.booleans(),
    max_pixels=st.integers(0, 2**64 - 1),
    milliseconds=st.integers(0, 2**32 - 1),
)


def a_request(**changes):
    plain: dict[str, Any] = {
        "sequence": 7,
        "media": "png",
        "frames": 2,
        "dihedral": False,
        "max_pixels": 100,
        "milliseconds": 5000,
    }
    return Request(**(plain | changes))


def a_digest(quality=80, *, dihedral=False):
    views = tuple(bytes([at]) * 32 for at in range(8))
    return PdqHash(value=views[0], quality=quality, dihedral=views if dihedral else ())


@settings(deadline=None)
@given(requests)
def test_a_request_comes_back_as_it_was(request):
    assert parse_request(pack_request(request)) == request


@settings(deadline=None)
@given(st.binary(max_size=64) | st.binary(min_size=REQUEST_BYTES, max_size=REQUEST_BYTES))
def test_any_bytes_are_a_request_or_malformed(frame):
    with contextlib.suppress(MalformedFrameError):
        assert pack_request(parse_request(frame)) == frame


@pytest.mark.parametrize("dihedral", [False, True])
def test_an_answer_comes_back_as_it_was(dihedral):
    request = a_request(dihedral=dihedral)
    digests = (a_digest(50, dihedral=dihedral), a_digest(100, dihedral=dihedral))
    answer = parse_answer(pack_answer(7, Outcome.HASHED, digests), request)
    assert (answer.outcome, answer.digests) == (Outcome.HASHED, digests)
    assert len(pack_answer(7, Outcome.HASHED, [a_digest(dihedral=True)] * MAX_FRAMES)) == MAX_ANSWER_BYTES


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"ShAn",
        pack_answer(8, Outcome.LOW_QUALITY),
        pack_answer(7, Outcome.HASHED),
        pack_answer(7, Outcome.LOW_QUALITY, [a_digest()]),
        pack_answer(7, Outcome.HASHED, [a_digest()] * 3),
        pack_answer(7, Outcome.HASHED, [a_digest(49)]),
        pack_answer(7, Outcome.HASHED, [a_digest(101)]),
        pack_answer(7, Outcome.HASHED, [a_digest(dihedral=True)]),
        pack_answer(7, Outcome.HASHED, [a_digest()])[:-1],
        pack_answer(7, Outcome.HASHED, [a_digest()]) + b"\x00",
        pack_answer(7, Outcome.TIMED_OUT),
        b"ShOk" + pack_answer(7, Outcome.LOW_QUALITY)[4:],
    ],
)
def test_what_cannot_be_is_not_believed(frame):
    with pytest.raises(MalformedFrameError):
        parse_answer(frame, a_request())


@settings(deadline=None)
@given(requests, st.binary(max_size=600))
def test_any_bytes_are_an_answer_within_its_bounds_or_malformed(request, frame):
    try:
        answer = parse_answer(frame, request)
    except MalformedFrameError:
        return
    assert len(answer.digests) <= request.frames
    assert all(50 <= one.quality <= 100 for one in answer.digests)


def test_every_outcome_without_digests_has_its_sentence():
    assert set(REFUSALS) == set(Outcome) - {Outcome.HASHED}
    assert {refusal for refusal, _ in REFUSALS.values()} == set(NotHashable) - {NotHashable.NOT_AN_IMAGE}
