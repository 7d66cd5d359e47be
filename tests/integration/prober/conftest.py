"""A name server and a web server for the tests of the prober."""

from collections.abc import Iterator

import pytest

from tests.nameserver import serving_zones
from tests.probe_world import ZONES, Web, World, serving


@pytest.fixture(scope="session")
def resolver_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving_zones(tmp_path_factory.mktemp("zones"), ZONES) as port:
        yield port


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as web:
        yield web


@pytest.fixture
def world(web: Web, resolver_port: int) -> World:
    return World(web, resolver_port)
