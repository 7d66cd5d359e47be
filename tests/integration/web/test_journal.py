"""Leads see who did what; the desk sees its hosters."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from schoon.notices import HosterChange, ItemEnd
from schoon.parties import Duty, Role
from tests.desk_home import Desk, an_empty_home
from tests.notice_desk import Postbox, a_hoster, a_sent_notice, sending_settings
from tests.web_world import Browser

URL = "https://foto.example.org/1"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    postbox = Postbox()
    home = an_empty_home(tmp_path / "empty")
    made = Desk.copied(home, tmp_path / "home", **sending_settings(tmp_path, postbox.open()))
    a_hoster(made)
    yield made
    made.close()
    postbox.close()


@pytest.fixture
def lead(desk: Desk) -> Browser:
    return desk.browser(Duty.LEAD, name="L. Lead")


def test_every_step_from_report_to_notice_is_in_the_journal_and_no_address_is(desk: Desk, lead: Browser) -> None:
    (item_id,), notice = a_sent_notice(desk, [URL])
    shown = lead.get("/desk/journal").text
    for action in ("report:item:assess", "notice:send", "party:person:add"):
        assert f"<code>{action.rsplit(':', 1)[0]}" in shown, action
    assert f"/desk/items/{item_id}" in shown
    assert "foto.example.org" not in shown
    assert "foto.example.org" not in lead.get("/desk/journal.csv").text
    of_notice = lead.get(f"/desk/journal?subject=notice:{notice.notice_id}").text
    assert f"notice:{notice.notice_id}" in of_notice
    assert "party:person" not in of_notice


def test_a_person_is_shown_by_name_and_found_by_account(desk: Desk, lead: Browser) -> None:
    person = next(one for one in desk.rooms.people.people() if one.name == "L. Lead")
    desk.rooms.followup.record_basis("mandate", "A. Signs", by=f"person:{person.person_id}", now=desk.now)
    shown = lead.get(f"/desk/journal?actor=person:{person.person_id}").text
    assert "L. Lead</a>" in shown
    assert "followup" in shown


def test_the_journal_goes_back_page_by_page(desk: Desk, lead: Browser) -> None:
    for number in range(130):
        desk.rooms.followup.record_basis(f"mandate {number}", "A. Signs", by="test", now=desk.now)
    first = lead.get("/desk/journal?actor=test")
    assert "Older" in first.text
    following = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    older = lead.get(following).text
    assert "Newest" in older
    assert "party:person:add" in older, "the first thing that the test did"


def test_what_nobody_can_mean_is_an_empty_page(lead: Browser) -> None:
    assert "Nothing is written down" in lead.get("/desk/journal?subject=%27%22%3E&before=x").text


def test_an_analyst_has_no_journal(desk: Desk) -> None:
    analyst = desk.browser(Duty.ANALYST, name="A. Analyst")
    assert analyst.get("/desk/journal").status == 403
    assert "/desk/journal" not in analyst.get("/desk").text


def test_who_lags_is_said_drawn_and_counted(desk: Desk) -> None:
    def hosters_page() -> str:
        return desk.browser(Duty.LEAD, name=f"L. Lead at {desk.now}").get("/desk/hosters").text

    a_hoster(desk, "example.net", "abuse@snel.zz", "Snel BV")
    fast, notice = a_sent_notice(desk, ["https://foto.example.net/1"])
    gone = ItemEnd(notice_id=notice.notice_id, item_id=fast[0], gone_at=desk.now + timedelta(hours=2))
    with desk.rooms.followup._ports.transactions.write() as tx:
        desk.rooms.notices.out_of_reach(tx, [gone])
    a_sent_notice(desk, [URL, f"{URL}?2"])
    desk.now += timedelta(minutes=1)
    assert "Nothing is still there after its term, in 30 days" in hosters_page()
    desk.now += timedelta(hours=25)
    shown = hosters_page()
    assert "2 addresses still there after the term, at 1 hoster, in 30 days" in shown
    assert shown.index("Stroom BV") < shown.index("Snel BV")
    assert shown.count("2 (100 %)") == shown.count("1 (100 %)") == 1
    bars = re.findall(r'class="bar-(\w+)" x="0.0" y="\S+" width="(\S+)"', shown)
    assert bars == [("overdue", "100.0"), ("in_time", "50.0")]
    desk.now += timedelta(days=31)
    later = hosters_page()
    assert "Snel BV" in later
    assert "in 30 days" not in later


def test_bars_have_the_scale_of_those_that_are_shown(desk: Desk) -> None:
    for number in range(12):
        a_hoster(desk, f"late{number}.example", f"abuse@late{number}.zz", f"Late {number}")
        a_sent_notice(desk, [f"https://foto.late{number}.example/1"])
    items, notice = a_sent_notice(desk, [f"{URL}?{number}" for number in range(40)])
    ends = [ItemEnd(notice_id=notice.notice_id, item_id=one, gone_at=desk.now + timedelta(hours=1)) for one in items]
    with desk.rooms.followup._ports.transactions.write() as tx:
        desk.rooms.notices.out_of_reach(tx, ends)
    desk.now += timedelta(hours=25)
    shown = desk.browser(Duty.LEAD, name="L. Lead").get("/desk/hosters").text
    assert "Shown are the first 12 of 13 hosters." in shown
    assert re.findall(r'class="bar-(\w+)" x="0.0" y="\S+" width="(\S+)"', shown) == [("overdue", "100.0")] * 12


def test_the_desk_sees_its_hosters_and_what_asks_for_somebody(desk: Desk, lead: Browser) -> None:
    _, notice = a_sent_notice(desk, [URL])
    shown = lead.get("/desk/hosters").text
    assert "Stroom BV" in shown
    assert "New, not reviewed" in shown
    owner = desk.rooms.parties.add_organisation("Stroom", Role.MEMBER, by="test", now=desk.now)
    change = HosterChange(party=owner.organisation_id)
    desk.rooms.notices.change_hoster(notice.hoster_id, change, by="test", now=desk.now)
    desk.rooms.notices.reconcile(notice.hoster_id, b"notice\nnever\n", by="test", now=desk.now)
    shown = lead.get("/desk/hosters").text
    assert "In use" in shown
    assert "2 unlike ours" in shown
    assert notice.notice_id in lead.get(f"/desk/notices?show=sent&hoster={notice.hoster_id}").text
    assert notice.notice_id not in lead.get("/desk/notices?show=sent&hoster=999").text
