"""Pages of the desk in a real browser over 300,000 items, and the way from a new report to a sent notice by keys.

`schoon serve` runs over SQLite in memory; Chromium loads each page several times, from the click to its last byte and
stylesheet. Beside each stands the same page over 4,000 items: what it costs to draw, without what it costs to find.
The long notice has as many items as a notice may have, 1,000, in both.
SCHOON_BENCH_ITEMS sets how many items there are.
"""

import os
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from bench._figures import Figure, figure
from schoon.kinds import ItemId
from schoon.notices import NoticeState, NoticesWanted
from schoon.parties import Duty
from schoon.reports import ItemState, Judged, Judgement, ReportSource, Submission, SubmittedItem, Wanted
from tests.desk_home import Desk, an_empty_home
from tests.e2e.program import Program
from tests.integration.web.test_keystrokes import CHROMIUM, OPTIONS
from tests.notice_desk import Postbox, a_hoster, sending_settings, work

ITEMS, FEW = 300_000, 4_000
NOTICED = 2_000
ROUNDS = 9
SITES = 4_000
A_REPORT, A_BATCH = 250, 8
MEMORY = Path("/dev/shm")
SERVED_FOR = timedelta(minutes=10)
"""Longer than the pages are measured: the clock of the service runs, and that of the worker stands until it works."""


def measure(items: int | None = None) -> Iterator[Figure]:
    """The median of each page, and the keys that are pressed."""
    size = items or int(os.environ.get("SCHOON_BENCH_ITEMS", ITEMS))
    few, _ = _pages(FEW)
    many, keys = _pages(size)
    for name, spent in many.items():
        yield figure(f"desk page: {name}", f"{size:,} items, SQLite", spent, "ms", peers={f"{FEW:,} items": few[name]})
    yield figure("keys from a new report to a sent notice", f"{size:,} items", keys, "times")


def _pages(items: int) -> tuple[dict[str, float], int]:
    """Milliseconds of each page, and how many keys were pressed on the way to a sent notice."""
    postbox = Postbox()
    with TemporaryDirectory(prefix="schoon-bench-", dir=MEMORY if MEMORY.is_dir() else None) as name:
        folder = Path(name)
        settings = sending_settings(folder, postbox.open())
        desk = Desk(an_empty_home(folder / "home"), more=settings)
        a_hoster(desk)
        _fill(desk, items)
        _, token = desk.person(Duty.ANALYST, Duty.LEAD)
        clock = {"SCHOON_TESTING": "1", "SCHOON_CLOCK": f"{desk.now:%Y-%m-%dT%H:%M:%SZ}"}
        service = Program(folder / "home", **settings, **clock, SCHOON_LOG_LEVEL="error")
        with service.serving(answers="/health/live") as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
            page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
            page.goto(f"{address}/login")
            page.fill("input[name=token]", token)
            page.click("main button")
            page.wait_for_url("**/desk")
            spent = {name: _loaded(page, address + path) for name, path in _places(desk).items()}
            keys, after = _by_keys(page, desk)
            browser.close()
        desk.close()
    postbox.close()
    return spent | after, keys


def _fill(desk: Desk, items: int) -> None:
    """Items that wait for an analyst, and notices that were sent about some."""
    ids = [item for receipt in _take(desk, range(NOTICED)) for item in receipt]
    for start in range(0, NOTICED, 500):
        judged = [Judged(item_id=one, judgement=Judgement.BASELINE) for one in ids[start : start + 500]]
        desk.rooms.reports.assess(judged, by="person:bench", now=desk.now)
    work(desk, rounds=NOTICED // 50)
    for notice in desk.rooms.notices.list_notices(NoticesWanted()):
        desk.rooms.notices.send_now(notice.notice_id, by="person:bench", now=desk.now)
    work(desk, rounds=NOTICED // 50)
    desk.now += timedelta(minutes=5)
    for start in range(NOTICED, items, A_REPORT * A_BATCH):
        _take(desk, range(start, min(items, start + A_REPORT * A_BATCH)))


def _take(desk: Desk, numbers: Sequence[int]) -> list[list[ItemId]]:
    submissions = [
        Submission(
            source=ReportSource.API,
            items=tuple(
                SubmittedItem(url=f"https://s{one % SITES}.example.org/{one}.jpg")
                for one in numbers[start : start + A_REPORT]
            ),
            text="",
        )
        for start in range(0, len(numbers), A_REPORT)
    ]
    return [list(one.item_ids) for one in desk.rooms.reports.take(submissions, now=desk.now)]


def _places(desk: Desk) -> dict[str, str]:
    notice = desk.rooms.notices.list_notices(NoticesWanted())[0]
    to_assess = Wanted(states=frozenset({ItemState.TO_ASSESS}), limit=1)
    waiting = desk.rooms.reports.find(to_assess, now=desk.now)[0]
    return {
        "the inbox": "/desk",
        "an item": f"/desk/items/{waiting.item_id}",
        "the search for an address": "/desk/search?q=https%3A%2F%2Fs700.example.org%2F700.jpg",
        "the notices": "/desk/notices?show=sent",
        "a long notice": f"/desk/notices/{notice.notice_id}",
        "the clocks": "/desk/clocks?show=all",
        "the hosters": "/desk/hosters",
        "the journal": "/desk/journal",
    }


def _by_keys(page: Page, desk: Desk) -> tuple[int, dict[str, float]]:
    """How many keys lead from the inbox to a sent notice, and the milliseconds of the pages that follow on two."""
    page.goto(page.url.split("/desk")[0] + "/desk")
    pressed = 0

    def press(key: str, until: str = "") -> float:
        nonlocal pressed
        pressed += 1
        if not until:
            page.keyboard.press(key)
            return 0.0
        with page.expect_navigation(url=until):
            page.keyboard.press(key)
        return _spent(page)

    press("j")
    press("Enter", "**/desk/items/*")
    item_id = ItemId(page.url.rpartition("/")[2])
    press("b")
    judged = press("Enter", "**/desk/items/*")
    desk.now += SERVED_FOR
    work(desk)  # the worker, who needs no key, finds the hoster meanwhile
    press("s", "**/send")
    page.wait_for_function("document.activeElement.tagName === 'BUTTON'")
    sent = press("Enter", "**/desk/notices/*")
    desk.now += SERVED_FOR
    work(desk)
    (notice,) = desk.rooms.notices.list_notices(NoticesWanted(item_id=item_id))
    if notice.state is not NoticeState.SENT:
        raise RuntimeError(f"the notice is {notice.state}, not sent")
    return pressed, {"an item after its judgement": judged, "a notice after it is sent": sent}


def _loaded(page: Page, url: str) -> float:
    """The median of some loads, after one that does not count."""
    spent = []
    for _ in range(ROUNDS + 1):
        answer = page.goto(url)
        if answer is None or answer.status != 200:
            raise RuntimeError(f"{url}: {answer and answer.status}")
        spent.append(_spent(page))
    return median(spent[1:])


def _spent(page: Page) -> float:
    page.wait_for_function("performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
    return float(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))
