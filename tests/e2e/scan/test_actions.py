"""A hoster's day with the real scanner and the real service: report, quarantine, withdraw, restore, outage."""

import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from schoon.scan.rules import RACY_NANOSECONDS
from tests.e2e.program import Program
from tests.e2e.scan.instruments import RecordingProxy, publish, row

pytestmark = pytest.mark.slow  # each needs a published list and a service of its own

KNOWN, LAWFUL = b"known, for this test", b"lawful, for this test"


class Site:
    """A hoster's folder, its scanner, and a service behind a proxy."""

    def __init__(self, root, program, proxy, address):
        self.root = root
        self.files = root / "www"
        self.program = program
        self.proxy = proxy
        self.address = address
        self.store = root / "quarantine"

    def scan(self, *options, code):
        command = ("scan", str(self.files), "--server", self.address, "--full-speed", "--patience", "1", *options)
        events = self.program.lines(*command, code=code)
        return events, events[-1]

    def quarantining(self, *options, code):
        return self.scan(
            "--action", "quarantine", "--fail", "open", "--quarantine-dir", str(self.store), *options, code=code
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    root = tmp_path_factory.mktemp("site")
    program = Program(root / "home")
    publish(program, [row(1, KNOWN)])
    with program.serving() as url:
        proxy = RecordingProxy(url)
        with proxy.running() as address:
            yield Site(root, program, proxy, address)


@pytest.fixture
def files(site):
    site.files.mkdir(exist_ok=True)
    for name, content in (("a/known.jpg", KNOWN), ("b/copy.jpg", KNOWN), ("a/lawful.jpg", LAWFUL)):
        path = site.files / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o640)
    yield site.files
    subprocess.run(["rm", "-rf", str(site.files)], check=True)


def test_a_day_at_a_hoster(site, files):
    events, end = site.scan(code=10)
    assert (end["listed"], end["not_listed"], end["complete"]) == (2, 1, True)
    assert all(b"www" not in body and b"known.jpg" not in body for body in site.proxy.bodies)
    (hit,) = {event["hit"] for event in events if event["event"] == "file.listed"}
    shown = site.program.json("hits", "show", hit)
    assert KNOWN not in repr(shown).encode()
    ref = next(event["ref"] for event in events if event["event"] == "file.listed")
    assert site.program.run("scan", "--resolve", ref).stdout.strip().startswith(str(files))

    events, end = site.quarantining(code=10)
    assert end["quarantined"] == 2
    assert sorted(path.name for path in files.rglob("*.jpg")) == ["lawful.jpg"]
    assert stat.S_IMODE(site.store.stat().st_mode) == 0o700
    (row_,) = site.program.lines("hits", "list", "--member", "hoster1")
    assert (row_["hit"], row_["state"]) == (hit, "quarantined")

    items = site.program.lines("quarantine", "list")
    assert {(item["hit"], item["why"]) for item in items} == {(hit, "listed")}
    site.program.run("list", "withdraw", "--entry", "1", "--reason", "a stock photo")
    done = site.program.lines("quarantine", "restore", "--withdrawn", "--server", site.address)
    assert {event["event"] for event in done} == {"quarantine.restored"}
    assert (files / "a" / "known.jpg").read_bytes() == KNOWN
    assert stat.S_IMODE((files / "b" / "copy.jpg").stat().st_mode) == 0o640
    assert site.program.run("quarantine", "list").stdout.count("\n") <= 1


def test_an_outage_keeps_digests_and_says_so(site, files):
    for path in files.rglob("*.jpg"):
        path.write_bytes(path.read_bytes() + os.urandom(8))
    site.proxy.is_cut = True
    try:
        events, end = site.scan(code=12)
    finally:
        site.proxy.is_cut = False
    assert (end["hashed"], end["problems"], end["complete"]) == (3, {"not_answered": 3}, False)
    assert [event["event"] for event in events if event["event"].startswith("service.")] == ["service.away"]
    _, end = site.scan(code=0)
    assert (end["not_listed"], end["complete"]) == (3, True)


def test_ctrl_c_ends_the_scan_with_130_and_the_next_one_goes_on(site, files):
    for number in range(3_000):
        (files / f"{number}").write_bytes(b"%d" % number)
    for path in files.rglob("*.jpg"):
        path.unlink()
    time.sleep(RACY_NANOSECONDS / 1e9)  # files that just changed are read again; nobody can set the change time
    before = len(site.proxy.asked)
    command = [
        sys.executable,
        "-m",
        "schoon",
        "scan",
        str(files),
        "--server",
        site.address,
        "--full-speed",
        "--rate",
        "500",
    ]
    scan = subprocess.Popen(command, env=site.program.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert site.proxy.wait_until_asked(before + 200)
    scan.send_signal(signal.SIGINT)
    out, errors = scan.communicate(timeout=60)
    assert scan.returncode == 130, errors
    assert b"stopped before its end" in out
    assert b"Traceback" not in errors
    _, end = site.scan(code=0)
    assert (end["complete"], end["files"]) == (True, 3_000)
    assert 0 < end["hashed"] < 3_000


def test_options_that_leave_a_grave_question_open_are_refused_in_three_parts(site, files):
    for options in (["--action", "quarantine"], ["--action", "delete", "--fail", "open"]):
        ended = site.program.run("scan", str(files), "--server", site.address, *options, code=3)
        assert "error: " in ended.stderr
        assert "next: " in ended.stderr


def test_the_sum_for_people_names_every_class(site, files):
    os.mkfifo(files / "pipe")
    (files / "link").symlink_to("a")
    for name in ("cur", "new", "tmp"):
        (files / "mail" / name).mkdir(parents=True)
    ended = site.program.run("scan", str(files), "--server", site.address, "--full-speed", code=12)
    for words in ("not checked", "1 mail store", "1 links", "1 special", "not known to be clean"):
        assert words in ended.stdout
    with suppress(FileNotFoundError):
        (files / "pipe").unlink()
