"""The public form over the real services: from what somebody saw to a code, and from the code to how far it is."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from schoon.parties import Duty
from schoon.reports import Judged, Judgement, ReportSource, Wanted
from schoon.web._gate import REPORTS
from tests.desk_home import Desk, an_empty_home
from tests.statements import statements
from tests.web_world import Answer, Browser

URL = "https://files.example.org/a/1.jpg?x=1"
CODE = re.compile(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</code>")


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return an_empty_home(tmp_path_factory.mktemp("report") / "home")


@pytest.fixture
def desk(tmp_path: Path, empty_home: Path) -> Iterator[Desk]:
    made = Desk.copied(empty_home, tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def reporter(desk: Desk) -> Iterator[Browser]:
    """Somebody without an account."""
    browser = Browser(desk.app)
    yield browser
    browser.close()


def shown(answer: Answer) -> str:
    """The hidden value that says when the form was shown."""
    found = re.search(r'name="shown" value="([^"]+)"', answer.text)
    assert found is not None
    return found[1]


def sent(desk: Desk, browser: Browser, *, after: timedelta = timedelta(minutes=1), **fields: str) -> Answer:
    """What the form answers to these fields, so long after it was shown."""
    mark = shown(browser.get("/report"))
    desk.now += after
    return browser.post("/report", {"where": URL, "shown": mark} | fields)


def addresses(desk: Desk) -> list[str]:
    return [item.url.text for item in desk.rooms.reports.find(Wanted(), now=desk.now)]


def code_of(browser: Browser, answer: Answer) -> str:
    assert (answer.status, answer.location) == (303, "/report/sent")
    found = CODE.search(browser.get("/report/sent").text)
    assert found is not None
    return found[1]


def test_a_report_without_an_account_becomes_items_and_gives_a_code(desk: Desk, reporter: Browser) -> None:
    code = code_of(reporter, sent(desk, reporter, where=f"{URL}\nwww.example.net/x\nexample.com/p", text="On a forum."))
    assert sorted(addresses(desk)) == ["http://example.com/p", "http://www.example.net/x", URL]
    (report,) = desk.rooms.reports.reports()
    assert (report.source, report.text, report.has_reporter) == (ReportSource.FORM, "On a forum.", False)
    told = reporter.post("/report/status", {"code": code.upper().replace("-", " ")})
    assert told.status == 200
    assert "Received" in told.text


def test_a_place_that_is_no_address_is_kept_for_somebody_to_read(desk: Desk, reporter: Browser) -> None:
    code_of(reporter, sent(desk, reporter, where="The app Chatter, group Example"))
    assert addresses(desk) == []
    (report,) = desk.rooms.reports.reports(to_read=True)
    assert report.text == "The app Chatter, group Example"


def test_words_and_addresses_on_their_own_lines_are_told_apart(desk: Desk, reporter: Browser) -> None:
    code_of(reporter, sent(desk, reporter, where=f"I saw it here:\n{URL}\nthird picture", text="also on example.net"))
    assert addresses(desk) == [URL]
    assert desk.rooms.reports.reports()[0].text == "I saw it here:\nthird picture\nalso on example.net"


def test_a_mail_address_is_kept_apart_and_shown_to_nobody_alone(desk: Desk, reporter: Browser) -> None:
    code_of(reporter, sent(desk, reporter, email="r.visser@example.org"))
    (report,) = desk.rooms.reports.reports()
    assert report.has_reporter
    assert "visser" not in desk.browser().get(f"/desk/items/{report.item_ids[0]}").text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"where": " \n"}, "where"),
        ({"where": "x" * 10_001}, "where"),
        ({"text": "x" * 5_001}, "text"),
        ({"email": "nobody"}, "email"),
        ({"website": "https://spam.example"}, "send"),
    ],
)
def test_what_is_wrong_is_said_above_with_a_link_and_nothing_typed_is_lost(
    desk: Desk, reporter: Browser, fields: dict[str, str], field: str
) -> None:
    answer = sent(desk, reporter, **({"text": "my own words", "email": "a@example.org"} | fields))  # type: ignore[arg-type] # none of them is `after`
    assert answer.status == 422
    summary = answer.text.partition('role="alert"')[2].partition("</div>")[0]
    assert re.findall(r'href="#(\w+)"', summary) == [field]
    assert f'id="{field}"' in answer.text
    assert "<title>Error:" in answer.text
    for name, value in ({"where": URL, "text": "my own words"} | fields).items():
        assert name == "website" or value.strip() in answer.text
    assert desk.rooms.reports.reports() == []


def test_a_form_that_comes_back_at_once_is_asked_again_and_then_taken(desk: Desk, reporter: Browser) -> None:
    answer = sent(desk, reporter, after=timedelta(seconds=2))
    assert answer.status == 422
    assert "very quick" in answer.text
    desk.now += timedelta(seconds=1)
    assert reporter.post("/report", {"where": URL, "shown": shown(answer)}).status == 303


@pytest.mark.parametrize("mark", [None, "", "x.y"])
def test_a_form_of_yesterday_or_of_nowhere_is_shown_again_and_then_taken(
    desk: Desk, reporter: Browser, mark: str | None
) -> None:
    made_up = {} if mark is None else {"shown": mark}
    answer = sent(desk, reporter, after=timedelta(days=1), **made_up)
    assert answer.status == 422
    assert desk.rooms.reports.reports() == []
    desk.now += timedelta(seconds=3)
    assert reporter.post("/report", {"where": URL, "shown": shown(answer)}).status == 303


def test_the_same_form_sent_twice_is_one_report(desk: Desk, reporter: Browser) -> None:
    mark = shown(reporter.get("/report"))
    desk.now += timedelta(minutes=1)
    first, second = (
        code_of(reporter, reporter.post("/report", {"where": URL, "shown": mark, "text": "once"})) for _ in range(2)
    )
    assert first == second
    assert len(desk.rooms.reports.reports()) == 1


def test_an_address_that_reports_without_end_waits_and_others_do_not(desk: Desk, reporter: Browser) -> None:
    for number in range(REPORTS):
        assert sent(desk, reporter, after=timedelta(seconds=4), where=f"https://h{number}.example.org/").status == 303
    answer = sent(desk, reporter, where=URL)
    assert answer.status == 429
    assert int(answer.headers["retry-after"]) > 0
    assert URL in answer.text
    other = Browser(desk.app, address="192.0.2.8")
    assert sent(desk, other).status == 303
    other.close()


def test_the_code_does_not_tell_that_the_police_are_first(desk: Desk, reporter: Browser) -> None:
    code = code_of(reporter, sent(desk, reporter))
    person, _ = desk.person(Duty.ANALYST)
    item_id = desk.rooms.reports.reports()[0].item_ids[0]
    held = Judged(item_id=item_id, judgement=Judgement.POLICE_FIRST)
    desk.rooms.reports.assess([held], by=f"person:{person.person_id}", now=desk.now)
    reporter.get("/report/status")
    told = reporter.post("/report/status", {"code": code})
    assert "Received" in told.text.partition('aria-current="step"')[2].partition("</li>")[0]
    assert "held" not in told.text.lower()


@pytest.mark.parametrize("code", ["", "aaaa-aaaa-aaaa-aaaa", "x" * 500, "<b>"])
def test_a_code_that_is_none_is_said_to_be_wrong(desk: Desk, reporter: Browser, code: str) -> None:
    reporter.get("/report/status")
    answer = reporter.post("/report/status", {"code": code})
    assert answer.status == 422
    assert 'href="#code"' in answer.text
    assert "<b>" not in answer.text.partition("<form")[2].partition("<form")[2]


def test_a_code_is_shown_to_its_own_browser_for_a_while(desk: Desk, reporter: Browser) -> None:
    code = code_of(reporter, sent(desk, reporter))
    assert code in reporter.get("/report/sent").text
    stranger = Browser(desk.app)
    assert stranger.get("/report/sent").location == "/report/status"
    stranger.close()
    desk.now += timedelta(minutes=16)
    assert reporter.get("/report/sent").location == "/report/status"


@pytest.mark.parametrize("path", ["/report", "/report/status"])
@pytest.mark.parametrize(("language", "word"), [("nl", "melding"), ("en", "report")])
def test_a_page_speaks_the_language_of_the_visitor_and_comes_back_in_the_other(
    desk: Desk, path: str, language: str, word: str
) -> None:
    browser = Browser(desk.app, language=language)
    page = browser.get(path)
    assert f'<html lang="{language}">' in page.text
    assert word in page.text
    other = {"nl": "en", "en": "nl"}[language]
    assert browser.post("/language", {"language": other, "path": path}).location == path
    assert f'<html lang="{other}">' in browser.get(path).text
    browser.close()


def test_the_form_asks_the_database_nothing_and_a_code_no_more_than_three_things(desk: Desk, reporter: Browser) -> None:
    code = code_of(reporter, sent(desk, reporter, where="\n".join(f"https://h{one}.example.org/" for one in range(40))))
    with statements() as seen:
        for path in ("/report", "/report/sent", "/report/status"):
            assert reporter.get(path).status == 200
        assert seen == []
        assert "Received" in reporter.post("/report/status", {"code": code}).text
    assert 0 < len([one for one in seen if one.text.startswith("SELECT")]) <= 3


def test_who_is_logged_in_reports_as_anybody_else(desk: Desk) -> None:
    browser = desk.browser(name="Q. de Wit")
    page = browser.get("/report")
    assert "de Wit" not in page.text
    desk.now += timedelta(minutes=1)
    code_of(browser, browser.post("/report", {"where": URL, "shown": shown(page)}))
    assert not desk.rooms.reports.reports()[0].has_reporter
