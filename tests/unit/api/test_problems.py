"""One table tells every error: each class has a status by its family, and a problem that gives nothing away."""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from datetime import timedelta

import pytest

import schoon
from schoon.api._problems import PROBLEM_KINDS, kind_of, problem_reply
from schoon.api.errors import MethodNotAllowedError
from schoon.check import QuotaExceededError
from schoon.hits import NoSuchHitError
from schoon.kinds import InputError, OutageError, RefusedError, SchoonError

FAMILIES = {InputError, RefusedError, OutageError}
OTHER_EDGES = {"__main__", "main", "settings", "cli", "scan", "web"}
"""What they raise never comes by here."""


def every_error() -> list[type[SchoonError]]:
    for module in pkgutil.walk_packages(schoon.__path__, "schoon."):
        if module.name.split(".")[1] not in OTHER_EDGES and "migrations" not in module.name:
            importlib.import_module(module.name)
    return sorted({error for error in _below(SchoonError) if _may_come_by(error)}, key=lambda error: error.__qualname__)


def _may_come_by(error: type[SchoonError]) -> bool:
    package, _, rest = error.__module__.partition(".")  # other tests of this process may have errors of their own
    return package == "schoon" and rest.split(".")[0] not in OTHER_EDGES


def _below(error: type[SchoonError]) -> Iterator[type[SchoonError]]:
    for child in error.__subclasses__():
        yield child
        yield from _below(child)


def test_every_error_has_a_status_of_its_family():
    errors = every_error()
    assert len(errors) > 30, "a gate over nothing shows nothing"
    for error in errors:
        kind = kind_of(error)
        if issubclass(error, OutageError):
            assert kind.status == 503, error
        elif issubclass(error, InputError | RefusedError):
            assert 400 <= kind.status < 500, error


def test_every_error_becomes_a_problem_that_says_what_to_do():
    for error in every_error():
        if error in FAMILIES or (
            "__init__" in vars(error) and error not in {QuotaExceededError, MethodNotAllowedError}
        ):
            continue  # families are never raised themselves, and a client's own errors are never raised in the service
        reply = problem_reply(error("what was wrong"), request_id="r1")
        told = json.loads(reply.body)
        assert told["detail"] == "what was wrong"
        assert told["title"]
        assert told["status"] == reply.status
        assert told["next_step"], error


def test_each_slug_stands_for_one_status():
    kinds = {kind.slug: kind.status for kind in PROBLEM_KINDS.values()}
    assert len(kinds) == len(PROBLEM_KINDS)


def test_a_fault_of_ours_tells_nothing_of_itself():
    reply = problem_reply(KeyError("d41d8cd98f00b204e9800998ecf8427e"), request_id="r1")
    assert reply.status == 500
    assert b"d41d8cd9" not in reply.body
    assert b"urn:schoon:request:r1" in reply.body


def test_a_missing_hit_has_no_reference_that_could_tell_two_answers_apart():
    first = problem_reply(NoSuchHitError(), request_id="r1")
    assert first == problem_reply(NoSuchHitError(), request_id="r2")


@pytest.mark.parametrize(("wait", "said"), [(timedelta(0), b"1"), (timedelta(minutes=12), b"720")])
def test_a_quota_says_when_to_come_back(wait: timedelta, said: bytes):
    reply = problem_reply(QuotaExceededError("used", retry_after=wait), request_id="r1")
    assert dict(reply.headers)[b"retry-after"] == said


def test_text_routes_tell_problems_as_text():
    reply = problem_reply(InputError("a value of somebody"), request_id="r1", as_text=True)
    assert reply.body == b"The request is wrong\n"
    assert reply.media_type.startswith(b"text/plain")
