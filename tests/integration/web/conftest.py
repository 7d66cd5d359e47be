"""A world with the pages over the real services, a member, another one, and a browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from schoon.check import Member
from schoon.store import migrate
from tests.web_world import Browser, World, a_world


@dataclass
class Visitor:
    """A browser that has logged in, and whose it is."""

    world: World
    member: Member
    token: str
    browser: Browser


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One migrated file that every test copies."""
    path = tmp_path_factory.mktemp("web") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def world(tmp_path: Path, migrated: Path) -> Iterator[World]:
    """The pages over an empty database."""
    made = a_world(tmp_path, migrated)
    yield made
    made.database.close()


@pytest.fixture
def stranger(world: World) -> Iterator[Browser]:
    """A browser that has not logged in."""
    browser = Browser(world.app)
    yield browser
    browser.close()


@pytest.fixture
def visitor(world: World, stranger: Browser) -> Visitor:
    """A member that has logged in."""
    member, token = world.a_member()
    assert stranger.log_in(token).status == 303
    return Visitor(world, member, token, stranger)
