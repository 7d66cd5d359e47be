"""The fixture that runs a suite over memory, SQLite and PostgreSQL."""

from collections.abc import Callable

import pytest

from schoon.store import Database
from tests.contract.conftest import BACKENDS
from tests.memory.house import House, memory_house, sql_house


@pytest.fixture(params=["memory", *BACKENDS])
def house(request: pytest.FixtureRequest) -> House:
    """Check and hits over each store in turn."""
    if request.param == "memory":
        return memory_house()
    make: Callable[[str], Database] = request.getfixturevalue("open_backend")
    return sql_house(make(request.param))
