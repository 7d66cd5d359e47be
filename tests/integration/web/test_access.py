"""Who gets in, until when, and what other sites cannot do in a member's name."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from schoon.check import token_id_of
from schoon.check.service import TRUST_LIMIT
from schoon.hits import HitState
from schoon.parties import Duty, Role
from schoon.web import ROUTES, Csrf, Permission
from schoon.web._gate import TRIES
from schoon.web._visit import DUTIES, own_path
from tests.web_world import Browser, a_world

SAFE = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def filled(path: str) -> str:
    """The path with names that nothing has."""
    names = {"{hit_id}": "h" + "a" * 25, "{token}": "a" * 52}
    for place, name in names.items():
        path = path.replace(place, name)
    return re.sub(r"\{\w+\}", "1", path)


def called(route):
    """A name that is the same in every process, as pytest-xdist needs."""
    return f"{route.method} {route.path}"


def asked(browser, route):
    """The route's answer to a form that is in order, so that nothing but the permission can refuse it."""
    return browser.get(filled(route.path)) if route.method == "GET" else browser.post(filled(route.path))


ROLES = {Duty.POLICE: Role.POLICE, Duty.HOSTER: Role.MEMBER}
PERSONAL = [route for route in ROUTES if route.permission is not Permission.ANYONE]
OF_PEOPLE = [route for route in ROUTES if route.permission in DUTIES]


@pytest.mark.parametrize("route", PERSONAL, ids=called)
def test_a_page_of_somebody_sends_strangers_to_the_log_in_page(stranger, route):
    stranger.get("/login")
    answer = asked(stranger, route)
    assert answer.status == 303
    back_to = own_path(filled(route.path)) if route.method == "GET" else "/hits"
    assert answer.location == f"/login?next={quote(back_to, safe='')}"


@pytest.mark.parametrize("route", OF_PEOPLE, ids=called)
def test_a_member_is_a_stranger_at_the_pages_of_people(visitor, route):
    answer = asked(visitor.browser, route)
    assert answer.status == 303
    assert answer.location.startswith("/login?next=")


@pytest.mark.parametrize("route", OF_PEOPLE, ids=called)
def test_a_person_without_the_duty_is_refused(world, stranger, route):
    duty = Duty.ANALYST if Duty.ANALYST not in DUTIES[route.permission] else Duty.POLICE
    stranger.log_in(world.a_person(duty, role=ROLES.get(duty, Role.HOTLINE))[1])
    stranger.get("/login")
    assert asked(stranger, route).status == 403


@pytest.mark.parametrize("route", [route for route in ROUTES if route.permission is Permission.MEMBER], ids=called)
def test_a_person_is_a_stranger_at_the_pages_of_members(world, stranger, route):
    stranger.log_in(world.a_person(Duty.LEAD)[1])
    answer = asked(stranger, route)
    assert answer.location.startswith("/login?next=") if answer.status == 303 else answer.status == 403


@pytest.mark.parametrize("route", [one for one in OF_PEOPLE if one.csrf is Csrf.FORM_MARK], ids=called)
@pytest.mark.parametrize("mark", ["", "x", "A" * 43])
def test_a_form_of_people_without_the_mark_of_the_session_is_refused(world, stranger, route, mark):
    duty = DUTIES[route.permission][-1]
    stranger.log_in(world.a_person(duty, role=ROLES.get(duty, Role.HOTLINE))[1])
    answer = stranger.post(filled(route.path), mark=mark)
    assert answer.status == 403
    assert "This form is out of date" in answer.text


NOT_OF_PEOPLE = [one for one in ROUTES if one.csrf is Csrf.FORM_MARK and one not in OF_PEOPLE]


@pytest.mark.parametrize("route", NOT_OF_PEOPLE, ids=called)
@pytest.mark.parametrize("mark", ["", "x", "A" * 43])
def test_a_form_without_the_mark_of_the_session_changes_nothing(visitor, route, mark):
    hit = visitor.world.a_hit(visitor.member)
    path = filled(route.path.replace("{hit_id}", hit))
    fields = {"action": "removed", "hit": hit, "sure": "1", "reason": "long enough reasons", "token": visitor.token}
    answer = visitor.browser.post(path, fields, mark=mark)
    assert answer.status == 403
    assert "This form is out of date" in answer.text
    assert visitor.world.hits.hit(hit).hit.state is HitState.OPEN
    assert visitor.browser.get("/hits").status == 200


