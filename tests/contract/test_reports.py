"""Taking reports, over memory and both databases: nothing told is lost, and nothing is taken twice."""

from dataclasses import replace

import pytest

from schoon.agenda import TaskKind
from schoon.kinds import ItemId
from schoon.reports import (
    ItemKind,
    ItemState,
    Judgement,
    KeyReusedError,
    NoSuchStatusCodeError,
    Progress,
    ReportSource,
    Submission,
    SubmittedItem,
    Wanted,
)
from tests.contract.report_worlds import (
    OTHER,
    PAGE,
    step,
)
from tests.contract.report_worlds import make as make  # a fixture
from tests.contract.report_worlds import world as world  # a fixture
from tests.reports_world import DAY, HOUR, MINUTE, T0, ReportsWorld

# Intake


def test_one_address_is_one_item_however_it_is_spelt_and_however_many_report_it(world: ReportsWorld) -> None:
    first = world.take(PAGE, "HTTPS://FOTO.example.org:443/album/1#top")
    second = world.take("https://foto.example.org/album/./1", now=T0 + HOUR)
    assert first.item_ids == second.item_ids
    item = world.item(first.item_ids[0])
    assert (item.reports, item.first_reported_at, item.last_reported_at) == (2, T0, T0 + HOUR)
    assert (item.url.text, item.site) == (PAGE, "example.org")
    assert world.reports.item(item.item_id).report_ids == (first.report_id, second.report_id)


def test_reports_of_one_call_share_their_items(world: ReportsWorld) -> None:
    report = Submission(source=ReportSource.API, items=(SubmittedItem(url=PAGE),))
    receipts = world.reports.take([report] * 3, now=T0)
    assert len({one.report_id for one in receipts}) == 3
    assert len({one.status_code for one in receipts}) == 3
    (item_id,) = {one for receipt in receipts for one in receipt.item_ids}
    assert world.item(item_id).reports == 3


def test_addresses_that_differ_in_tracking_alone_are_shown_as_alike(world: ReportsWorld) -> None:
    plain, tracked = world.take(PAGE, f"{PAGE}?utm_source=x&fbclid=y").item_ids
    assert world.reports.item(plain).alike == (tracked,)
    assert {one.item_id for one in world.reports.find(Wanted(url=PAGE), now=T0)} == {plain, tracked}


def test_a_page_has_media_items_beneath_it(world: ReportsWorld) -> None:
    image = SubmittedItem(url="https://cdn.example.net/1.jpg", page=PAGE)
    (receipt,) = world.reports.take([Submission(source=ReportSource.CSV, items=(image,))], now=T0)
    page, media = receipt.item_ids
    assert world.reports.item(page).media == (media,)
    assert world.reports.item(media).pages == (page,)
    assert (world.item(page).kind, world.item(media).kind) == (ItemKind.PAGE, ItemKind.MEDIA)


def test_what_is_no_address_is_refused_by_itself_and_read_by_an_analyst(world: ReportsWorld) -> None:
    receipt = world.take(PAGE, "ftp://foto.example.org/", "telegram @somebody")
    assert [one.place for one in receipt.refused] == [1, 2]
    assert len(receipt.item_ids) == 1
    (report,) = world.reports.reports(to_read=True)
    assert report.refused == ("ftp://foto.example.org/", "telegram @somebody")
    assert world.reports.mark_read([report.report_id], by="anna", now=T0) == [report.report_id]
    assert world.reports.mark_read([report.report_id], by="anna", now=T0) == []
    assert world.reports.reports(to_read=True) == []


def test_a_report_without_an_address_is_kept_until_somebody_read_it(world: ReportsWorld) -> None:
    receipt = world.take(text="a channel full of it, called so and so", source=ReportSource.FORM)
    (report,) = world.reports.reports(to_read=True)
    assert (report.report_id, report.text) == (receipt.report_id, "a channel full of it, called so and so")
    assert world.reports.status(receipt.status_code) is Progress.RECEIVED
    world.reports.mark_read([report.report_id], by="anna", now=T0)
    assert world.reports.status(receipt.status_code) is Progress.DONE


def test_the_same_key_with_the_same_report_is_the_same_receipt_for_good(world: ReportsWorld) -> None:
    first = world.take(PAGE, "nonsense", sender="organisation:3", idempotency_key="a")
    again = world.take(PAGE, "nonsense", sender="organisation:3", idempotency_key="a", now=T0 + 400 * DAY)
    assert again == replace(first, known=True)
    assert world.item(first.item_ids[0]).reports == 1


def test_the_same_key_with_another_report_is_refused_and_nothing_is_taken(world: ReportsWorld) -> None:
    world.take(PAGE, sender="organisation:3", idempotency_key="a")
    with pytest.raises(KeyReusedError):
        world.reports.take(
            [
                Submission(source=ReportSource.API, items=(SubmittedItem(url="https://new.test/"),)),
                Submission(
                    source=ReportSource.API,
                    items=(SubmittedItem(url=OTHER),),
                    sender="organisation:3",
                    idempotency_key="a",
                ),
            ],
            now=T0,
        )
    assert len(world.reports.find(Wanted(), now=T0)) == 1
    assert world.take(OTHER, sender="organisation:4", idempotency_key="a").known is False


