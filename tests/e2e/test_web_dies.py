"""The real service, killed by itself at each point at which a visitor's words are written.

What got no answer is sent once more, as a browser or a partner's system does: nothing is lost, and nothing doubled.
"""

import http.client
import shutil
import urllib.error
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from schoon.kinds import ItemId
from schoon.notices import Answer, NoticesWanted
from schoon.parties import Duty
from schoon.reports import ItemState
from tests.desk_home import Desk, an_empty_home
from tests.e2e.program import Program
from tests.e2e.visitor import Visitor
from tests.notice_desk import Postbox, a_hoster, a_sent_notice, link_in, sending_settings
from tests.soak import KILLS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LIVE = "/health/live"  # no list is published, so that it is never ready
MOMENTS = ("opened", "written", "committed") * KILLS
URL = "https://foto.example.org/1"
GONE = (http.client.RemoteDisconnected, ConnectionError, urllib.error.URLError)


@dataclass
class Installation:
    """A home with somebody at the desk and a notice that was sent."""

    home: Path
    token: str
    item_id: str
    link: str
    more: dict[str, str] = field(default_factory=dict)

    def copied(self, folder: Path) -> "Installation":
        shutil.copytree(self.home, folder)
        return Installation(folder, self.token, self.item_id, self.link, self.more)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("web")
    postbox = Postbox()
    settings = sending_settings(folder, postbox.open())
    desk = Desk.copied(an_empty_home(folder / "empty"), folder / "home", **settings)
    a_hoster(desk)
    a_sent_notice(desk, [URL])
    (item_id,) = desk.reported(["https://foto.example.org/2"])
    _, token = desk.person(Duty.LEAD)
    link = link_in(postbox.mails[0])
    desk.close()
    postbox.close()
    return Installation(folder / "home", token, item_id, link, settings)


def program(place: Installation, point: str = "") -> Program:
    """A service that ends itself at that point; its clock stands where the desk's did."""
    dies = {"SCHOON_DIE_AT": point} if point else {}
    return Program(place.home, **place.more, **dies, SCHOON_TESTING="1", SCHOON_CLOCK="2026-11-22T13:06:00Z")


def report(place: Installation, visitor: Visitor) -> Any:
    headers = {"Authorization": f"Bearer {place.token}", "Idempotency_Key": "the-one"}
    return visitor.send("/v1/reports", {"items": [{"url": "https://foto.example.org/new"}]}, **headers)


def judge(place: Installation, visitor: Visitor) -> None:
    visitor.post("/login", "/login", token=place.token, next="/desk")
    path = f"/desk/items/{place.item_id}"
    if 'value="baseline"' in visitor.get(path):  # a browser that was cut off looks at the page again first
        visitor.post(f"{path}/judge", path, judgement="baseline")


def answer(place: Installation, visitor: Visitor) -> None:
    visitor.post(place.link, place.link, act="rest-removed")


def kill_and_repeat(place: Installation, point: str, act: Any) -> Any:
    """What the visitor is told in the end."""
    killed(place, point, act)
    with program(place).serving(answers=LIVE) as base:
        return act(place, Visitor(base))


def killed(place: Installation, point: str, act: Any) -> None:
    """The service dies under that act."""
    dying = program(place, point)
    with dying.serving(answers=LIVE) as base:
        with pytest.raises(GONE):
            act(place, Visitor(base))
        assert dying.service.wait(30) == -9


def reopened(place: Installation) -> Desk:
    return Desk(place.home, more=place.more)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_report_under_a_key_is_taken_once(template: Installation, tmp_path: Path, moment: str) -> None:
    place = template.copied(tmp_path / "home")
    told = kill_and_repeat(place, f"reports.take/take/{moment}", report)
    desk = reopened(place)
    assert len(told["items"]) == 1
    details = desk.rooms.reports.item(told["items"][0])
    assert (details.item.state, details.item.reports) == (ItemState.TO_ASSESS, 1)
    assert len(desk.rooms.reports.reports(limit=100)) == 3
    desk.close()


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_judgement_counts_once(template: Installation, tmp_path: Path, moment: str) -> None:
    place = template.copied(tmp_path / "home")
    kill_and_repeat(place, f"reports.assess/assess/{moment}", judge)
    desk = reopened(place)
    details = desk.rooms.reports.item(ItemId(place.item_id))
    assert details.item.state is ItemState.TO_NOTICE
    assert len(details.assessments) == 1
    assert [one.to_state for one in details.history] == [ItemState.TO_ASSESS, ItemState.TO_NOTICE]
    desk.close()


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_answer_of_a_hoster_is_kept(template: Installation, tmp_path: Path, moment: str) -> None:
    place = template.copied(tmp_path / "home")
    killed(place, f"notices.answer_by_link/answer_by_link/{moment}", answer)
    with program(place).serving(answers=LIVE) as base:
        visitor = Visitor(base)
        if 'value="removed" selected' not in visitor.get(place.link):
            answer(place, visitor)
    desk = reopened(place)
    (notice,) = desk.rooms.notices.list_notices(NoticesWanted())
    view = desk.rooms.notices.notice(notice.notice_id).view
    assert [kept.answer.answer for kept in view.answers] == [Answer.REMOVED]
    assert notice.acknowledged_at is not None
    desk.close()
