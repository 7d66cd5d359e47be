"""Who may: every operation of the table, asked without a token, with a wrong, a revoked and another member's one."""

import json

import pytest

from schoon.api._routes import Access, Operation
from schoon.api._table import OPERATIONS
from schoon.client import Action as Done
from schoon.client import CheckItem, HitAction, NewSighting, Outcome, RequestRefusedError
from tests.integration.api.conftest import LISTED_MD5, Served, wait_until
from tests.integration.api.house import OPERATOR, add_member, clock

MEMBERS_ONLY = [operation for operation in OPERATIONS if operation.access is Access.MEMBER]
OPEN = [operation for operation in OPERATIONS if operation.access is Access.OPEN]


def name_of(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


@pytest.fixture(scope="module")
def hit(served: Served) -> str:
    """A hit of the first member."""
    with served.client() as client:
        found = client.check([CheckItem(id="a", md5=LISTED_MD5.hex(), ref="mine")]).answers[0].hit
    assert found is not None
    return found


@pytest.fixture(scope="module")
def revoked(served: Served) -> str:
    token = add_member(served.rooms, "left")
    wait_until(lambda: served.raw("GET", "/v1/list", token=token).status == 200)
    served.rooms.members.revoke_token(served.rooms.members.list_tokens("left")[0].token_id, actor=OPERATOR, now=clock())
    wait_until(lambda: served.raw("GET", "/v1/list", token=token).status == 401, seconds=2.0)
    return token


@pytest.mark.parametrize("operation", MEMBERS_ONLY, ids=name_of)
def test_only_a_good_token_opens_a_members_route(served: Served, hit: str, revoked: str, operation: Operation):
    path = operation.path.replace("{id}", hit)
    body = b"" if operation.method == "POST" else None
    for header in (
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        f"Bearer {served.token}x",
        f"Bearer {revoked}",
        f"Token {served.token}",
        "Basic !!",
        "Basic aG9zdGVy",
        "Bearer " + "x" * 5000,
    ):
        headers = {} if header is None else {"Authorization": header}
        answer = served.raw(operation.method, path, body, token=None, **headers)
        assert answer.status == 401, header
        assert "Bearer" in answer.headers["WWW-Authenticate"]
        assert answer.headers["Content-Type"].startswith(
            "text/plain" if operation.speaks_text else "application/problem+json"
        )
        assert served.token.encode() not in answer.data


@pytest.mark.parametrize("operation", OPEN, ids=name_of)
def test_an_open_route_answers_anybody(served: Served, operation: Operation):
    wanted = 422 if operation.method == "POST" else 200  # what is signed opens itself: without a signature it is said
    assert served.raw(operation.method, operation.path, token=None).status == wanted


@pytest.mark.parametrize("operation", OPERATIONS, ids=name_of)
def test_another_method_is_answered_with_those_there_are(served: Served, hit: str, operation: Operation):
    path = operation.path.replace("{id}", hit)
    for method in ("DELETE", "PUT", "PATCH", "OPTIONS", "TRACE"):
        answer = served.raw(method, path)
        assert answer.status == 405
        assert operation.method in answer.headers["Allow"]
        assert "Access-Control-Allow-Origin" not in answer.headers
    if operation.method == "GET":
        head = served.raw("HEAD", path)
        assert (head.status, head.data) == (served.raw("GET", path).status, b"")


@pytest.mark.parametrize(
    "path", ["", "/", "/v1", "/v1/check", "/v1/checks/", "/v1/check/sha256", "/docs", "/v1/hits/a/b/c"]
)
def test_what_is_not_there_is_a_problem(served: Served, path: str):
    answer = served.raw("GET", path)
    assert answer.status == 404
    assert json.loads(answer.data)["type"] == "urn:schoon:problem:no-such-route"


def test_another_members_hit_is_the_same_to_the_byte_as_none(served: Served, hit: str):
    for suffix in ("", "/statement"):
        theirs = served.raw("GET", f"/v1/hits/{hit}{suffix}", token=served.other_token)
        none = served.raw("GET", f"/v1/hits/{'h' + 'a' * 25}{suffix}", token=served.other_token)
        assert theirs.status == 404
        assert theirs.data.replace(hit.encode(), b"") == none.data.replace(b"h" + b"a" * 25, b"")
        assert dict(theirs.headers) | {"date": ""} == dict(none.headers) | {"date": ""}
    with served.client(served.other_token) as client:
        for results in (
            client.act([HitAction(hit=hit, action=Done.REMOVED)]),
            client.add_sightings([NewSighting(hit=hit, ref="x")]),
        ):
            assert results.results[0].outcome is Outcome.MISSING
        assert client.hits().hits == ()


def test_a_member_sees_and_handles_its_hits(served: Served, hit: str):
    with served.client() as client:
        page = client.hits(limit=1000)
        assert hit in {one.id for one in page.hits}
        assert client.add_sightings([NewSighting(hit=hit, ref="other-place")]).results[0].is_done
        details = client.hit(hit)
        assert {"mine", "other-place"} <= {file.ref for file in details.files}
        assert details.hit.due_at is not None
        assert not details.hit.overdue
        result = client.act([HitAction(hit=hit, action=Done.QUARANTINED, note="moved")]).results[0]
        assert (result.outcome, result.state) == (Outcome.DONE, "quarantined")
        assert client.act([HitAction(hit=hit, action=Done.QUARANTINED)]).results[0].outcome is Outcome.UNCHANGED
        assert client.hit(hit).actions[0].note == "moved"
        assert client.statement(hit, language="nl").text != client.statement(hit, language="en").text
        with pytest.raises(RequestRefusedError):
            client.hits(state="nonsense")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "state=", "x=1", "limit=1&limit=2", "after=%00", "state=%ff"]
)
def test_a_wrong_query_is_refused(served: Served, query: str):
    assert served.raw("GET", f"/v1/hits?{query}").status == 422


def test_pages_lead_to_one_another(served: Served):
    with served.client() as client:
        client.check([CheckItem(id="b", md5=("21" * 16))])
        first = client.hits(limit=1)
        assert first.next is not None
        second = client.hits(limit=1, after=first.next)
        assert first.hits[0].id != second.hits[0].id
