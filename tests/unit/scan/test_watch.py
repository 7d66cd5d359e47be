"""A watching scan looks at what changes, and at nothing that a walk would have passed by."""

import os
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from schoon.client import ServiceUnavailableError
from schoon.scan import Surroundings, Time, run

WAIT_SECONDS = 30.0


class Watching:
    """A scan in a thread of its own, in real time, and a way to wait for what it tells."""

    def __init__(self, bench):
        self.bench = bench
        self.told = threading.Condition()
        self.events = []
        self.summary = None
        self.failure = None

    def event(self, name, facts):
        with self.told:
            self.events.append((name, dict(facts)))
            self.told.notify_all()

    def progress(self, progress):
        pass

    def wait_for(self, wanted, count=1):
        with self.told:
            assert self.told.wait_for(lambda: sum(map(wanted, self.events)) >= count, WAIT_SECONDS), self.events

    def wait_for_listed(self, path, count=1):
        self.wait_for(lambda event: event[0] == "file.listed" and event[1]["path"] == str(path), count)

    def run(self, settings):
        around = Surroundings(
            service=self.bench.service,
            hasher=self.bench.hasher,
            listener=self,
            time=Time(
                now=lambda: datetime.now(UTC),  # noqa: TID251 - the kernel's notices come in real time
                monotonic=time.monotonic,
                wait=self.bench.stop.wait,
            ),
            jobs=1,
            stop=self.bench.stop,
        )
        self.summary = run(settings, around)


@pytest.fixture
def watching(bench):
    @contextmanager
    def start(**options):
        one = Watching(bench)
        thread = threading.Thread(target=one.run, args=(bench.settings(watch=True, **options),))
        thread.start()
        try:
            one.wait_for(lambda event: event[0] == "watch.started")
            yield one
        finally:
            bench.stop.set()
            thread.join(WAIT_SECONDS)

    return start


def test_a_new_file_a_new_folder_and_a_changed_file_are_looked_at(bench, watching):
    bench.service.put(b"known")
    old = bench.write("old", b"harmless")
    with watching() as scan:
        new = bench.write("new", b"known")
        scan.wait_for_listed(new)
        deep = bench.write("a/b/c/deep", b"known")
        scan.wait_for_listed(deep)
        old.write_bytes(b"known")
        scan.wait_for_listed(old)
    assert scan.summary is not None
    assert (scan.summary.listed, scan.summary.finished) == (3, True)


@pytest.mark.slow
def test_a_folder_that_is_moved_in_is_walked(bench, watching, tmp_path):
    bench.service.put(b"known")
    (tmp_path / "upload").mkdir()
    (tmp_path / "upload" / "known").write_bytes(b"known")
    with watching() as scan:
        (tmp_path / "upload").rename(bench.files / "upload")
        scan.wait_for_listed(bench.files / "upload" / "known")


def test_what_a_walk_passes_by_is_passed_by_here_too(bench, watching, tmp_path):
    bench.service.put(b"known")
    outside = tmp_path / "outside"
    outside.mkdir()
    with watching(exclude=("*.log", "cache")) as scan:
        (bench.files / "link").symlink_to(outside)
        (outside / "known").write_bytes(b"known")
        bench.write("cache/deep/known", b"known")
        bench.write("known.log", b"known")
        seen = bench.write("seen", b"known")
        scan.wait_for_listed(seen)
    assert [facts["path"] for name, facts in scan.events if name == "file.listed"] == [str(seen)]
    assert scan.summary is not None
    assert scan.summary.is_complete


@pytest.mark.slow
def test_a_name_that_is_no_utf8_is_found(bench, watching):
    bench.service.put(b"known")
    with watching() as scan:
        path = bench.write(b"caf\xe9.jpg", b"known")
        scan.wait_for(lambda event: event[0] == "file.listed" and event[1].get("path_hex") == os.fsencode(path).hex())


def test_a_file_is_quarantined_as_it_comes(bench, watching):
    bench.service.put(b"known")
    with watching(action="quarantine", fail="open", quarantine=os.fsencode(bench.store)) as scan:
        path = bench.write("known", b"known")
        scan.wait_for(lambda event: event[0] == "act.done")
        assert not path.exists()


@pytest.mark.slow
def test_an_outage_while_watching_keeps_the_digests(bench, watching):
    bench.service.put(b"known")
    with watching() as scan:
        check = bench.service.check

        def away(items):
            bench.service.check = check
            raise ServiceUnavailableError("connection refused")

        bench.service.check = away
        scan.wait_for_listed(bench.write("known", b"known"))
    assert [name for name, _ in scan.events if name.startswith("service.")] == ["service.away", "service.back"]
