"""Reporters and analysts, over memory and both databases: who may see what, and for how long."""

from typing import Any

import pytest

from schoon.agenda import TaskKind
from schoon.reports import (
    AssessOutcome,
    ExposureReachedError,
    IdentityRequestError,
    ItemLockedError,
    Judged,
    Judgement,
    Means,
    NoSuchReportError,
    Reporter,
    ReportSource,
    ViewingError,
)
from tests.contract.report_worlds import (
    OTHER,
    PAGE,
    WHY,
    Make,
    propose,
)
from tests.contract.report_worlds import make as make  # a fixture
from tests.contract.report_worlds import world as world  # a fixture
from tests.reports_world import DAY, HOUR, MINUTE, T0, ReportsWorld, a_digest

# Reporters


def with_reporter(world: ReportsWorld) -> Any:
    who = Reporter(name="A. Melder", email="melder@example.org")
    return world.take(PAGE, text="please help", source=ReportSource.FORM, reporter=who)


def test_two_people_open_who_reported_once_and_in_time(world: ReportsWorld) -> None:
    receipt = with_reporter(world)
    assert world.reports.report(receipt.report_id).has_reporter is True
    request = world.reports.ask_identity(receipt.report_id, by="anna", reason=WHY, now=T0)
    with pytest.raises(IdentityRequestError):
        world.reports.read_identity(request.number, by="anna", now=T0)
    with pytest.raises(IdentityRequestError):
        world.reports.approve_identity(request.number, by="Anna", now=T0)
    world.reports.approve_identity(request.number, by="bram", now=T0)
    with pytest.raises(IdentityRequestError):
        world.reports.approve_identity(request.number, by="carla", now=T0)
    with pytest.raises(IdentityRequestError):
        world.reports.read_identity(request.number, by="bram", now=T0)
    who = world.reports.read_identity(request.number, by="anna", now=T0 + 14 * MINUTE)
    assert (who.name, who.email) == ("A. Melder", "melder@example.org")
    with pytest.raises(IdentityRequestError):
        world.reports.read_identity(request.number, by="anna", now=T0 + 14 * MINUTE)
    assert [one.action.rsplit(":", 1)[1] for one in world.events() if ":identity:" in one.action] == [
        "ask",
        "approve",
        "read",
    ]
    (shown,) = world.reports.identity_requests()
    assert (shown.reason, shown.approved_by, shown.read_at) == (WHY, "bram", T0 + 14 * MINUTE)


def test_an_approval_ends_after_fifteen_minutes(world: ReportsWorld) -> None:
    request = world.reports.ask_identity(with_reporter(world).report_id, by="anna", reason=WHY, now=T0)
    world.reports.approve_identity(request.number, by="bram", now=T0)
    with pytest.raises(IdentityRequestError):
        world.reports.read_identity(request.number, by="anna", now=T0 + 15 * MINUTE)


def test_an_anonymous_reporter_is_nobody(world: ReportsWorld) -> None:
    receipt = world.take(PAGE, reporter=Reporter(), source=ReportSource.FORM)
    assert world.reports.report(receipt.report_id).has_reporter is False
    request = world.reports.ask_identity(receipt.report_id, by="anna", reason=WHY, now=T0)
    world.reports.approve_identity(request.number, by="bram", now=T0)
    with pytest.raises(IdentityRequestError, match="nobody"):
        world.reports.read_identity(request.number, by="anna", now=T0)
    with pytest.raises(NoSuchReportError):
        world.reports.ask_identity(world.take(PAGE).item_ids[0], by="anna", reason=WHY, now=T0)  # type: ignore[arg-type]  # an id of the wrong kind is the point


def test_reporter_and_text_are_deleted_when_their_time_is_over(world: ReportsWorld) -> None:
    receipt = with_reporter(world)
    assert world.reports.expire(now=T0 + 90 * DAY - MINUTE) == 0
    assert world.reporter_is_kept(receipt.report_id)
    assert world.reports.expire(now=T0 + 90 * DAY) == 1
    assert not world.reporter_is_kept(receipt.report_id)
    report = world.reports.report(receipt.report_id)
    assert (report.text, report.has_reporter, report.item_ids) == (None, False, receipt.item_ids)
    assert world.reports.expire(now=T0 + 999 * DAY) == 0
    (event,) = world.events("report:expire")
    assert event.detail == {"reporter": True, "text": True}


