"""People log in with tokens of their own, and land where their work is."""

import pytest

from schoon.parties import Duty, Role
from tests.web_world import Browser, World


@pytest.mark.parametrize(
    ("duty", "role", "home"),
    [
        (Duty.ANALYST, Role.HOTLINE, "/desk"),
        (Duty.LEAD, Role.HOTLINE, "/desk"),
        (Duty.POLICE, Role.POLICE, "/police"),
    ],
)
def test_a_person_lands_where_the_work_is(world: World, stranger: Browser, duty: Duty, role: Role, home: str) -> None:
    _, token = world.a_person(duty, role=role)
    answer = stranger.log_in(token)
    assert (answer.status, answer.headers["location"]) == (303, home)
    assert stranger.get("/").headers["location"] == home


def test_a_person_is_a_stranger_to_the_hits(world: World, stranger: Browser) -> None:
    stranger.log_in(world.a_person()[1])
    assert stranger.get("/hits").headers["location"].startswith("/login")


def test_who_left_is_asked_to_log_in_again(world: World, stranger: Browser) -> None:
    person, token = world.a_person()
    stranger.log_in(token)
    world.people.leave(person.person_id, by="test", now=world.now)
    assert stranger.get("/login").status == 200
    assert stranger.log_in(token).status == 403


def test_a_member_s_token_with_a_person_s_prefix_opens_nothing(world: World, stranger: Browser) -> None:
    _, token = world.a_member()
    assert stranger.log_in(token.replace("schoon_", "desk_")).status == 403