def test_the_mark_of_another_session_is_refused(visitor):
    other = Browser(visitor.world.app)
    other.log_in(visitor.token)
    assert other.mark
    assert visitor.browser.post("/logout", mark=other.mark).status == 403
    other.close()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_that_the_browser_says_is_foreign_is_refused(visitor, site):
    assert visitor.browser.post("/logout", sec_fetch_site=site).status == 403
    assert visitor.browser.post("/logout", sec_fetch_site="same-origin").status == 303


def test_logging_in_gives_a_strict_cookie_that_scripts_cannot_read(world, stranger):
    _, token = world.a_member()
    stranger.get("/login")
    answer = stranger.post("/login", {"token": token, "next": "/hits?state=all"})
    assert (answer.status, answer.location) == (303, "/hits?state=all")
    cookie = next(line for line in answer.cookies if line.startswith("schoon-session="))
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Max-Age=28800" in cookie
    assert token not in cookie
    assert token.split("_", 2)[2] not in cookie


def test_with_tls_cookies_are_secure_and_bound_to_the_host(tmp_path, migrated):
    world = a_world(tmp_path, migrated, secure_cookies=True)
    _, token = world.a_member()
    browser = Browser(world.app, scheme="https")
    answer = browser.log_in(token)
    cookie = next(line for line in answer.cookies if "session" in line)
    assert cookie.startswith("__Host-schoon-session=")
    assert "Secure" in cookie
    assert "Path=/;" in cookie
    assert "Domain" not in cookie
    assert browser.get("/hits").status == 200
    browser.close()
    world.database.close()


def test_a_wrong_token_is_refused_in_words_and_is_not_shown(world, stranger):
    world.a_member()
    stranger.get("/login")
    answer = stranger.post("/login", {"token": "schoon_abc_hunter2"})
    assert answer.status == 403
    assert "This token does not work" in answer.text
    assert "hunter2" not in answer.text
    assert stranger.post("/login", {"token": ""}).status == 422


def test_too_many_wrong_tokens_make_the_address_wait_and_a_right_one_gets_in(world, stranger):
    _, token = world.a_member()
    stranger.get("/login")
    for _ in range(TRIES):
        assert stranger.post("/login", {"token": "schoon_abc_x"}).status == 403
    answer = stranger.post("/login", {"token": "schoon_abc_x"})
    assert answer.status == 429
    assert answer.headers["retry-after"] == "600"
    assert "Try again in 10 min" in answer.text
    assert stranger.post("/login", {"token": token}).status == 303, "who shares an address with a guesser gets in"
    world.now += timedelta(minutes=10)
    world.members.refresh(world.now)  # as the service does twice a second
    assert stranger.post("/login", {"token": "schoon_abc_x"}).status == 403, (
        "the wait is over: it is a wrong token again"
    )


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/hits\n//evil"])
def test_logging_in_never_leads_to_another_site(world, stranger, target):
    _, token = world.a_member()
    stranger.get("/login")
    assert stranger.post("/login", {"token": token, "next": target}).location == "/hits"


def test_a_revoked_token_ends_its_session_and_no_other(visitor):
    world, browser = visitor.world, visitor.browser
    second = world.members.issue_token(visitor.member.name, actor="test", now=world.now)
    world.members.refresh(world.now)
    other = Browser(world.app)
    other.log_in(second.text)
    world.members.revoke_token(token_id_of(visitor.token), actor="test", now=world.now)
    world.members.refresh(world.now)
    answer = browser.get("/hits?state=all")
    assert (answer.status, answer.location) == (303, "/login?next=%2Fhits%3Fstate%3Dall&ended=1")
    assert "schoon-session" not in browser.cookies
    assert "Your session has ended" in browser.get(answer.location).text
    assert other.get("/hits").status == 200
    other.close()


def test_a_session_ends_after_eight_hours(visitor):
    visitor.world.now += timedelta(hours=8)
    visitor.world.members.refresh(visitor.world.now)
    assert visitor.browser.get("/hits").status == 303


def test_logging_out_ends_the_session_in_the_browser(visitor):
    answer = visitor.browser.post("/logout")
    assert (answer.status, answer.location) == (303, "/login?out=1")
    assert "You are logged out" in visitor.browser.get(answer.location).text
    assert visitor.browser.get("/hits").status == 303


