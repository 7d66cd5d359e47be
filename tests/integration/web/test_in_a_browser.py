"""The pages in a real browser, on a phone and on a desk: under their own policy, without a fault in the console.

The browser is driven through its own debugging port, so that a click is a click and nothing needs installing.
"""

import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import urllib3
import uvicorn
from websockets.sync.client import ClientConnection, connect

from tests.integration.web.conftest import Visitor
from tests.web_world import World, fill

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="NOT RUN IN A BROWSER: install Debian's chromium"),
]
PATIENCE = 20.0


@dataclass
class Tab:
    """One page of the browser."""

    socket: ClientConnection
    faults: list[str] = field(default_factory=list)
    loads: int = 0
    sent: int = 0

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.sent += 1
        number = self.sent
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            told = json.loads(self.socket.recv(timeout=PATIENCE))
            self._note(told)
            if told.get("id") == number:
                assert "error" not in told, told
                return dict(told["result"])

    def load(self, before: int) -> None:
        while self.loads == before:
            self._note(json.loads(self.socket.recv(timeout=PATIENCE)))

    def go(self, url: str) -> None:
        before = self.loads
        self.ask("Page.navigate", url=url)
        self.load(before)

    def run(self, script: str) -> Any:
        return self.ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def click_through(self, script: str) -> None:
        before = self.loads
        self.run(script)
        self.load(before)

    def press(self, key: str) -> None:
        text = "\r" if key == "Enter" else key
        code = 13 if key == "Enter" else 0
        for kind in ("keyDown", "keyUp"):
            self.ask(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                text=text if kind == "keyDown" else "",
                windowsVirtualKeyCode=code,
            )

    def _note(self, told: dict[str, Any]) -> None:
        if told.get("method") == "Page.loadEventFired":
            self.loads += 1
        if told.get("method") == "Log.entryAdded" and told["params"]["entry"]["level"] == "error":
            self.faults.append(told["params"]["entry"]["text"])
        if told.get("method") == "Runtime.exceptionThrown":
            self.faults.append(str(told["params"]["exceptionDetails"]))


@pytest.fixture
def served(world: World) -> Iterator[str]:
    """The address of the pages."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(world.app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(PATIENCE)
    listener.close()


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Tab]:
    """A page of a browser that was just started."""
    profile = tmp_path / "profile"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    started = subprocess.Popen(
        [str(CHROMIUM), *options, f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank"],
        stderr=subprocess.DEVNULL,
    )
    try:
        with connect(_debugger(profile), max_size=None, open_timeout=PATIENCE) as opened:
            page = Tab(opened)
            for domain in ("Page", "Log", "Runtime"):
                page.ask(f"{domain}.enable")
            yield page
    finally:
        started.terminate()
        started.wait(PATIENCE)


def _debugger(profile: Path) -> str:
    written = profile / "DevToolsActivePort"
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if written.exists() and len(lines := written.read_text().splitlines()) == 2:
            with urllib3.PoolManager() as pool:
                pages = pool.request("GET", f"http://127.0.0.1:{lines[0]}/json/list").json()
            for page in pages:
                if page["type"] == "page":
                    return str(page["webSocketDebuggerUrl"])
        time.sleep(0.05)  # another program starts; nothing tells us when
    raise TimeoutError("chromium did not open its debugging port")


def sized(tab: Tab, width: int) -> None:
    tab.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)


def log_in(tab: Tab, served: str, token: str) -> None:
    tab.go(f"{served}/login?next=/hits")
    tab.run(f"document.getElementById('token').value = {json.dumps(token)}")
    tab.click_through("document.querySelector('main form').requestSubmit()")


@pytest.mark.parametrize("width", [360, 720, 1024, 1440])
def test_every_page_fits_its_window_and_breaks_no_rule_of_its_own(served, tab, visitor: Visitor, width):
    named = fill(visitor.world, visitor.member)
    sized(tab, width)
    log_in(tab, served, visitor.token)
    hits = [f"/hits/{named[name]}" for name in ("strong", "perceptual", "disputed", "restore", "review", "held")]
    for path in ["/hits", "/hits?state=all", "/hits?state=overdue", *hits, f"/hits/{named['removed']}/statement"]:
        tab.go(served + path)
        assert tab.run("document.querySelectorAll('h1').length") == 1, path
        assert tab.run("getComputedStyle(document.body).fontVariantNumeric") == "tabular-nums", (
            "the style sheet is there"
        )
        assert tab.run("document.documentElement.scrollWidth") <= width, path
        cut = (
            "[...document.querySelectorAll('.table-wrap')].filter(box => box.scrollWidth > box.clientWidth + 1).length"
        )
        assert tab.run(cut) == 0, path
        small = (
            "[...document.querySelectorAll('main button, main summary, header button, .filters a, td label')]"
            ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"
        )
        assert tab.run(small) == [], path
    assert tab.faults == []


def test_rows_of_the_desk_are_36_pixels(served, tab, visitor: Visitor):
    fill(visitor.world, visitor.member)
    sized(tab, 1440)
    log_in(tab, served, visitor.token)
    height = "Math.round(row.getBoundingClientRect().height)"
    heights = tab.run(f"[...new Set([...document.querySelectorAll('[data-row]')].map(row => {height}))]")
    assert set(heights) <= {36, 37}


def test_keys_move_select_and_open(served, tab, visitor: Visitor):
    fill(visitor.world, visitor.member)
    sized(tab, 1440)
    log_in(tab, served, visitor.token)
    for key in ("j", "j", "k", "j", "x"):
        tab.press(key)
    assert (
        tab.run("[...document.querySelectorAll('[data-row]')].findIndex(r => r.contains(document.activeElement))") == 1
    )
    assert tab.run("document.querySelectorAll('[data-row] input:checked').length") == 1
    assert "1" in tab.run("document.querySelector('[data-count]').textContent")
    tab.press("?")
    assert tab.run("document.getElementById('keys').open") is True
    tab.run("document.getElementById('keys').close()")
    tab.run("document.querySelectorAll('[data-row]')[1].querySelector('a').focus()")
    before = tab.loads
    tab.press("Enter")
    tab.load(before)
    assert tab.run("location.pathname").startswith("/hits/h")
    assert tab.faults == []


def test_without_scripts_several_hits_are_marked(served, tab, visitor: Visitor):
    hits = [visitor.world.a_hit(visitor.member) for _ in range(3)]
    tab.ask("Emulation.setScriptExecutionDisabled", value=True)
    log_in(tab, served, visitor.token)
    tab.run(f"document.querySelector('input[value={hits[0]}]').checked = true")
    tab.click_through("document.querySelector('.batch button[value=removed]').click()")
    tab.click_through("document.querySelector('main form button').click()")
    assert "Marked as removed." in tab.run("document.querySelector('[role=status]').textContent")
    assert visitor.world.hits.hit(hits[0]).hit.action == "removed"
