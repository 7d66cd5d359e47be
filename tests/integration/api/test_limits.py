"""What one member may take from the others: nothing. Quotas, places for large work, slow forms and slow readers."""

import asyncio
import json
import socket
import sqlite3
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from schoon.api import ApiOptions, create_app
from schoon.api._direct import DirectProtocol
from schoon.api._slots import FairSlots
from schoon.api.errors import ServiceBusyError
from schoon.kinds import MemberId
from schoon.web._forms import FormBrokenOffError, read_form
from tests.integration.api.conftest import Running, Served, wait_until
from tests.integration.api.house import add_member, open_rooms

ONE, OTHER = MemberId(1), MemberId(2)


def frames(count: int) -> bytes:
    pdq = [(number.to_bytes(2, "big") * 16).hex() for number in range(1, count + 1)]
    return json.dumps({"items": [{"id": "video", "pdq": pdq}]}).encode()


def test_a_used_up_quota_is_429_with_the_time_to_wait_and_no_other_member_feels_it(served: Served):
    token = add_member(served.rooms, "small-hoster", quota=100)
    served.rooms.members.refresh(served.rooms.clock())
    path = "/v1/checks/bulk/md5"
    assert served.raw("POST", path, bytes(16) * 90, token=token).status == 200
    refused = served.raw("POST", path, bytes(16) * 11, token=token)
    assert refused.status == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert json.loads(refused.data)["type"] == "urn:schoon:problem:quota-exceeded"
    assert served.raw("POST", path, bytes(16) * 10, token=token).status == 200, "what is left can still be used"
    for again in (path, "/v1/checks", "/v1/check/md5"):
        body = {path: bytes(16), "/v1/checks": frames(1), "/v1/check/md5": b"ab" * 16}[again]
        assert served.raw("POST", again, body, token=token).status == 429
    assert served.raw("POST", path, bytes(16), token=served.other_token).status == 200


def test_the_quota_counts_every_frame_once_and_no_turned_form_of_it(served: Served):
    token = add_member(served.rooms, "video-hoster", quota=128)
    served.rooms.members.refresh(served.rooms.clock())
    assert served.raw("POST", "/v1/checks", frames(64), token=token).status == 200
    assert served.raw("POST", "/v1/checks", frames(64), token=token).status == 200, "not eight times as many"
    assert served.raw("POST", "/v1/checks", frames(1), token=token).status == 429


def test_an_item_that_cannot_be_checked_counts_as_one_digest(served: Served):
    token = add_member(served.rooms, "careless-hoster", quota=10)
    served.rooms.members.refresh(served.rooms.clock())
    faulty = [{"id": str(number)} for number in range(4)]
    faulty += [{"id": str(number), "ref": "no ref!", "md5": "ab" * 16} for number in range(4, 8)]
    body = json.dumps({"items": [*faulty, {"id": "8", "md5": "ab" * 16}]}).encode()
    assert served.raw("POST", "/v1/checks", body, token=token).status == 200
    assert served.raw("POST", "/v1/checks", body, token=token).status == 429
    assert served.raw("POST", "/v1/checks", b'{"items":[{"id":"8"}]}', token=token).status == 200, "one was left"
    assert served.raw("POST", "/v1/checks", b'{"items":[{"id":"8"}]}', token=token).status == 429


