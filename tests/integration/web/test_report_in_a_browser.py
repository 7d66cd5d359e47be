"""The public pages in a real browser: everybody can use them, nothing sticks out, and no script is needed."""

import shutil
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.desk_home import Desk, an_empty_home

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="NOT RUN IN A BROWSER: install Debian's chromium"),
]
OPTIONS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PATIENCE = 20.0


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(an_empty_home(tmp_path_factory.mktemp("public") / "home"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def served(desk: Desk) -> Iterator[str]:
    """The address of the pages."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(desk.app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(PATIENCE)
    listener.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


def require_good(page: Page, width: int) -> None:
    """Axe finds nothing, and nothing is wider than the window."""
    result = Axe().run(page, options=RULES)
    assert result.violations_count == 0, result.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    small = "[...document.querySelectorAll('button')].filter(e => e.getBoundingClientRect().height < 24).length"
    assert page.evaluate(small) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", [360, 1440])
def test_a_report_is_made_and_looked_up_without_scripts_on_pages_that_everybody_can_use(
    desk: Desk, served: str, chromium: Browser, width: int, language: str, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        locale=language,
        color_scheme=scheme,  # type: ignore[arg-type]  # one of two literals
        reduced_motion="reduce",
        bypass_csp=True,  # axe is put into the page; the pages' own scripts stay off
    )
    page = context.new_page()
    page.goto(f"{served}/report")
    require_good(page, width)
    page.click("#send")
    page.wait_for_function("document.activeElement.getAttribute('role') === 'alert'")  # the summary is read first
    require_good(page, width)
    page.click("[role=alert] a")
    page.wait_for_function("document.activeElement.id === 'where'")
    page.fill("#where", f"https://{scheme}{width}.example.org/{language}")
    assert page.evaluate("document.getElementById('website').getBoundingClientRect().right") < 0, "nobody sees the trap"
    desk.now += timedelta(minutes=1)
    page.click("#send")
    page.wait_for_url("**/report/sent")
    require_good(page, width)
    code = page.inner_text(".status-code")
    page.goto(f"{served}/report/status")
    require_good(page, width)
    page.fill("#code", code)
    page.click("main button")
    assert page.locator("[aria-current=step]").count() == 1
    require_good(page, width)
    assert page.locator("script").count() == 0
    context.close()