def test_without_a_key_the_same_from_the_same_sender_is_one_report_for_five_minutes(world: ReportsWorld) -> None:
    first = world.take(PAGE, text="look", sender="melder@example.org")
    assert world.take(PAGE, text="look", sender="melder@example.org", now=T0 + 4 * MINUTE).report_id == first.report_id
    assert world.take(PAGE, text="look!", sender="melder@example.org").known is False
    assert world.take(PAGE, text="look", sender="other@example.org").known is False
    later = world.take(PAGE, text="look", sender="melder@example.org", now=T0 + 5 * MINUTE)
    assert (later.known, later.report_id != first.report_id) == (False, True)


def test_two_that_nobody_knows_are_two_reports(world: ReportsWorld) -> None:
    assert world.take(PAGE).report_id != world.take(PAGE).report_id


def test_a_repetition_within_one_call_is_one_report(world: ReportsWorld) -> None:
    report = Submission(source=ReportSource.API, items=(SubmittedItem(url=PAGE),), sender="organisation:3")
    first, again = world.reports.take([report, report], now=T0)
    assert again == replace(first, known=True)
    assert world.item(first.item_ids[0]).reports == 1


def test_a_reporter_may_know_how_far_it_is_and_no_more(world: ReportsWorld) -> None:
    shown = world.take(PAGE)
    hidden = world.take(OTHER)

    def both() -> tuple[Progress, Progress]:
        return world.reports.status(shown.status_code), world.reports.status(hidden.status_code)

    assert both() == (Progress.RECEIVED, Progress.RECEIVED)
    world.assess(shown.item_ids[0], Judgement.BASELINE)
    world.assess(hidden.item_ids[0], Judgement.POLICE_FIRST)
    assert both() == (Progress.IN_HAND, Progress.RECEIVED), "the police's item looks as if nobody had seen it"
    code = shown.status_code.upper().replace("-", " ")
    assert world.reports.status(code) is Progress.IN_HAND
    with pytest.raises(NoSuchStatusCodeError):
        world.reports.status("aaaa-aaaa-aaaa-aaaa")


def test_a_lawful_item_ends_as_an_illegal_one_does(world: ReportsWorld) -> None:
    receipt = world.take(PAGE)
    world.assess(receipt.item_ids[0], Judgement.NOT_ILLEGAL)
    assert world.reports.status(receipt.status_code) is Progress.DONE


def test_what_was_gone_and_is_reported_again_is_looked_at_at_once(world: ReportsWorld) -> None:
    (item_id,) = world.take(PAGE).item_ids
    world.assess(item_id)
    step(world, item_id, ItemState.INACCESSIBLE)
    world.take(PAGE, now=T0 + DAY)
    (task,) = world.due(TaskKind.ITEM_PROBE, T0 + DAY)
    assert task.subject == item_id
    assert world.item(item_id).state is ItemState.INACCESSIBLE


# Pages


def test_items_come_in_pages_of_those_that_stand_longest_first(world: ReportsWorld) -> None:
    ids = [world.take(f"https://foto{n % 2}.example.org/{n}", now=T0 + n * MINUTE).item_ids[0] for n in range(7)]
    pages, after = [], None
    while found := world.reports.find(Wanted(after=after, limit=3), now=T0):
        pages.append([one.item_id for one in found])
        after = found[-1].item_id
    assert pages == [ids[:3], ids[3:6], ids[6:]]
    newest = world.reports.find(Wanted(newest_first=True, limit=2), now=T0)
    assert [one.item_id for one in newest] == [ids[6], ids[5]]
    further = world.reports.find(Wanted(newest_first=True, after=ids[5], limit=2), now=T0)
    assert [one.item_id for one in further] == [ids[4], ids[3]]
    assert [one.item_id for one in world.reports.find(Wanted(host="foto1.example.org"), now=T0)] == ids[1::2]
    assert len(world.reports.find(Wanted(site="foto9.example.org"), now=T0)) == 7
    assert world.reports.find(Wanted(after=ItemId("none")), now=T0) == []
    world.assess(ids[0], Judgement.IGNORE)
    wanted = Wanted(judgement=Judgement.IGNORE, kind=ItemKind.PAGE, states=frozenset({ItemState.IGNORED}))
    assert [one.item_id for one in world.reports.find(wanted, now=T0)] == ids[:1]


def test_reports_come_newest_first_and_by_reference(world: ReportsWorld) -> None:
    made = [world.take(PAGE, reference=f"r-{number % 2}").report_id for number in range(4)]
    assert [one.report_id for one in world.reports.reports(limit=2)] == made[:1:-1]
    assert [one.report_id for one in world.reports.reports(after=made[2])] == made[1::-1]
    assert [one.report_id for one in world.reports.reports(reference="r-1")] == [made[3], made[1]]
    assert [one.item_id for one in world.reports.find(Wanted(report_id=made[0]), now=T0)] == list(
        world.reports.report(made[0]).item_ids
    )