def test_no_member_takes_every_place_for_large_work_or_fills_the_queue():
    async def tried() -> None:
        slots = FairSlots(at_once=3, waiting=4)
        async with AsyncExitStack() as held:
            for _ in range(2):
                await held.enter_async_context(slots.place(ONE))
            queued = [asyncio.create_task(held.enter_async_context(slots.place(ONE))) for _ in range(2)]
            await asyncio.sleep(0)
            with pytest.raises(ServiceBusyError):
                await held.enter_async_context(slots.place(ONE))
            async with asyncio.timeout(1), slots.place(OTHER):
                assert not any(task.done() for task in queued), "the third place is another member's"
            for task in queued:
                task.cancel()
            await asyncio.gather(*queued, return_exceptions=True)
        async with asyncio.timeout(1), slots.place(ONE), slots.place(ONE):
            pass

    asyncio.run(tried())


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1", "/v1/checks/bulk/photodna", "/health/other", "/metrics/x"])
def test_a_program_that_asks_for_what_is_not_there_gets_a_problem_and_no_page(served: Served, path: str):
    pages = PlainTextResponse("a page")
    api = create_app(served.rooms, ApiOptions(mounts=[("/", pages)]))
    told: list[dict[str, object]] = []

    async def ask(asked: str) -> None:
        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b""}

        async def send(message: object) -> None:
            told.append(dict(message))  # type: ignore[call-overload]  # an ASGI message is a mapping

        scope = {"type": "http", "path": asked, "method": "GET", "scheme": "http", "headers": []}
        await api._door(scope, receive, send)

    asyncio.run(ask(path))
    assert told[0]["status"] == 404
    assert (b"content-type", b"application/problem+json") in told[0]["headers"]  # type: ignore[operator]  # as above
    told.clear()
    asyncio.run(ask("/v10"))
    assert told[1]["body"] == b"a page"


def test_a_form_that_comes_drop_by_drop_is_broken_off():
    async def receive() -> dict[str, object]:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"a", "more_body": True}

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    with pytest.raises(FormBrokenOffError):
        asyncio.run(read_form(request, seconds=0.1))


class HastyWriter(DirectProtocol):
    """The same, with a tenth of a second for a reader to take something."""

    write_seconds = 0.1


def test_a_reader_that_takes_nothing_of_its_answers_loses_its_connection(tmp_path: Path):
    running = Running(create_app(open_rooms(tmp_path)), HastyWriter)
    with running as url:
        parts = urlsplit(url)
        with socket.socket() as greedy:
            greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            greedy.connect((parts.hostname, parts.port))
            greedy.setblocking(False)
            ask = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
            greedy.send(ask * 500)
            wait_until(lambda: len(running.server.server_state.connections) == 1)
            wait_until(lambda: not running.server.server_state.connections, 10)


def test_readiness_goes_red_when_the_database_is_away_and_green_when_it_is_back(tmp_path: Path):
    rooms = open_rooms(tmp_path)
    api = create_app(rooms)
    with Running(api) as url:
        served = Served(url=url, rooms=rooms, publication=None, token="", other_token="", api=api)  # type: ignore[arg-type]  # nothing is published here

        def reasons() -> list[str]:
            told: list[str] = json.loads(served.raw("GET", "/health/ready", token=None).data)["reasons"]
            return told

        wait_until(lambda: api.readiness.members_known)
        assert "database_away" not in reasons()
        _rename(tmp_path, "member_changes", "away")
        wait_until(lambda: "database_away" in reasons(), 10)
        _rename(tmp_path, "away", "member_changes")
        wait_until(lambda: "database_away" not in reasons(), 10)


def _rename(home: Path, table: str, to: str) -> None:
    connection = sqlite3.connect(home / "schoon.db", timeout=10)
    connection.execute(f"ALTER TABLE {table} RENAME TO {to}")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("name", ["%00", "h%00x", "%0a", "%e2%80%ae", "a" * 5000, "%f0%9f%92%a9", "..%2f..%2fetc"])
def test_a_strange_hit_name_is_a_hit_that_does_not_exist(served: Served, name: str):
    for path in (f"/v1/hits/{name}", f"/v1/hits/{name}/statement"):
        assert served.raw("GET", path).status == 404


def test_a_reference_with_a_line_break_is_refused(served: Served):
    body = json.dumps({"sightings": [{"hit": "h0", "ref": "abc\n"}]}).encode()
    assert served.raw("POST", "/v1/hits/sightings", body).status == 422
