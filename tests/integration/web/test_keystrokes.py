"""Notices in a real browser: by keys alone, without scripts, by the rules of accessibility."""

import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from schoon.notices import Answer, ItemAnswer, NoticeState, NoticesWanted
from schoon.parties import Duty
from tests.desk_home import Desk, an_empty_home
from tests.notice_desk import Postbox, a_hoster, a_sent_notice, judged, link_in, sending_settings, work

CHROMIUM = shutil.which("chromium")
OPTIONS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="NOT RUN IN A BROWSER: install Debian's chromium"),
]
MOST_KEYS = 6
URL = "https://files.example.org/a/1.jpg"


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    made = Postbox()
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path, postbox: Postbox) -> Iterator[Desk]:
    made = Desk(an_empty_home(tmp_path / "home"), more=sending_settings(tmp_path, postbox.open()))
    a_hoster(made)
    yield made
    made.close()


@pytest.fixture
def served(desk: Desk) -> Iterator[str]:
    """The address of the pages."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(desk.app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    listener.close()


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
        browser.close()


def at_the_inbox(page: Page, served: str, desk: Desk) -> None:
    page.goto(f"{served}/login")
    page.fill("input[name=token]", desk.person()[1])
    page.click("main button")
    page.wait_for_url("**/desk")


def test_a_new_report_becomes_a_sent_notice_in_at_most_six_keystrokes(
    desk: Desk, postbox: Postbox, served: str, page: Page
) -> None:
    (item_id,) = desk.reported([URL])
    at_the_inbox(page, served, desk)
    pressed = []

    def press(key: str, until: str = "") -> None:
        page.keyboard.press(key)
        pressed.append(key)
        if until:
            page.wait_for_url(until)

    press("j")
    press("Enter", f"**/desk/items/{item_id}")
    press("b")
    with page.expect_navigation():
        press("Enter")
    work(desk)  # the worker, who needs no key, finds the hoster meanwhile
    press("s", "**/send")
    page.wait_for_function("document.activeElement.tagName === 'BUTTON'")  # as a person sees before pressing
    with page.expect_navigation():
        press("Enter")
    work(desk)
    (notice,) = desk.rooms.notices.list_notices(NoticesWanted(item_id=item_id))
    assert notice.state is NoticeState.SENT
    assert len(postbox.mails) == 1
    print(f"{len(pressed)} keystrokes: {' '.join(pressed)}")
    assert len(pressed) <= MOST_KEYS


def test_g_and_a_letter_lead_to_each_place(desk: Desk, served: str, page: Page) -> None:
    at_the_inbox(page, served, desk)
    for letter, place in (("n", "/desk/notices"), ("c", "/desk/clocks"), ("d", "/desk/disputes"), ("i", "/desk")):
        page.keyboard.press("g")
        page.keyboard.press(letter)
        page.wait_for_url(f"**{place}")


@pytest.mark.parametrize("width", [360, 1440])
def test_a_hoster_answers_without_scripts_and_nothing_is_asked_of_others(
    desk: Desk, postbox: Postbox, served: str, page: Page, width: int
) -> None:
    assert page.context.browser is not None
    (item_id,) = desk.reported([URL])
    at_the_inbox(page, served, desk)
    page.goto(f"{served}/desk/items/{item_id}")
    page.keyboard.press("b")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    work(desk)
    notice = desk.rooms.notices.list_notices(NoticesWanted(item_id=item_id))[0]
    desk.rooms.notices.send_now(notice.notice_id, by="person:test", now=desk.now)
    work(desk)
    plain = page.context.browser.new_context(
        viewport={"width": width, "height": 800}, locale="nl-NL", java_script_enabled=False
    )
    hoster, asked = plain.new_page(), []
    hoster.on("request", lambda request: asked.append(request.url))
    hoster.goto(served + link_in(postbox.mails[0]))
    hoster.select_option(f"#answer-{item_id}", "removed")
    hoster.click("button[value=answer]")
    assert "1 antwoord is vastgelegd" in hoster.inner_text("[role=status]")
    assert [url for url in asked if not url.startswith(served)] == []
    box = hoster.locator("main").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    plain.close()


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_breaks_a_rule_of_accessibility_or_its_window(
    desk: Desk, postbox: Postbox, served: str, page: Page, width: int
) -> None:
    (first, *_), notice = a_sent_notice(desk, [URL, URL + "?" + "q" * 200])
    link = link_in(postbox.mails[0])
    disputed = ItemAnswer(item_id=first, answer=Answer.DISPUTED, text="It is a painting")
    desk.rooms.notices.answer_by_link(link.removeprefix("/n/"), [disputed], now=desk.now)
    waiting = judged(desk, ["https://more.example.org/"])[0]
    work(desk)
    (open_,) = desk.rooms.notices.list_notices(NoticesWanted(item_id=waiting))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{served}/login")
    page.fill("input[name=token]", desk.person(Duty.ANALYST, Duty.LEAD)[1])
    page.click("main button")
    page.wait_for_url("**/desk")
    sent, opened = f"/desk/notices/{notice.notice_id}", f"/desk/notices/{open_.notice_id}"
    shown = [link, "/desk/notices", "/desk/notices?show=sent", sent, opened, f"{opened}/send", "/desk/disputes"]
    for path in [*shown, "/desk/moved", "/desk/hosters", "/desk/clocks?show=all", f"/desk/items/{waiting}"]:
        page.goto(served + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
