"""Patient threads hand on what they have whenever they wait."""

import os
import queue
import threading
import time
from datetime import UTC, datetime

from schoon.hashing import Hasher
from schoon.scan import Progress, Time
from schoon.scan._flow import Flow
from schoon.scan._handles import OpenedFile, folder_handle, open_file, stamp_of
from schoon.scan._hash_stage import HashStage
from schoon.scan._pace import Pace
from schoon.scan.types import FoundFile, Rate

NOW = datetime(2026, 11, 27, tzinfo=UTC)


class Contested(queue.Queue[OpenedFile | None]):
    """Never looks empty: another thread takes the last one between the look and the taking."""

    def empty(self) -> bool:
        return False


class Nobody:
    def event(self, name, facts) -> None:
        """Nothing."""

    def progress(self, progress: Progress) -> None:
        """Nothing."""


def test_a_thread_that_waits_for_more_keeps_no_results(tmp_path):
    stop = threading.Event()
    clock = Time(now=lambda: NOW, monotonic=time.monotonic, wait=stop.wait)
    flow = Flow(jobs=1, time=clock, listener=Nobody(), stop=stop)
    flow.to_read = Contested()
    (tmp_path / "a").write_bytes(b"a text")
    with folder_handle(os.fsencode(tmp_path)) as folder:
        handle, found = open_file(folder, b"a")
    file = FoundFile(os.fsencode(tmp_path), b"a", stamp_of(found), 1)
    with Hasher(1) as hasher:
        stage = HashStage(flow, hasher, Pace(Rate(), None, clock), mail_allowed=True)
        thread = flow.start("hash-0", stage.hash_patiently)
        flow.to_read.put(OpenedFile(file, handle, found, 0))
        kept = flow.to_store.get(timeout=20)
        assert kept is not None
        assert [one.name for one in kept.hashed] == [b"a"]
        assert thread.is_alive()
        flow.to_read.put(None)
        thread.join(20)
    assert flow.failure is None
    assert flow.to_store.empty()
