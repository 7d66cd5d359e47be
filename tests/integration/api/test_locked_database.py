"""A database that takes no writes: what is listed is `unavailable`, never `not_listed`; misses do not wait for it."""

import json
import sqlite3
import threading
import time
from pathlib import Path

import pytest
import urllib3

from schoon.client import CheckItem, Verdict
from tests.integration.api.conftest import LISTED_MD5, Served

MISS = "ab" * 16


@pytest.mark.slow
def test_nothing_listed_is_ever_called_a_miss_while_hits_cannot_be_stored(served: Served, home: Path):
    with served.client() as client:
        client.check([CheckItem(id="first", md5=MISS)])  # leases some of the quota
    lock = sqlite3.connect(home / "schoon.db", isolation_level=None, timeout=10)
    lock.execute("BEGIN IMMEDIATE")
    told: dict[str, object] = {}

    def ask_listed() -> None:
        body = json.dumps({"items": [{"id": "a", "md5": LISTED_MD5.hex()}, {"id": "b", "md5": MISS}]}).encode()
        told["json"] = json.loads(_patient(served, "/v1/checks", body).data)["result"]["answers"]

    def ask_legacy() -> None:
        answer = _patient(served, "/v1/check/md5", LISTED_MD5.hex().encode())
        told["legacy"] = (answer.status, answer.data)

    def ask_bulk() -> None:
        answer = _patient(served, "/v1/checks/bulk/md5", LISTED_MD5 + bytes.fromhex(MISS))
        told["bulk"] = (answer.status, json.loads(answer.data)["type"])

    asking = [threading.Thread(target=ask) for ask in (ask_listed, ask_legacy, ask_bulk) for _ in range(6)]
    for thread in asking:
        thread.start()
    with served.client() as client:
        started = time.monotonic()
        for number in range(20):
            assert client.check([CheckItem(id=str(number), md5=MISS)]).answers[0].verdict is Verdict.NOT_LISTED
        assert time.monotonic() - started < 10, "eighteen hits that wait for the lock hold up no miss"
    assert any(thread.is_alive() for thread in asking), "those that matched are still waiting"
    for thread in asking:
        thread.join()
    lock.execute("ROLLBACK")
    lock.close()
    answers = told["json"]
    assert isinstance(answers, list)
    assert [(one["verdict"], one.get("reason")) for one in answers] == [
        ("unavailable", "hit_not_stored"),
        ("not_listed", None),
    ]
    assert told["legacy"] == (503, b"No list can answer now\n")
    assert told["bulk"] == (503, "urn:schoon:problem:list-unavailable")
    with served.client() as client:
        assert client.check([CheckItem(id="a", md5=LISTED_MD5.hex())]).answers[0].verdict is Verdict.LISTED


def _patient(served: Served, path: str, body: bytes) -> urllib3.BaseHTTPResponse:
    with urllib3.PoolManager() as pool:
        headers = {"Authorization": f"Bearer {served.token}"}
        return pool.request("POST", served.url + path, body=body, headers=headers, retries=False, timeout=200)
