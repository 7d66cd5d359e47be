"""Every error has a family, a sentence for the operator, an exit code and an HTTP status."""

import importlib
import pkgutil

import pytest

import schoon
from schoon.api._problems import kind_of
from schoon.cli import EXIT_CODES, exit_code_of
from schoon.kinds import InputError, OutageError, RefusedError, SchoonError

FAMILIES = (InputError, RefusedError, OutageError)


def every_error() -> list[type[SchoonError]]:
    for module in pkgutil.walk_packages(schoon.__path__, "schoon."):
        if not module.name.endswith(("__main__", ".env")) and ".migrations" not in module.name:
            importlib.import_module(module.name)
    found: set[type[SchoonError]] = set()
    waiting = [SchoonError]
    while waiting:
        kind = waiting.pop()
        for child in kind.__subclasses__():
            if child not in found and child.__module__.startswith("schoon."):
                found.add(child)
                waiting.append(child)
    return sorted(found, key=lambda kind: (kind.__module__, kind.__name__))


ERRORS = every_error()
CONCRETE = [kind for kind in ERRORS if kind not in FAMILIES]


def test_there_are_errors_to_look_at():
    print(f"looked at {len(CONCRETE)} errors of {len(FAMILIES)} families")
    assert len(CONCRETE) > 10


@pytest.mark.parametrize("kind", CONCRETE, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_an_error_is_fit_to_be_shown(kind):
    assert sum(issubclass(kind, family) for family in FAMILIES) == 1, "one family each"
    assert kind.__name__.endswith("Error")
    sentence = (kind.__doc__ or "").strip().split("\n", maxsplit=1)[0]
    assert sentence.endswith("."), "the docstring is a sentence"
    assert len(sentence.split()) > 3, "an operator can act on it"
    assert any(base.__dict__.get("next_step") for base in kind.__mro__), "the next step is said"
    error = kind.__new__(kind)
    assert exit_code_of(error) in {code for code, _ in EXIT_CODES}
    assert 400 <= kind_of(kind).status < (600 if issubclass(kind, OutageError) else 500)


def test_each_family_has_its_own_exit_code():
    codes = [exit_code_of(family("x")) for family in FAMILIES]
    assert codes == [3, 4, 5]
    assert len({code for code, _ in EXIT_CODES}) == len(EXIT_CODES)
