"""Notices at the desk and at the hoster: what is sent, what is answered, whose time runs out, what is disputed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from schoon.kinds import ItemId
from schoon.notices import Answer, ItemAnswer, Notice, NoticeState, NoticesWanted, Reseller
from schoon.parties import Duty, Role
from schoon.reports import ItemState
from schoon.web._i18n import Language
from schoon.web.notices._words import NoticeWords
from tests.desk_home import Desk, an_empty_home
from tests.notice_desk import Postbox, a_hoster, a_sent_notice, judged, link_in, sending_settings, work
from tests.web_world import Browser

URL = "https://files.example.org/a/1.jpg?x=%3Cb%3E"
OTHER = "https://files.example.org/a/2.jpg"
HOUR = timedelta(hours=1)


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return an_empty_home(tmp_path_factory.mktemp("notices") / "home")


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    made = Postbox()
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path, empty_home: Path, postbox: Postbox) -> Iterator[Desk]:
    made = Desk.copied(empty_home, tmp_path / "home", **sending_settings(tmp_path, postbox.open()))
    a_hoster(made)
    yield made
    made.close()


@pytest.fixture
def hoster(desk: Desk) -> Iterator[Browser]:
    """A browser that never logged in."""
    browser = Browser(desk.app)
    yield browser
    browser.close()


def notice_of(desk: Desk, item_id: ItemId) -> Notice:
    """The first that the item was on."""
    return desk.rooms.notices.list_notices(NoticesWanted(item_id=item_id))[-1]


def answers_of(desk: Desk, item_id: ItemId) -> list[Answer]:
    view = desk.rooms.notices.notice(notice_of(desk, item_id).notice_id).view
    return [kept.answer.answer for kept in view.answers if kept.answer.item_id == item_id]


# At the desk.


def test_an_open_notice_shows_ten_of_its_reports_and_says_how_many_more_go_with_it(desk: Desk) -> None:
    ids = judged(desk, [f"https://files.example.org/a/{number}.jpg" for number in range(13)])
    work(desk)
    analyst = desk.browser()
    shown = analyst.get(f"/desk/notices/{notice_of(desk, ids[0]).notice_id}").text
    assert ("xarf-10.json" in shown, "xarf-11.json" in shown) == (True, False)
    assert NoticeWords(Language.EN).more_attached.format(count=3) in shown
    desk.rooms.notices.send_now(notice_of(desk, ids[0]).notice_id, by="person:test", now=desk.now)
    work(desk)
    sent = analyst.get(f"/desk/notices/{notice_of(desk, ids[0]).notice_id}").text
    assert NoticeWords(Language.EN).more_attached.format(count=3) in sent, "and as many went"


def test_the_desk_sees_what_has_another_hoster_now_and_why(desk: Desk, hoster: Browser, postbox: Postbox) -> None:
    analyst = desk.browser()
    assert "Nothing has moved" in analyst.get("/desk/moved").text
    (first, second), notice = a_sent_notice(desk, [URL, OTHER])
    assert "Nothing has moved" in analyst.get("/desk/moved").text, "its first hoster is no change"
    desk.now += HOUR
    a_hoster(desk, domain="files.example.org", email="abuse@nieuw.zz", organisation="Nieuw BV")
    page = link_in(postbox.mails[0]).removeprefix("/n/")
    not_ours = ItemAnswer(item_id=first, answer=Answer.NOT_OURS, text="moved away")
    desk.rooms.notices.answer_by_link(page, [not_ours], now=desk.now)
    work(desk)
    reseller = Reseller(email="abuse@klant.zz", organisation="Klant BV")
    passed_on = ItemAnswer(item_id=second, answer=Answer.PASSED_ON, reseller=reseller)
    desk.rooms.notices.answer_by_link(page, [passed_on], now=desk.now)
    moves = desk.rooms.notices.moved().moves
    assert [(one.item_id, one.from_hoster_id) for one in moves] == [
        (second, notice.hoster_id),
        (first, notice.hoster_id),
    ]
    shown = analyst.get("/desk/moved").text
    for said in ("Stroom BV", "Nieuw BV", "Klant BV", "a trace found it there", "it was passed on", first[:8]):
        assert said in shown
    assert first[:8] not in analyst.get(f"/desk/moved?before={moves[-1].number}").text
    assert "Klant BV" in analyst.get("/desk/moved?before=x").text


def test_a_notice_waits_at_the_desk_with_exactly_what_will_be_sent(desk: Desk, postbox: Postbox) -> None:
    (item_id,) = judged(desk, [URL])
    work(desk)
    notice, browser = notice_of(desk, item_id), desk.browser()
    assert notice.notice_id in browser.get("/desk/notices").text
    shown = browser.get(f"/desk/notices/{notice.notice_id}").text
    assert "What will be sent" in shown
    assert "https://files.example.org/a/1.jpg?x=%3Cb%3E" in shown
    assert 'href="https://files' not in shown
    assert postbox.mails == []


def test_send_now_asks_first_and_then_sends_what_was_shown(desk: Desk, postbox: Postbox) -> None:
    (item_id,) = judged(desk, [URL])
    work(desk)
    browser = desk.browser()
    asked = browser.get(f"/desk/items/{item_id}/send")
    page = f"/desk/notices/{notice_of(desk, item_id).notice_id}"
    assert (asked.status, asked.location) == (303, f"{page}/send")
    summary = browser.get(f"{page}/send").text
    assert "within 24 hours" in summary
    assert "abuse@stroom.zz" in summary
    assert browser.post(f"{page}/send").location == page
    assert "within a minute" in browser.get(page).text
    assert postbox.mails == [], "the worker sends"
    work(desk)
    assert len(postbox.mails) == 1
    shown = browser.get(page).text
    assert "What was sent" in shown
    assert link_in(postbox.mails[0]) not in shown, "the link is the hoster's alone"
    assert notice_of(desk, item_id).state is NoticeState.SENT
    assert browser.get(f"{page}/send").location == page
    browser.post(f"{page}/send")
    work(desk)
    assert len(postbox.mails) == 1


def test_an_item_on_no_notice_yet_says_so_and_sends_nothing(desk: Desk) -> None:
    (item_id,) = judged(desk, [URL])
    browser = desk.browser()
    assert browser.get(f"/desk/items/{item_id}/send").location == f"/desk/items/{item_id}"
    assert "There is no notice yet" in browser.get(f"/desk/items/{item_id}").text


def test_each_notice_stands_where_it_came_to(desk: Desk) -> None:
    (item_id,) = judged(desk, [URL])
    work(desk)
    notice, browser = notice_of(desk, item_id), desk.browser()

    def shown() -> list[bool]:
        return [notice.notice_id in browser.get(f"/desk/notices?show={one}").text for one in ("open", "sent", "failed")]

    assert shown() == [True, False, False]
    desk.now += HOUR
    work(desk)
    assert shown() == [False, True, False]


def test_an_installation_that_cannot_send_says_so(tmp_path: Path, empty_home: Path) -> None:
    desk = Desk.copied(empty_home, tmp_path / "silent")
    assert "Nothing can be sent yet" in desk.browser().get("/desk/notices").text
    desk.close()


def test_what_does_not_exist_is_missing(desk: Desk) -> None:
    browser = desk.browser()
    for path in ("/desk/notices/none", "/desk/notices/none/send"):
        assert browser.get(path).status == 404
    assert browser.post("/desk/notices/none/send").status == 404


def test_only_the_desk_sees_notices_clocks_and_disputes(desk: Desk) -> None:
    _, notice = a_sent_notice(desk, [URL])
    police = desk.browser(Duty.POLICE, role=Role.POLICE)
    for path in ("/desk/notices", f"/desk/notices/{notice.notice_id}", "/desk/clocks", "/desk/disputes"):
        assert police.get(path).status == 403


def test_looking_at_the_desk_is_no_seeing_by_the_hoster(desk: Desk) -> None:
    (item_id, *_), notice = a_sent_notice(desk, [URL])
    desk.browser().get(f"/desk/notices/{notice.notice_id}")
    assert notice_of(desk, item_id).seen_at is None


# At the hoster.


def test_the_link_opens_what_is_asked_without_an_account(desk: Desk, postbox: Postbox, hoster: Browser) -> None:
    (item_id, *_), _ = a_sent_notice(desk, [URL, OTHER])
    shown = hoster.get(link_in(postbox.mails[0]), sec_fetch_site="cross-site")
    assert shown.status == 200
    assert "Meldpunt Voorbeeld asks you" in shown.text
    assert "24 h left" in shown.text
    assert URL in shown.text
    assert 'href="https://' not in shown.text
    assert (shown.headers["cache-control"], shown.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert notice_of(desk, item_id).seen_at == desk.now


def test_headers_alone_are_no_seeing(desk: Desk, postbox: Postbox, hoster: Browser) -> None:
    (item_id, *_), _ = a_sent_notice(desk, [URL])
    assert hoster._runner.run(hoster._ask("HEAD", link_in(postbox.mails[0]), b"", {})).status == 200
    assert notice_of(desk, item_id).seen_at is None


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_speaks_the_language_that_was_chosen(
    desk: Desk, postbox: Postbox, hoster: Browser, language: str
) -> None:
    a_sent_notice(desk, [URL])
    path = link_in(postbox.mails[0])
    hoster.get(path)
    assert hoster.post("/language", {"language": language, "path": path}).location == path
    assert f'lang="{language}"' in hoster.get(path).text


@pytest.mark.parametrize("path", ["/n/" + "a" * 52, "/n/x", "/n/" + "a" * 52 + "/items.csv"])
def test_a_link_that_opens_nothing_says_what_to_do(hoster: Browser, path: str) -> None:
    answer = hoster.get(path)
    assert answer.status == 404
    assert "newest message" in answer.text
    assert hoster.post(path.removesuffix("/items.csv"), {"act": "acknowledge"}).status == 404


def test_a_link_ends_after_ninety_days(desk: Desk, postbox: Postbox, hoster: Browser) -> None:
    a_sent_notice(desk, [URL])
    desk.now += timedelta(days=90)
    assert hoster.get(link_in(postbox.mails[0])).status == 404


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("removed", ""),
        ("not_ours", ""),
        ("moved_to", "https://elsewhere.example.net/1"),
        ("disputed", "It is a painting of 1890"),
        ("passed_on", "klant@reseller.example"),
    ],
)
def test_every_answer_is_taken_and_shown_on_both_sides(
    desk: Desk, postbox: Postbox, hoster: Browser, answer: str, text: str
) -> None:
    (first, second), notice = a_sent_notice(desk, [URL, OTHER])
    path = link_in(postbox.mails[0])
    hoster.get(path)
    sent = {f"answer-{first}": answer, f"text-{first}": text, f"answer-{second}": "", "act": "answer"}
    assert hoster.post(path, sent).location == path
    shown = hoster.get(path).text
    assert "1 answer is recorded" in shown
    assert f'value="{answer}" selected' in shown
    assert answers_of(desk, first) == [Answer(answer)]
    assert answers_of(desk, second) == []
    assert text in desk.browser().get(f"/desk/notices/{notice.notice_id}").text


@pytest.mark.parametrize(
    ("answer", "text"), [("moved_to", ""), ("disputed", " "), ("passed_on", ""), ("passed_on", "nobody")]
)
def test_an_answer_that_lacks_something_changes_nothing_and_is_kept_in_the_form(
    desk: Desk, postbox: Postbox, hoster: Browser, answer: str, text: str
) -> None:
    (first,), _ = a_sent_notice(desk, [URL])
    path = link_in(postbox.mails[0])
    hoster.get(path)
    refused = hoster.post(path, {f"answer-{first}": answer, f"text-{first}": text, "act": "answer"})
    assert refused.status == 422
    assert "Not sent" in refused.text
    assert f'value="{answer}" selected' in refused.text
    assert answers_of(desk, first) == []


def test_one_button_says_that_the_rest_is_removed(desk: Desk, postbox: Postbox, hoster: Browser) -> None:
    (first, second), _ = a_sent_notice(desk, [URL, OTHER])
    path = link_in(postbox.mails[0])
    hoster.get(path)
    hoster.post(path, {f"answer-{first}": "not_ours", "act": "rest-removed"})
    assert (answers_of(desk, first), answers_of(desk, second)) == ([Answer.NOT_OURS], [Answer.REMOVED])
    refused = hoster.post(path, {f"answer-{first}": "not_ours", f"answer-{second}": "removed", "act": "answer"})
    assert refused.status == 422, "nothing new was said"


def test_receipt_is_acknowledged_without_an_answer(desk: Desk, postbox: Postbox, hoster: Browser) -> None:
    (first,), _ = a_sent_notice(desk, [URL])
    path = link_in(postbox.mails[0])
    assert "Acknowledge receipt" in hoster.get(path).text
    hoster.post(path, {"act": "acknowledge"})
    assert "Acknowledge receipt" not in hoster.get(path).text
    assert notice_of(desk, first).acknowledged_at == desk.now
    assert answers_of(desk, first) == []


def test_a_form_from_elsewhere_answers_nothing(desk: Desk, postbox: Postbox, hoster: Browser) -> None:
    (first,), _ = a_sent_notice(desk, [URL])
    path = link_in(postbox.mails[0])
    hoster.get(path)
    sent = {f"answer-{first}": "removed", "act": "answer"}
    assert hoster.post(path, sent, sec_fetch_site="cross-site").status == 403
    assert hoster.post(path, sent, mark="x").status == 403
    assert answers_of(desk, first) == []


def test_the_list_is_downloaded_whole(desk: Desk, postbox: Postbox, hoster: Browser) -> None:
    urls = [f"https://h{number}.example.org/" for number in range(60)]
    a_sent_notice(desk, urls)
    table = hoster.get(f"{link_in(postbox.mails[0])}/items.csv")
    assert table.headers["content-disposition"].startswith("attachment")
    assert [url for url in urls if url not in table.text] == []


def test_of_many_reports_in_a_mail_the_desk_shows_the_first_and_says_how_many_more_go_with_it(desk: Desk) -> None:
    _, notice = a_sent_notice(desk, [f"https://h{number}.example.org/" for number in range(60)])
    shown = desk.browser().get(f"/desk/notices/{notice.notice_id}").text
    assert shown.count("<details>") == 11
    assert "50 more reports like these go with it" in shown
    assert "https://h59.example.org/" in shown, "the letter names all of them"


def test_a_long_notice_is_answered_page_by_page(desk: Desk, postbox: Postbox, hoster: Browser) -> None:
    ids, notice = a_sent_notice(desk, [f"https://h{number}.example.org/" for number in range(60)])
    path = link_in(postbox.mails[0])
    assert hoster.get(path).text.count("<fieldset>") == 50
    assert hoster.get(f"{path}?from=50").text.count("<fieldset>") == 10
    assert hoster.post(f"{path}?from=50", {"act": "rest-removed"}).location == f"{path}?from=50"
    view = desk.rooms.notices.notice(notice.notice_id).view
    assert len(view.answers) == 10
    assert len(ids) == 60


def test_a_reseller_gets_a_notice_of_its_own(desk: Desk, postbox: Postbox, hoster: Browser) -> None:
    (first,), _ = a_sent_notice(desk, [URL])
    path = link_in(postbox.mails[0])
    hoster.get(path)
    hoster.post(path, {f"answer-{first}": "passed_on", f"text-{first}": "klant@reseller.example", "act": "answer"})
    work(desk)
    assert len(postbox.mails) == 2
    assert b"klant@reseller.example" in postbox.mails[1]
    assert link_in(postbox.mails[1]) != path


# Whose time runs out, and what is disputed.


def test_a_clock_is_about_to_pass_and_then_overdue_from_its_very_instant(desk: Desk) -> None:
    (first,), notice = a_sent_notice(desk, [URL])
    deadline = desk.now + 24 * HOUR

    def shown(moment: timedelta) -> list[bool]:
        desk.now = deadline + moment
        browser = desk.browser(name=f"Somebody at {moment}")
        return [first in browser.get(f"/desk/clocks?show={one}").text for one in ("overdue", "soon", "all")]

    assert shown(-8 * HOUR) == [False, False, True]
    assert shown(-5 * HOUR) == [False, True, True]
    assert shown(timedelta(0)) == [True, True, True]
    assert "Overdue" in desk.browser().get(f"/desk/notices/{notice.notice_id}").text


def test_clocks_follow_one_another_and_miss_nothing(desk: Desk) -> None:
    ids, _ = a_sent_notice(desk, [f"https://h{number}.example.org/" for number in range(60)])
    browser = desk.browser()
    first = browser.get("/desk/clocks?show=all").text
    following = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = browser.get(following).text
    assert [one for one in ids if (one in first) == (f"/desk/items/{one}" in second)] == []


@pytest.mark.parametrize(("upheld", "state"), [("yes", ItemState.NOT_ILLEGAL), ("no", ItemState.NOTICED)])
def test_a_dispute_is_answered_with_a_reason(
    desk: Desk, postbox: Postbox, hoster: Browser, upheld: str, state: ItemState
) -> None:
    (first,), _ = a_sent_notice(desk, [URL])
    path = link_in(postbox.mails[0])
    hoster.get(path)
    hoster.post(path, {f"answer-{first}": "disputed", f"text-{first}": "It is a painting <b>", "act": "answer"})
    analyst, browser = desk.browser(), desk.browser(Duty.LEAD, name="B. Lead")
    assert "It is a painting &lt;b&gt;" in analyst.get("/desk/disputes").text
    assert 'name="upheld"' not in analyst.get("/desk/disputes").text
    assert "It is a painting &lt;b&gt;" in browser.get("/desk/disputes").text
    (dispute,) = desk.rooms.notices.disputes()
    page = f"/desk/disputes/{dispute.number}"
    assert analyst.post(page, {"upheld": upheld, "reason": "long enough a reason"}).status == 403
    assert browser.post(page, {"upheld": upheld, "reason": "short"}).status == 422
    assert browser.post(page, {"reason": "long enough a reason"}).status == 422
    assert desk.rooms.reports.item(first).item.state is ItemState.NOTICED
    assert browser.post(page, {"upheld": upheld, "reason": "long enough a reason"}).location == "/desk/disputes"
    assert "is answered" in browser.get("/desk/disputes").text
    assert desk.rooms.reports.item(first).item.state is state
    browser.post(page, {"upheld": upheld, "reason": "long enough a reason"})
    assert "was answered already" in browser.get("/desk/disputes").text
