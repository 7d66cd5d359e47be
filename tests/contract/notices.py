"""The fixture that runs a suite of notices over memory, SQLite and PostgreSQL."""

from collections.abc import Callable

import pytest

from schoon.store import Database
from tests.contract.conftest import BACKENDS
from tests.notices_world import NoticesWorld, a_notice_world

MakeWorld = Callable[..., NoticesWorld]


@pytest.fixture(params=["memory", *BACKENDS])
def make_world(request: pytest.FixtureRequest) -> MakeWorld:
    """Makes the room over the store of this run, with the terms it is given."""
    if request.param == "memory":
        return a_notice_world
    open_backend: Callable[[str], Database] = request.getfixturevalue("open_backend")
    return lambda **terms: a_notice_world(open_backend(request.param), **terms)


@pytest.fixture
def world(make_world: MakeWorld) -> NoticesWorld:
    """The room with its usual terms."""
    return make_world()
