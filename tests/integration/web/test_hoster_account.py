"""People of a hoster see and answer the notices to their own organisation, and nobody else's."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from schoon.kinds import ItemId
from schoon.notices import Answer, Answerer, HosterChange, Notice, NoticesWanted
from schoon.parties import Duty, PersonError, Role
from schoon.reports import Judged, Judgement
from tests.desk_home import Desk, an_empty_home
from tests.notice_desk import Postbox, a_hoster, a_sent_notice, sending_settings, work
from tests.web_world import Browser

URL, OTHERS = "https://foto.example.org/1", "https://foto.example.net/1"
FORM = "multipart/form-data; boundary=xx"


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return an_empty_home(tmp_path_factory.mktemp("accounts") / "home")


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    made = Postbox()
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path, empty_home: Path, postbox: Postbox) -> Iterator[Desk]:
    made = Desk.copied(empty_home, tmp_path / "home", **sending_settings(tmp_path, postbox.open()))
    a_hoster(made)
    a_hoster(made, "example.net", "abuse@other.zz")
    yield made
    made.close()


@pytest.fixture
def sent(desk: Desk) -> tuple[list[ItemId], Notice]:
    return a_sent_notice(desk, [URL])


@pytest.fixture
def browser(desk: Desk, sent: tuple[list[ItemId], Notice]) -> Browser:
    """Somebody of the hoster who has logged in."""
    made = desk.browser(Duty.HOSTER, role=Role.MEMBER, name="H. Hoster")
    owner = next(one for one in desk.rooms.parties.organisations() if one.role is Role.MEMBER)
    change = HosterChange(party=owner.organisation_id)
    desk.rooms.notices.change_hoster(sent[1].hoster_id, change, by="test", now=desk.now)
    return made


def uploaded(browser: Browser, content: bytes, *, mark: str | None = None) -> bytes:
    """The body of a form with a file."""
    lines = [
        b"--xx",
        b'Content-Disposition: form-data; name="mark"',
        b"",
        (browser.mark if mark is None else mark).encode(),
        b"--xx",
        b'Content-Disposition: form-data; name="list"; filename="list.csv"',
        b"Content-Type: text/csv",
        b"",
        content,
        b"--xx--",
        b"",
    ]
    return b"\r\n".join(lines)


def upload(browser: Browser, content: bytes, *, mark: str | None = None) -> tuple[int, str]:
    body = uploaded(browser, content, mark=mark)
    answer = browser._keep(browser._runner.run(browser._ask("POST", "/hoster/compare", body, {"content-type": FORM})))
    return answer.status, answer.text if answer.status != 303 else browser.get("/hoster/compare").text


def test_who_logs_in_lands_at_the_notices_with_their_own_figures(
    desk: Desk, browser: Browser, sent: tuple[list[ItemId], Notice]
) -> None:
    desk.now += timedelta(hours=1)
    shown = browser.get("/")
    assert shown.location == "/hoster"
    text = browser.get("/hoster").text
    assert sent[1].notice_id in text
    assert "23 h left" in text
    assert "Your figures of the past 365 days" in text
    assert "1 (100 %)" in text, "one address runs"
    assert "Nederlands" in text


def test_a_notice_is_answered_from_the_account(desk: Desk, browser: Browser, sent: tuple[list[ItemId], Notice]) -> None:
    (item_id,), notice = sent
    path = f"/hoster/notices/{notice.notice_id}"
    assert URL in browser.get(path).text
    assert browser.post(path, {f"answer-{item_id}": "removed", "act": "answer"}).location == path
    (kept,) = desk.rooms.notices.notice(notice.notice_id).view.answers
    assert (kept.answer.answer, kept.answerer) == (Answer.REMOVED, Answerer.ACCOUNT)
    assert kept.by.startswith("person:")
    assert "1 answer is recorded" in browser.get(path).text
    table = browser.get(f"{path}/items.csv").text
    assert URL in table
    assert "removed" in table


def test_another_hosters_notice_is_as_unknown_as_none(
    desk: Desk, browser: Browser, sent: tuple[list[ItemId], Notice]
) -> None:
    (others,) = desk.reported([OTHERS])
    desk.rooms.reports.assess([Judged(item_id=others, judgement=Judgement.BASELINE)], by="person:test", now=desk.now)
    work(desk)
    desk.now += timedelta(hours=2)
    work(desk)
    theirs = next(one for one in desk.rooms.notices.hosters() if one.hoster_id != sent[1].hoster_id)
    (notice,) = desk.rooms.notices.list_notices(NoticesWanted(hoster_id=theirs.hoster_id))
    asked = [browser.get(f"/hoster/notices/{name}") for name in (notice.notice_id, "n" * 26)]
    assert [one.status for one in asked] == [404, 404]
    assert asked[0].text.replace(notice.notice_id, "") == asked[1].text.replace("n" * 26, "")
    assert browser.post(f"/hoster/notices/{notice.notice_id}", {"act": "acknowledge"}).status == 404
    assert notice.notice_id not in browser.get(f"/hoster?contact={theirs.hoster_id}").text
    assert notice.notice_id not in browser.get(f"/hoster/notices.csv?contact={theirs.hoster_id}").text


def test_lists_are_compared_and_both_sides_see_it(
    desk: Desk, browser: Browser, sent: tuple[list[ItemId], Notice]
) -> None:
    browser.get("/hoster/compare")
    content = f"notice,time\r\n{sent[1].notice_id},2026-11-22T14:00:00Z\r\nnever,2026-11-22T15:00:00Z\r\n".encode()
    status, text = upload(browser, content)
    assert status == 303
    assert "No notice to you" in text
    assert f"/hoster/notices/{sent[1].notice_id}" in text
    found = desk.rooms.notices.last_comparison(sent[1].hoster_id)
    assert found is not None
    assert len(found[1]) == 2


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a,b\r\n1,2\r\n", b"notice,time\r\nx,yesterday\r\n"])
def test_a_list_that_is_none_is_refused_with_the_reason(browser: Browser, content: bytes) -> None:
    browser.get("/hoster/compare")
    status, text = upload(browser, content)
    assert status == 422
    assert "The file was not taken" in text or "Choose a file first" in text


def test_a_list_from_elsewhere_is_refused(browser: Browser) -> None:
    browser.get("/hoster/compare")
    assert upload(browser, b"notice,time\r\n", mark="x")[0] == 403


def test_an_organisation_without_a_contact_is_told_what_to_do(desk: Desk) -> None:
    made = desk.browser(Duty.HOSTER, role=Role.MEMBER, name="N. New")
    assert "Ask the hotline to link" in made.get("/hoster").text
    assert made.get("/hoster/notices.csv").text.count("\n") == 1


@pytest.mark.parametrize(
    ("duties", "role"),
    [
        ((Duty.HOSTER,), Role.HOTLINE),
        ((Duty.ANALYST,), Role.MEMBER),
        ((Duty.HOSTER, Duty.ANALYST), Role.MEMBER),
        ((Duty.HOSTER, Duty.LEAD), Role.HOTLINE),
    ],
)
def test_people_of_a_member_see_no_desk_and_people_of_the_desk_no_hosters_page(
    desk: Desk, duties: tuple[Duty, ...], role: Role
) -> None:
    with pytest.raises(PersonError):
        desk.person(*duties, role=role)
