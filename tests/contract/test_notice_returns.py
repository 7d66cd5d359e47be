"""What comes back, both lists side by side, figures, referrals; memory, SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from schoon.hosting import Scope
from schoon.kinds import HosterId, ItemId
from schoon.notices import (
    Answer,
    ChannelKind,
    DeliveryState,
    Handed,
    HandOver,
    HosterContactError,
    ItemAnswer,
    ItemEnd,
    NoSuchHosterError,
    NoticeKind,
    NoticeState,
    NoticesWanted,
    ReconciliationFileError,
    Reseller,
    ReturnedMailError,
    Standing,
)
from schoon.notices.rules import GIVE_UP
from schoon.reports import ItemState
from schoon.store import Database
from tests.contract.notices import make_world as make_world  # a fixture
from tests.contract.notices import world as world  # a fixture
from tests.notices_world import DAY, HOUR, MINUTE, T0, NoticesWorld, a_notice_world
from tests.statements import plan_of, statements

FERN, STROOM, NETWORK = "abuse@fern.example", "abuse@stroom.example", "noc@network.example"
SECOND = timedelta(seconds=1)


def said(item_id: ItemId, answer: Answer, text: str = "", reseller: Reseller | None = None) -> ItemAnswer:
    return ItemAnswer(item_id=item_id, answer=answer, text=text, reseller=reseller)


# What comes back.


def a_bounce(recipient: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    return f"""From: MAILER-DAEMON@mx.example
To: <{recipient}>
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; abuse@stroom.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user
--b--
""".encode()


def return_path(world: NoticesWorld, place: int = -1) -> str:
    return f"bounces+{world.mail.parcels[place].delivery.return_token}@meldpunt.example"


def test_a_bounce_hands_the_notice_on_to_the_next_contact_and_is_shown(world: NoticesWorld) -> None:
    world.net.default = ((Scope.HOSTER, STROOM), (Scope.NETWORK, NETWORK))
    item_id, notice = world.sent()
    kept = world.notices.take_return(a_bounce(return_path(world)), now=T0 + 2 * HOUR)
    assert (kept.status, kept.says) == ("5.1.1", "550 5.1.1 no such user")
    assert world.state(item_id) is ItemState.TO_NOTICE
    assert world.ear.heard[-1] == ("failed", (item_id,))
    world.work(T0 + 2 * HOUR)
    assert {one.email: one.state for one in world.all()} == {STROOM: NoticeState.FAILED, NETWORK: NoticeState.SENT}
    details = world.notices.notice(notice.notice_id)
    assert [one.state for one in details.deliveries] == [DeliveryState.RETURNED]
    assert [one.status for one in details.returns] == ["5.1.1"]


def test_the_same_bounce_counts_once_and_a_stranger_cannot_make_one(world: NoticesWorld) -> None:
    _, notice = world.sent()
    mail = a_bounce(return_path(world))
    for _ in range(2):
        world.notices.take_return(mail, now=T0 + 2 * HOUR)
    assert len(world.notices.notice(notice.notice_id).returns) == 1
    for stranger in (
        "bounces+aaaaaaaaaaaaaaaaaaaaaaaaaa@meldpunt.example",
        f"bounces+{world.mail.parcels[0].delivery.delivery_id}@meldpunt.example",
        "notices@meldpunt.example",
    ):
        with pytest.raises(ReturnedMailError):
            world.notices.take_return(a_bounce(stranger), now=T0 + 2 * HOUR)


def test_a_hoster_that_opened_the_page_cannot_bounce_the_notice_away(world: NoticesWorld) -> None:
    item_id, _ = world.sent()
    world.notices.page(world.token(), now=T0 + 2 * HOUR)
    world.notices.take_return(a_bounce(return_path(world)), now=T0 + 3 * HOUR)
    assert world.state(item_id) is ItemState.NOTICED
    assert [one.state for one in world.all()] == [NoticeState.SENT]


def test_a_bounce_later_than_mail_servers_try_changes_nothing(world: NoticesWorld) -> None:
    item_id, notice = world.sent()
    assert notice.sent_at is not None
    world.notices.take_return(a_bounce(return_path(world)), now=notice.sent_at + GIVE_UP + HOUR)
    assert world.state(item_id) is ItemState.NOTICED


def test_what_is_only_late_or_relayed_changes_nothing(world: NoticesWorld) -> None:
    item_id, _ = world.sent()
    for action in ("delayed", "relayed", "expanded"):
        world.notices.take_return(a_bounce(return_path(world), action, "4.4.1"), now=T0 + 2 * HOUR)
    assert [one.state for one in world.all()] == [NoticeState.SENT]
    assert world.state(item_id) is ItemState.NOTICED


def test_a_report_of_delivery_gives_the_notice_its_time_of_arrival(world: NoticesWorld) -> None:
    item_id, _ = world.sent()
    world.notices.take_return(a_bounce(return_path(world), "delivered", "2.0.0"), now=T0 + 2 * HOUR)
    assert [one.delivered_at for one in world.all()] == [T0 + 2 * HOUR]
    assert world.ear.heard[-1] == ("delivered", (item_id,))
    world.notices.take_return(a_bounce(return_path(world), "failed", "5.2.2"), now=T0 + 3 * HOUR)
    assert [one.state for one in world.all()] == [NoticeState.SENT], "what has arrived does not come back"


def test_a_hoster_that_answered_has_its_notice_whatever_its_server_says(world: NoticesWorld) -> None:
    item_id, _ = world.sent()
    world.answer(now=T0 + 2 * HOUR)
    world.notices.take_return(a_bounce(return_path(world)), now=T0 + 3 * HOUR)
    assert world.state(item_id) is ItemState.NOTICED
    assert world.hoster().bounced_at is None


def test_a_notice_again_that_comes_back_leaves_the_item_noticed_and_the_next_contact_is_told(
    world: NoticesWorld,
) -> None:
    world.net.default = ((Scope.HOSTER, STROOM), (Scope.NETWORK, NETWORK))
    item_id, _ = world.sent()
    world.again(item_id, now=T0 + DAY)
    world.work(T0 + DAY + HOUR)
    world.notices.take_return(a_bounce(return_path(world)), now=T0 + DAY + 2 * HOUR)
    assert world.state(item_id) is ItemState.NOTICED
    world.work(T0 + DAY + 2 * HOUR)
    world.work(T0 + DAY + 3 * HOUR)
    assert (world.all()[0].email, world.all()[0].kind) == (NETWORK, NoticeKind.FIRST)


# Both lists side by side.


def test_both_sides_see_what_was_sent_delivered_seen_and_what_is_unknown(world: NoticesWorld) -> None:
    _, sent = world.sent("https://foto.example.org/1")
    _, delivered = world.sent("https://foto.example.org/2", now=T0 + DAY)
    world.notices.take_return(a_bounce(return_path(world), "delivered"), now=T0 + DAY + 2 * HOUR)
    _, seen = world.sent("https://foto.example.org/3", now=T0 + 2 * DAY)
    world.notices.page(world.token(), now=T0 + 2 * DAY + 2 * HOUR)
    theirs = (
        "Notice,URL,Time\n"
        f"{sent.notice_id},,2026-11-23T10:00:05Z\n"
        ",HTTPS://FOTO.example.org:443/2#top,2026-11-24T10:05:00+00:00\n"
        "none,,\n"
        ",https://elsewhere.example/,2026-11-25T10:00:00\n"
    )
    hoster_id = world.hoster().hoster_id
    found = world.notices.reconcile(hoster_id, theirs.encode(), by="stroom", now=T0 + 3 * DAY)
    assert [(one.standing, one.rows, one.notice and one.notice.notice_id) for one in found] == [
        (Standing.SEEN, (), seen.notice_id),
        (Standing.DELIVERED, (2,), delivered.notice_id),
        (Standing.SENT, (1,), sent.notice_id),
        (Standing.UNKNOWN, (3,), None),
        (Standing.UNKNOWN, (4,), None),
    ]
    assert found[2].received_at == T0 + HOUR + 5 * SECOND
    kept = world.notices.last_comparison(hoster_id)
    assert kept is not None
    assert (kept[0].by, kept[1]) == ("stroom", found)


def test_anothers_notice_is_as_unknown_as_none(world: NoticesWorld) -> None:
    world.net.hosts["b.example.org"] = ((Scope.HOSTER, FERN),)
    _, others = world.sent("https://b.example.org/1")
    world.sent(now=T0 + DAY)
    theirs = f"notice;url\n{others.notice_id};\n;https://b.example.org/1\n"
    found = world.notices.reconcile(world.hoster().hoster_id, theirs.encode(), by="x", now=T0 + DAY)
    assert [one.standing for one in found] == [Standing.SENT, Standing.UNKNOWN, Standing.UNKNOWN]


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"notice\n\xff\n", b"notice,time\nx,yesterday\n", b'notice\n"open\n']
)
def test_a_list_that_is_none_is_refused(world: NoticesWorld, content: bytes) -> None:
    world.sent()
    with pytest.raises(ReconciliationFileError):
        world.notices.reconcile(world.hoster().hoster_id, content, by="x", now=T0)


def test_a_list_of_nobody_is_refused(world: NoticesWorld) -> None:
    with pytest.raises(NoSuchHosterError):
        world.notices.reconcile(HosterId(7), b"notice\n", by="x", now=T0)


# A hoster's own figures.


def test_a_hosters_own_figures_count_what_was_in_time_late_overdue_and_running(world: NoticesWorld) -> None:
    for number, hours in enumerate((2, 10, 23, 30, None)):
        item_id, notice = world.sent(f"https://foto.example.org/{number}", now=T0 + number * MINUTE)
        if hours is not None and notice.sent_at is not None:
            end = ItemEnd(notice_id=notice.notice_id, item_id=item_id, gone_at=notice.sent_at + hours * HOUR)
            with world.parts.transactions.write() as tx:
                world.notices.out_of_reach(tx, [end])
    world.sent("https://foto.example.org/late", now=T0 + 3 * DAY)
    hoster_id = world.hoster().hoster_id
    span = {"since": T0, "until": T0 + 30 * DAY}
    found = world.notices.figures(hoster_id, now=T0 + 3 * DAY + 2 * HOUR, **span)
    assert (found.items, found.in_time, found.too_late, found.overdue, found.running) == (6, 3, 1, 1, 1)
    assert found.median == timedelta(hours=16, minutes=30)
    exact = world.notices.figures(hoster_id, since=T0, until=T0 + HOUR, now=T0 + DAY)
    assert (exact.items, exact.median) == (0, None)


def test_the_figures_of_all_hosters_are_those_of_each(world: NoticesWorld) -> None:
    world.net.hosts["b.example.org"] = ((Scope.HOSTER, "abuse@fern.example"),)
    took = {"a.example.org": (1, 2, 3), "b.example.org": (20, 40)}
    for number, (host, hours) in enumerate((host, one) for host, all_hours in took.items() for one in all_hours):
        at = T0 + 2 * number * HOUR
        item_id, _ = world.sent(f"https://{host}/{number}", now=at)
        (notice,) = world.notices.list_notices(NoticesWanted(item_id=item_id))
        assert notice.sent_at is not None
        end = ItemEnd(notice_id=notice.notice_id, item_id=item_id, gone_at=notice.sent_at + hours * HOUR)
        with world.parts.transactions.write() as tx:
            world.notices.out_of_reach(tx, [end])
    span = {"since": T0, "until": T0 + 30 * DAY, "now": T0 + 30 * DAY}
    found = world.notices.all_figures(**span)
    assert found == {one.hoster_id: world.notices.figures(one.hoster_id, **span) for one in world.notices.hosters()}
    assert sorted((one.items, one.in_time, one.median) for one in found.values()) == [
        (2, 1, timedelta(hours=30)),
        (3, 3, timedelta(hours=2)),
    ]


def test_gone_at_the_very_deadline_is_too_late_and_back_again_is_not_gone(world: NoticesWorld) -> None:
    item_id, notice = world.sent()
    hoster_id = world.hoster().hoster_id
    for gone_at, late, running in ((notice.due_at, 1, 0), (None, 0, 1)):
        with world.parts.transactions.write() as tx:
            ends = [ItemEnd(notice_id=notice.notice_id, item_id=item_id, gone_at=gone_at)]
            world.notices.out_of_reach(tx, ends)
        found = world.notices.figures(hoster_id, since=T0, until=T0 + DAY, now=T0 + 2 * HOUR)
        assert (found.too_late, found.running) == (late, running)


def test_what_came_back_is_in_nobodys_figures(world: NoticesWorld) -> None:
    world.sent()
    world.notices.take_return(a_bounce(return_path(world)), now=T0 + 2 * HOUR)
    found = world.notices.figures(world.hoster().hoster_id, since=T0, until=T0 + DAY, now=T0 + 3 * DAY)
    assert found.items == 0


# The police, apart.


def test_the_police_are_told_apart_and_again_until_it_is_taken(world: NoticesWorld) -> None:
    item_id, notice = world.sent()
    world.police.answers = [HandOver(handed=Handed.RETRY, fault="451"), HandOver(handed=Handed.REFUSED, fault="550")]
    with world.parts.transactions.write() as tx:
        world.notices.refer_to_police(tx, [item_id], reasons="does not answer for two days", now=T0 + 2 * DAY)
    world.run(T0 + 2 * DAY, T0 + 2 * DAY + 10 * MINUTE)
    assert len(world.police.parcels) == 3
    assert len({one.content for one in world.police.parcels}) == 1
    (kept,) = world.notices.referrals()
    assert (kept.state, kept.attempts) == (DeliveryState.SENT, 3)
    line = kept.referral.lines[0]
    assert (line.notices, line.first_noticed_at, kept.referral.reasons) == (
        1,
        notice.sent_at,
        "does not answer for two days",
    )


# Hosters.


def test_what_people_change_of_a_hoster_is_a_review_and_a_webhook_has_a_secret(world: NoticesWorld) -> None:
    world.sent()
    assert not world.hoster().reviewed
    changed = world.change(organisation=" Stroom  Hosting BV", webhook_url="https://abuse.stroom.example/hook")
    assert (changed.organisation, changed.reviewed) == ("Stroom Hosting BV", True)
    assert changed.webhook is not None
    assert len(changed.webhook.secret) > 40
    assert world.hoster().webhook == changed.webhook
    for wrong in ({"email": "x y@stroom.example"}, {"organisation": "a\nb\x00"}, {"organisation": ""}):
        with pytest.raises(HosterContactError):
            world.change(**wrong)
    assert world.change(webhook_url="").webhook is None


def test_the_channel_webhook_needs_a_webhook(world: NoticesWorld) -> None:
    world.sent()
    with pytest.raises(HosterContactError):
        world.change(channel=ChannelKind.WEBHOOK)


def test_the_figures_of_all_hosters_go_by_when_notices_were_sent(open_backend: Callable[[str], Database]) -> None:
    database = open_backend("sqlite")
    world = a_notice_world(database)
    with statements() as seen:
        world.notices.all_figures(since=T0, until=T0 + DAY, now=T0 + DAY)
    plan = "\n".join(plan_of(database, seen[-1]))
    assert "ix_notices_all_sent_at" in plan
    assert "ix_notice_items_standing" in plan
