"""A scan that is killed at any moment loses no file, and no listed entry has more or less than one open hit."""

import random
import subprocess
import sys
from hashlib import sha256

import pytest

from tests.e2e.program import Program
from tests.e2e.scan.instruments import RecordingProxy, publish, row, write_files


def kill_and_go_on(root, *, files, kills, listed_every):
    """Scan, kill at random moments, go on until the end; then look at what the proxy and the service know."""
    listed = write_files(root / "files", files, listed_every)
    program = Program(root / "home")
    publish(program, [row(number, content) for number, content in enumerate(listed.values())])
    moments = sorted(random.Random(4).sample(range(2 * files // 100, 98 * files // 100), kills))
    with program.serving() as url:
        proxy = RecordingProxy(url)
        with proxy.running() as address:
            command = ("scan", str(root / "files"), "--server", address, "--jobs", "2", "--full-speed", "--json")
            for moment in moments:
                with (root / "scan.log").open("ab") as log:
                    scan = subprocess.Popen(
                        [sys.executable, "-m", "schoon", *command], env=program.environment, stdout=log, stderr=log
                    )
                    assert proxy.wait_until_asked(moment), (root / "scan.log").read_text()[-2000:]
                    assert scan.poll() is None
                    scan.kill()
                    scan.wait()
            last = program.lines(*command, code=10)[-1]
            second = program.lines(*command, code=10)[-1]
        hits = program.lines("hits", "list", "--member", "hoster1")
    check(files, proxy, [last, second], hits, listed)


def check(files, proxy, ends, hits, listed):
    last, second = ends
    asked_again = proxy.count - files
    print(f"{files} files, {len(proxy.asked)} digests asked, {asked_again} asked more than once; {len(hits)} hits")
    wanted = {sha256(b"file %d" % number).hexdigest() for number in range(files)}
    assert wanted - proxy.asked == set()
    assert proxy.asked - wanted == set()
    assert (last["event"], last["complete"], last["files"]) == ("scan.finished", True, files)
    assert (last["listed"], last["not_listed"]) == (len(listed), files - len(listed))
    assert (second["hashed"], second["listed"]) == (0, len(listed))
    assert [hit["state"] for hit in hits] == ["open"] * len(listed)
    assert len({hit["hit"] for hit in hits}) == len(listed)
    assert len(proxy.refs) == files


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_two_thousand_files_and_three_kills(tmp_path):
    kill_and_go_on(tmp_path, files=2_000, kills=3, listed_every=100)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_hundred_thousand_files_and_twenty_kills(tmp_path):
    kill_and_go_on(tmp_path, files=200_000, kills=20, listed_every=2_500)
