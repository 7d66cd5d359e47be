"""The desk's pages over the real services: from a new item to its judgement, and what the police do."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from schoon.parties import Duty, Role
from schoon.reports import ItemState
from tests.desk_home import Desk, an_empty_home

URL = "https://files.example.org/a/1.jpg?x=%3Cb%3E"


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return an_empty_home(tmp_path_factory.mktemp("desk") / "home")


@pytest.fixture
def desk(tmp_path: Path, empty_home: Path) -> Iterator[Desk]:
    made = Desk.copied(empty_home, tmp_path / "home")
    yield made
    made.close()


def test_a_new_item_stands_in_the_inbox_as_text_and_never_as_a_link(desk: Desk) -> None:
    (item_id,) = desk.reported([URL])
    shown = desk.browser().get("/desk")
    assert shown.status == 200
    assert f"/desk/items/{item_id}" in shown.text
    assert "files.example.org/a/1.jpg" in shown.text
    assert 'href="https://files' not in shown.text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_item_shows_what_is_known_and_how_to_judge_it(desk: Desk, language: str) -> None:
    (item_id,) = desk.reported([URL])
    browser = desk.browser()
    browser.post("/language", {"language": language, "path": "/desk"})
    shown = browser.get(f"/desk/items/{item_id}")
    assert shown.status == 200
    assert shown.text.count('name="judgement"') == 5
    assert "<img" not in shown.text
    assert 'href="https://files' not in shown.text


def test_a_judgement_moves_the_item_on_and_says_so(desk: Desk) -> None:
    (item_id,) = desk.reported([URL])
    browser = desk.browser()
    page = f"/desk/items/{item_id}"
    answer = browser.post(f"{page}/judge", {"judgement": "baseline"})
    assert (answer.status, answer.location) == (303, page)
    assert "Baseline" in browser.get(page).text
    assert desk.rooms.reports.item(item_id).item.state is ItemState.TO_NOTICE


def test_a_judgement_that_is_none_changes_nothing(desk: Desk) -> None:
    (item_id,) = desk.reported([URL])
    browser = desk.browser()
    page = f"/desk/items/{item_id}"
    assert browser.post(f"{page}/judge", {"judgement": "harmless"}).status == 422
    assert desk.rooms.reports.item(item_id).item.state is ItemState.TO_ASSESS


def test_two_analysts_do_not_judge_one_item_at_the_same_time(desk: Desk) -> None:
    (item_id,) = desk.reported([URL])
    first, second = desk.browser(), desk.browser(name="B. Analyst")
    page = f"/desk/items/{item_id}"
    first.get(page)
    assert 'name="judgement"' not in second.get(page).text
    assert 'name="judgement"' in first.get(page).text


def test_an_item_that_does_not_exist_is_said_to_be_missing(desk: Desk) -> None:
    assert desk.browser().get("/desk/items/nothing").status == 404


@pytest.mark.parametrize("query", [URL, "HTTPS://FILES.example.org:443/a/1.jpg?x=%3Cb%3E#part", "files.example.org"])
def test_an_item_is_found_by_its_address_or_its_host(desk: Desk, query: str) -> None:
    (item_id,) = desk.reported([URL])
    assert item_id in desk.browser().get(f"/desk/search?q={quote(query)}").text


def test_an_item_is_found_by_its_name_and_what_is_not_there_is_not(desk: Desk) -> None:
    (item_id,) = desk.reported([URL])
    browser = desk.browser()
    assert item_id in browser.get(f"/desk/search?q={item_id}").text
    assert item_id not in browser.get("/desk/search?q=https://other.example.net/").text
    assert browser.get("/desk/search?q=javascript:alert(1)").status == 200


def test_what_goes_to_the_police_waits_for_them(desk: Desk) -> None:
    (item_id,) = desk.reported([URL])
    browser = desk.browser()
    page = f"/desk/items/{item_id}"
    browser.post(f"{page}/judge", {"judgement": "police_first"})
    police = desk.browser(Duty.POLICE, role=Role.POLICE)
    assert item_id in police.get("/police").text
    asked = {"item": item_id, "act": "send", "reason": "Case 12 may go on"}
    assert police.post("/police/items", asked | {"reason": "no"}).status == 422
    assert police.post("/police/items", asked).status == 303
    item = desk.rooms.reports.item(item_id).item
    assert (item.state, item.police_backed) == (ItemState.TO_NOTICE, True)


def test_an_analyst_does_not_act_for_the_police_nor_the_police_for_an_analyst(desk: Desk) -> None:
    (item_id,) = desk.reported([URL])
    assert desk.browser().get("/police").status == 403
    assert desk.browser(Duty.POLICE, role=Role.POLICE).get("/desk").status == 403
    assert desk.browser(Duty.POLICE, role=Role.POLICE, name="Q. Police").get(f"/desk/items/{item_id}").status == 403


def test_the_table_that_leaves_the_desk_holds_no_address(desk: Desk) -> None:
    (item_id,) = desk.reported([URL])
    table = desk.browser().get("/desk/items.csv?state=to_assess").text
    assert item_id in table
    assert "example.org" not in table


def test_pages_follow_one_another_and_miss_nothing(desk: Desk) -> None:
    item_ids = set(desk.reported([f"https://h{number}.example.org/" for number in range(120)]))
    browser, seen, href = desk.browser(), set[str](), "/desk"
    for _ in range(4):
        shown = browser.get(href).text
        seen |= {one for one in item_ids if f"/desk/items/{one}" in shown}
        following = shown.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        if 'rel="next"' not in shown:
            break
        href = following.replace("&amp;", "&")
    assert seen == item_ids