def test_a_link_from_another_site_takes_one_step_so_that_the_cookie_comes_along(visitor):
    hit = visitor.world.a_hit(visitor.member)
    arriving = Browser(visitor.world.app)
    answer = arriving.get(f"/hits/{hit}", sec_fetch_site="cross-site")
    assert answer.status == 200
    assert f'content="0;url=/hits/{hit}"' in answer.text
    assert visitor.browser.get(f"/hits/{hit}", sec_fetch_site="same-origin").status == 200
    assert arriving.get(f"/hits/{hit}", sec_fetch_site="same-origin").status == 303
    arriving.close()


def test_another_members_hit_is_missing_to_the_byte(visitor):
    other, _ = visitor.world.a_member("zuiderhost")
    theirs = visitor.world.a_hit(other)
    missing = "h" + "a" * 25
    for end in ("", "/statement", "/files.csv", "/history.csv"):
        mine, none = visitor.browser.get(f"/hits/{theirs}{end}"), visitor.browser.get(f"/hits/{missing}{end}")
        assert mine.status == 404
        assert (mine.body, mine.headers, mine.cookies) == (none.body, none.headers, none.cookies)
    fields = {"action": "removed", "reason": "long enough reasons", "sure": "1"}
    for end in ("/actions", "/dispute"):
        mine, none = (
            visitor.browser.post(f"/hits/{theirs}{end}", fields),
            visitor.browser.post(f"/hits/{missing}{end}", fields),
        )
        assert mine.status == 404
        assert (mine.body, mine.headers, mine.cookies) == (none.body, none.headers, none.cookies)
    assert visitor.world.hits.hit(theirs).hit.state is HitState.OPEN
    assert theirs not in visitor.browser.get("/hits?state=all").text
    assert theirs not in visitor.browser.get("/hits.csv?state=all").text


@pytest.mark.parametrize(
    ("path", "status"),
    [("/hits", 200), ("/nowhere", 404), ("/logout", 405), ("/hits/hx", 404), ("/static/v/none.css", 404)],
)
def test_every_answer_carries_the_safe_headers(visitor, path, status):
    answer = visitor.browser.get(path)
    assert answer.status == status
    assert {name: answer.headers[name] for name in SAFE} == SAFE


def test_static_files_may_be_kept_for_ever(visitor):
    css = visitor.browser.get("/login").text
    page = visitor.browser.get("/hits").text
    path = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = visitor.browser.get(path)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert css is not None
    assert visitor.browser.get("/static/old/tokens.css").headers["cache-control"] == "no-store"
    assert visitor.browser.get("/static/x/..%2f__init__.py").status == 404


def test_a_form_that_is_too_large_or_no_form_is_refused(visitor):
    assert visitor.browser.post("/hits/actions", {"note": "x" * 70_000}).status == 413
    assert visitor.browser.post("/hits/actions", content_type="application/json").status == 400
    assert visitor.browser.post("/hits/actions", {"action": "restored", "hit": "h"}).status == 400


def test_when_members_cannot_be_read_the_page_says_so_and_nobody_is_let_in(visitor):
    visitor.world.now += TRUST_LIMIT + timedelta(seconds=1)
    answer = visitor.browser.get("/hits")
    assert (answer.status, answer.headers["retry-after"]) == (503, "60")
    assert "This does not work right now" in answer.text
    assert "Reference" in answer.text


def test_a_fault_of_ours_is_told_with_a_reference_that_the_log_knows(visitor, caplog, monkeypatch):
    monkeypatch.setattr(type(visitor.world.database), "read", None)
    with pytest.raises(TypeError):
        visitor.browser.get("/hits")
    record = next(record for record in caplog.records if record.message == "page failed")
    assert record.reference
    assert visitor.token not in caplog.text


def test_nothing_secret_reaches_the_log(visitor, caplog):
    caplog.set_level("DEBUG")
    hit = visitor.world.a_hit(visitor.member, refs=["ref-secret"])
    visitor.browser.post(f"/hits/{hit}/actions", {"action": "removed", "note": "note-secret"})
    visitor.browser.post(f"/hits/{hit}/dispute", {"reason": "reason-secret-long", "sure": "1"}, mark="x")
    visitor.browser.post("/login", {"token": "schoon_token-secret_x"})
    for secret in ("ref-secret", "note-secret", "reason-secret", "token-secret", visitor.token, visitor.member.name):
        assert secret not in caplog.text