def test_a_text_that_nobody_read_is_kept_until_somebody_did_the_reporter_is_not(world: ReportsWorld) -> None:
    who = Reporter(email="melder@example.org")
    receipt = world.take(text="not an address in it", source=ReportSource.FORM, reporter=who)
    now = T0 + 90 * DAY
    world.reports.expire(now=now)
    assert not world.reporter_is_kept(receipt.report_id)
    assert world.reports.report(receipt.report_id).text == "not an address in it"
    world.reports.mark_read([receipt.report_id], by="anna", now=now)
    world.reports.expire(now=now + DAY)
    assert world.reports.report(receipt.report_id).text is None


# The isolated viewer


def token_of(link: str) -> str:
    return link.partition("#")[2]


def test_the_viewer_gets_an_item_once_and_gives_back_what_was_seen(world: ReportsWorld) -> None:
    (item_id,) = world.take(PAGE).item_ids
    viewing = world.reports.open_viewer(item_id, by="anna", now=T0)
    assert viewing.link.startswith("https://viewer.test/#")
    token = token_of(viewing.link)
    with pytest.raises(ItemLockedError):
        world.reports.open_viewer(item_id, by="bram", now=T0)
    assert world.reports.viewer_shows(token, now=T0).url.text == PAGE
    with pytest.raises(ViewingError):
        world.reports.viewer_shows(token, now=T0)
    judged = Judged(item_id=item_id, judgement=Judgement.BASELINE)
    result = world.reports.viewer_closes(token, digests=[a_digest("seen")], seconds=40, judged=judged, now=T0)
    assert result is not None
    assert result.outcome is AssessOutcome.COUNTED
    with pytest.raises(ViewingError):
        world.reports.viewer_closes(token, digests=[], seconds=40, judged=None, now=T0)
    assert [(one.items, one.seconds) for one in world.reports.exposures(now=T0)] == [(1, 40)]
    assert world.reports.item(item_id).digest_kinds == ("sha256",)
    world.reports.match_due(world.due(TaskKind.ITEM_MATCH, T0), now=T0)
    propose(world, T0 + HOUR)
    assert list(world.hash_list.proposed) == [item_id]


def test_what_the_viewer_finds_to_be_known_needs_no_judgement(world: ReportsWorld) -> None:
    world.hash_list.put(a_digest("seen"))
    (item_id,) = world.take(PAGE).item_ids
    token = token_of(world.reports.open_viewer(item_id, by="anna", now=T0).link)
    world.reports.viewer_shows(token, now=T0)
    world.reports.viewer_closes(token, digests=[a_digest("seen")], seconds=4, judged=None, now=T0)
    world.reports.match_due(world.due(TaskKind.ITEM_MATCH, T0), now=T0)
    assert world.item(item_id).means is Means.KNOWN_HASH


def test_a_link_of_the_viewer_ends_and_the_day_does_too(make: Make) -> None:
    world = make(exposure_items=1)
    first, second = world.take(PAGE, OTHER).item_ids
    late = token_of(world.reports.open_viewer(first, by="anna", now=T0).link)
    with pytest.raises(ViewingError):
        world.reports.viewer_shows(late, now=T0 + 15 * MINUTE)
    token = token_of(world.reports.open_viewer(first, by="anna", now=T0 + 16 * MINUTE).link)
    world.reports.viewer_shows(token, now=T0 + 16 * MINUTE)
    world.reports.viewer_closes(token, digests=[], seconds=1, judged=None, now=T0 + 16 * MINUTE)
    with pytest.raises(ExposureReachedError):
        world.reports.open_viewer(second, by="anna", now=T0 + 17 * MINUTE)
