"""What the room of reports must do, over memory and both databases: nothing told is lost, nothing is judged twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from schoon.agenda import TaskKind
from schoon.hits import ReasonsMissingError
from schoon.kinds import ItemId, Kind
from schoon.parties import Role
from schoon.reports import (
    AssessOutcome,
    ExposureReachedError,
    IdentityRequestError,
    ItemKind,
    ItemLockedError,
    ItemMovedError,
    ItemState,
    Judged,
    Judgement,
    KeyReusedError,
    Known,
    Means,
    Move,
    NoSuchItemError,
    NoSuchReportError,
    NoSuchStatusCodeError,
    NotPoliceError,
    PoliceAct,
    Progress,
    Reporter,
    ReportSource,
    Submission,
    SubmissionError,
    SubmittedItem,
    ViewingError,
    VocabularyTakenError,
    Wanted,
)
from schoon.store import Database
from tests.contract.conftest import BACKENDS
from tests.reports_world import DAY, HOUR, MINUTE, T0, ReportsWorld, a_digest, memory_world, sql_world

Make = Callable[..., ReportsWorld]
WHY = "the police asked for it"
PAGE, OTHER = "https://foto.example.org/album/1", "https://foto.example.org/album/2"


@pytest.fixture(params=["memory", *BACKENDS])
def make(request: pytest.FixtureRequest) -> Make:
    """Makes a world over the store of this run, with the terms it is given."""
    if request.param == "memory":
        return memory_world
    open_backend: Callable[[str], Database] = request.getfixturevalue("open_backend")
    return lambda **terms: sql_world(open_backend(request.param), **terms)


@pytest.fixture
def world(make: Make) -> ReportsWorld:
    return make()


def moves_of(world: ReportsWorld, item_id: ItemId) -> list[tuple[str, str]]:
    history = world.reports.item(item_id).history
    assert [one.number for one in history] == list(range(1, len(history) + 1))
    assert all(after.from_state is before.to_state for before, after in pairwise(history))
    return [(one.to_state.value, one.by) for one in history]


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
    assert [one.item_id for one in world.reports.find(Wanted(url=PAGE), now=T0)] == [plain, tracked]


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
    assert both() == (Progress.IN_HAND, Progress.IN_HAND)
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


# Assessment


def test_a_judgement_moves_the_item_and_asks_for_its_hoster(world: ReportsWorld) -> None:
    (item_id,) = world.take(PAGE).item_ids
    assert world.assess(item_id, Judgement.NATIONAL, by="anna").outcome is AssessOutcome.COUNTED
    item = world.item(item_id)
    assert (item.state, item.judgement, item.means) == (ItemState.TO_NOTICE, Judgement.NATIONAL, Means.ANALYST)
    assert moves_of(world, item_id) == [("to_assess", "intake"), ("to_notice", "anna")]
    (task,) = world.due(TaskKind.ITEM_ATTRIBUTE, T0)
    assert task.subject == item_id


@pytest.mark.parametrize(
    ("judgement", "state"),
    [
        (Judgement.NOT_ILLEGAL, ItemState.NOT_ILLEGAL),
        (Judgement.IGNORE, ItemState.IGNORED),
        (Judgement.POLICE_FIRST, ItemState.HELD),
    ],
)
def test_nothing_goes_out_about_what_is_not_to_be_noticed(
    world: ReportsWorld, judgement: Judgement, state: ItemState
) -> None:
    (item_id,) = world.take(PAGE).item_ids
    world.assess(item_id, judgement)
    assert world.item(item_id).state is state
    assert world.due(TaskKind.ITEM_ATTRIBUTE, T0 + DAY) == []


def test_many_items_are_judged_in_one_act_and_each_has_its_own_outcome(world: ReportsWorld) -> None:
    ids = world.take(*(f"https://foto.example.org/{number}" for number in range(30))).item_ids
    world.assess(ids[0])
    judged = [Judged(item_id=one, judgement=Judgement.IGNORE, looked=False) for one in [*ids, ItemId("nothing")]]
    results = world.reports.assess(judged, by="bram", now=T0)
    assert [one.outcome for one in results] == [
        AssessOutcome.REFUSED,
        *[AssessOutcome.COUNTED] * 29,
        AssessOutcome.REFUSED,
    ]
    assert world.reports.counts() == {
        **dict.fromkeys(ItemState, 0),
        ItemState.TO_NOTICE: 1,
        ItemState.IGNORED: 29,
    }


def test_as_many_analysts_as_must_agree_and_each_once(make: Make) -> None:
    world = make(agreement=2)
    (item_id,) = world.take(PAGE).item_ids
    assert world.assess(item_id, by="anna").outcome is AssessOutcome.WAITING
    assert world.assess(item_id, by="anna").outcome is AssessOutcome.REFUSED
    assert world.assess(item_id, Judgement.IGNORE, by="bram").outcome is AssessOutcome.DISAGREED
    assert [one.item_id for one in world.reports.find(Wanted(disputed_votes=True), now=T0)] == [item_id]
    assert world.item(item_id).judgement is None
    assert world.assess(item_id, by="carla").outcome is AssessOutcome.COUNTED
    assert world.reports.find(Wanted(disputed_votes=True), now=T0) == []
    assert [(one.by, one.counts) for one in world.reports.item(item_id).assessments] == [
        ("anna", False),
        ("bram", False),
        ("carla", True),
    ]


def test_one_call_is_one_vote_however_often_it_names_an_item(make: Make) -> None:
    world = make(agreement=2)
    (item_id,) = world.take(PAGE).item_ids
    judged = Judged(item_id=item_id, judgement=Judgement.BASELINE)
    outcomes = [one.outcome for one in world.reports.assess([judged, judged], by="anna", now=T0)]
    assert outcomes == [AssessOutcome.WAITING, AssessOutcome.REFUSED]


def test_an_analyst_is_shown_what_others_judged_and_not_what_she_judged(make: Make) -> None:
    world = make(agreement=2)
    first, second = world.take(PAGE, OTHER).item_ids
    world.assess(first, by="anna")
    states = frozenset({ItemState.TO_ASSESS})
    assert [one.item_id for one in world.reports.find(Wanted(states=states, analyst="anna"), now=T0)] == [second]
    assert len(world.reports.find(Wanted(states=states, analyst="bram"), now=T0)) == 2


def test_answers_and_notes_come_back_as_they_were_given(world: ReportsWorld) -> None:
    world.reports.import_vocabulary(VOCABULARY, by="chief", now=T0)
    (item_id,) = world.take(PAGE).item_ids
    answers: dict[str, Any] = {"how": ("a", "b"), "why": "because"}
    judged = Judged(item_id=item_id, judgement=Judgement.BASELINE, answers=answers, note="seen before")
    world.reports.assess([judged], by="anna", now=T0)
    (found,) = world.reports.item(item_id).assessments
    assert (found.answers, found.note, found.vocabulary) == (answers, "seen before", "test-1")


def test_answers_that_do_not_fit_are_refused_by_themselves(world: ReportsWorld) -> None:
    world.reports.import_vocabulary(VOCABULARY, by="chief", now=T0)
    (item_id,) = world.take(PAGE).item_ids
    judged = Judged(item_id=item_id, judgement=Judgement.BASELINE, answers={"how": ("z",)})
    (result,) = world.reports.assess([judged], by="anna", now=T0)
    assert (result.outcome, "how" in result.detail) == (AssessOutcome.REFUSED, True)
    assert world.item(item_id).state is ItemState.TO_ASSESS


def test_a_version_of_a_question_set_never_means_another(world: ReportsWorld) -> None:
    assert world.reports.vocabulary().version == "plain-1"
    world.reports.import_vocabulary(VOCABULARY, by="chief", now=T0)
    world.reports.import_vocabulary(VOCABULARY, by="chief", now=T0)
    with pytest.raises(VocabularyTakenError):
        world.reports.import_vocabulary(VOCABULARY.replace("test", "test", 1) + " ", by="chief", now=T0)
    assert world.reports.vocabulary_document() == VOCABULARY
    assert len(world.events("report:vocabulary:import")) == 1


def test_a_lock_keeps_others_off_until_it_ends(world: ReportsWorld) -> None:
    first, second = world.take(PAGE, OTHER).item_ids
    assert world.reports.lock([first, second], by="anna", now=T0) == [first, second]
    assert world.reports.lock([first], by="bram", now=T0 + 14 * MINUTE) == []
    assert world.assess(first, by="bram", now=T0 + 14 * MINUTE).outcome is AssessOutcome.REFUSED
    assert world.reports.find(Wanted(analyst="bram"), now=T0) == []
    world.reports.unlock([first], by="bram")
    assert world.reports.lock([first], by="bram", now=T0 + 14 * MINUTE) == []
    world.reports.unlock([second], by="anna")
    assert world.reports.lock([second], by="bram", now=T0) == [second]
    assert world.reports.lock([first], by="bram", now=T0 + 15 * MINUTE) == [first]
    assert world.assess(first, by="bram", now=T0 + 15 * MINUTE).outcome is AssessOutcome.COUNTED
    assert world.item(first).locked_by is None


def test_what_an_analyst_looks_at_is_counted_and_capped(make: Make) -> None:
    world = make(exposure_items=2, exposure_time=timedelta(minutes=10))
    ids = world.take(*(f"https://foto.example.org/{number}" for number in range(6))).item_ids

    def look(*some: ItemId, by: str = "anna", seconds: int = 60, looked: bool = True, now: Any = T0) -> None:
        judged = [
            Judged(item_id=one, judgement=Judgement.NOT_ILLEGAL, looked=looked, seconds=seconds if looked else 0)
            for one in some
        ]
        world.reports.assess(judged, by=by, now=now)

    look(ids[0])
    with pytest.raises(ExposureReachedError):
        look(*ids[1:3])
    assert world.item(ids[1]).state is ItemState.TO_ASSESS
    look(ids[1])
    with pytest.raises(ExposureReachedError):
        look(ids[2])
    look(*ids[2:4], looked=False)
    with pytest.raises(ExposureReachedError):
        look(ids[4], by="bram", seconds=601)
    look(ids[4], now=T0 + DAY)
    found = {(one.analyst, one.day): (one.items, one.seconds) for one in world.reports.exposures(now=T0 + DAY, days=2)}
    assert found == {("anna", T0.date()): (2, 120), ("anna", (T0 + DAY).date()): (1, 60)}
    assert [one.day for one in world.reports.exposures(now=T0 + DAY, analyst="anna")] == [(T0 + DAY).date()]


# Identical files, known material


def test_an_identical_file_inherits_when_it_comes_later(world: ReportsWorld) -> None:
    first = world.take_file(PAGE, a_digest("a"))
    world.assess(first, Judgement.NOT_ILLEGAL, by="anna")
    second = world.take_file(OTHER, a_digest("a"), a_digest("b", Kind.MD5))
    item = world.item(second)
    assert (item.state, item.means, item.inherited_from) == (ItemState.NOT_ILLEGAL, Means.INHERITED, first)
    assert moves_of(world, second)[-1] == ("not_illegal", f"item:{first}")
    assert world.reports.item(first).same_file == (second,)


def test_identical_files_inherit_when_the_first_is_judged_later(world: ReportsWorld) -> None:
    ids = [world.take_file(f"https://foto.example.org/{number}", a_digest("a")) for number in range(3)]
    world.assess(ids[1])
    assert [world.item(one).state for one in ids] == [ItemState.TO_NOTICE] * 3
    heirs = world.reports.find(Wanted(inherited_from=ids[1]), now=T0)
    assert [one.item_id for one in heirs] == [ids[0], ids[2]]
    later = world.take_file(OTHER, a_digest("a"))
    assert world.item(later).inherited_from == ids[1]


def test_files_that_come_together_inherit_too(world: ReportsWorld) -> None:
    world.hash_list.put(a_digest("known", Kind.MD5))
    items = (
        SubmittedItem(url=PAGE, digests=(a_digest("known", Kind.MD5), a_digest("known"))),
        SubmittedItem(url=OTHER, digests=(a_digest("known"),)),
    )
    known, same = world.reports.take([Submission(source=ReportSource.API, items=items)], now=T0)[0].item_ids
    assert (world.item(known).means, world.item(same).means) == (Means.KNOWN_HASH, Means.INHERITED)


@pytest.mark.parametrize("kind", [Kind.MD5, Kind.SHA1, Kind.PDQ])
def test_a_weak_digest_alone_lets_nothing_stay_up(world: ReportsWorld, kind: Kind) -> None:
    """Two files of one MD5 can be made: the harmless one must not clear the other."""
    first = world.take_file(PAGE, a_digest("a", kind))
    world.assess(first, Judgement.NOT_ILLEGAL)
    second = world.take_file(OTHER, a_digest("a", kind))
    assert world.item(second).state is ItemState.TO_ASSESS


@pytest.mark.parametrize("kind", [Kind.MD5, Kind.SHA1, Kind.SHA256])
def test_every_exact_digest_carries_what_is_illegal(world: ReportsWorld, kind: Kind) -> None:
    first = world.take_file(PAGE, a_digest("a", kind))
    second = world.take_file(OTHER, a_digest("a", kind))
    world.assess(first, Judgement.NATIONAL)
    assert world.item(second).judgement is Judgement.NATIONAL


def test_judgements_that_contradict_each_other_are_not_inherited(world: ReportsWorld) -> None:
    first = world.take_file(PAGE, a_digest("a"))
    second = world.take_file(OTHER, a_digest("b"))
    world.assess(first, Judgement.NOT_ILLEGAL)
    world.assess(second, Judgement.BASELINE)
    both = world.take_file("https://foto.example.org/3", a_digest("a"), a_digest("b"))
    assert world.item(both).state is ItemState.TO_ASSESS


def test_known_material_is_assessed_without_anyone_looking(world: ReportsWorld) -> None:
    world.hash_list.put(a_digest("known"))
    item_id = world.take_file(PAGE, a_digest("known"))
    item = world.item(item_id)
    assert (item.state, item.judgement, item.means) == (ItemState.TO_NOTICE, Judgement.BASELINE, Means.KNOWN_HASH)
    assert (item.known, moves_of(world, item_id)[-1]) == (Known.LISTED, ("to_notice", "hash list"))
    assert world.reports.exposures(now=T0) == []
    assert [task.subject for task in world.due(TaskKind.ITEM_ATTRIBUTE, T0)] == [item_id]


def test_material_that_asks_for_a_look_is_left_to_an_analyst(world: ReportsWorld) -> None:
    world.hash_list.put(a_digest("near"), Known.REVIEW)
    item_id = world.take_file(PAGE, a_digest("near"))
    assert (world.item(item_id).state, world.item(item_id).known) == (ItemState.TO_ASSESS, Known.REVIEW)
    assert [one.item_id for one in world.reports.find(Wanted(known=Known.REVIEW), now=T0)] == [item_id]


def test_a_list_that_cannot_be_asked_is_asked_again_until_it_answers(world: ReportsWorld) -> None:
    world.hash_list.put(a_digest("known"))
    world.hash_list.is_away = True
    item_id = world.take_file(PAGE, a_digest("known"))
    assert (world.item(item_id).state, world.item(item_id).known) == (ItemState.TO_ASSESS, Known.UNAVAILABLE)
    now = T0
    for _ in range(3):
        now += HOUR
        world.reports.match_due(world.due(TaskKind.ITEM_MATCH, now), now=now)
        assert world.item(item_id).known is Known.UNAVAILABLE
    world.hash_list.is_away = False
    now += HOUR
    world.reports.match_due(world.due(TaskKind.ITEM_MATCH, now), now=now)
    assert world.item(item_id).means is Means.KNOWN_HASH
    assert world.due(TaskKind.ITEM_MATCH, now + DAY) == []


def test_a_second_worker_does_not_match_again(world: ReportsWorld) -> None:
    world.hash_list.is_away = True
    item_id = world.take_file(PAGE, a_digest("known"))
    world.hash_list.put(a_digest("known"))
    world.hash_list.is_away = False
    first = world.due(TaskKind.ITEM_MATCH, T0 + MINUTE)
    second = world.due(TaskKind.ITEM_MATCH, T0 + HOUR)
    world.reports.match_due(second, now=T0 + HOUR)
    world.reports.match_due(first, now=T0 + HOUR)
    assert len(world.reports.item(item_id).assessments) == 1


def test_digests_are_not_taken_from_a_form_nor_judgements_from_anybody(world: ReportsWorld) -> None:
    item = SubmittedItem(url=PAGE, digests=(a_digest("x"),))
    with pytest.raises(SubmissionError, match="digests"):
        Submission(source=ReportSource.FORM, items=(item,))
    with pytest.raises(SubmissionError, match="judgement"):
        world.take_file(PAGE, judgement=Judgement.BASELINE)


def test_judgements_of_the_system_that_is_replaced_are_taken_over(world: ReportsWorld) -> None:
    item = SubmittedItem(url=PAGE, judgement=Judgement.NATIONAL)
    report = Submission(source=ReportSource.SCART, items=(item,), received_at=T0 - 30 * DAY)
    (item_id,) = world.reports.take([report], now=T0)[0].item_ids
    found = world.item(item_id)
    assert (found.state, found.means, found.first_reported_at) == (
        ItemState.TO_NOTICE,
        Means.IMPORTED,
        T0 - 30 * DAY,
    )
    assert world.reports.exposures(now=T0) == []


# The hash list hears of our own judgements


def propose(world: ReportsWorld, now: Any) -> None:
    world.reports.propose_due(world.due(TaskKind.ITEM_PROPOSE, now), now=now)


def test_a_baseline_judgement_is_proposed_to_the_hash_list_once(world: ReportsWorld) -> None:
    item_id = world.take_file(PAGE, a_digest("new"), a_digest("new", Kind.PDQ))
    world.take_file(OTHER, a_digest("new"))
    world.assess(item_id)
    assert world.due(TaskKind.ITEM_PROPOSE, T0) == []
    propose(world, T0 + HOUR)
    assert {one: set(digests) for one, digests in world.hash_list.proposed.items()} == {
        item_id: {a_digest("new"), a_digest("new", Kind.PDQ)}
    }
    assert world.due(TaskKind.ITEM_PROPOSE, T0 + DAY) == []
    assert len(world.events("report:item:propose")) == 1


@pytest.mark.parametrize("judgement", [Judgement.NATIONAL, Judgement.POLICE_FIRST, Judgement.NOT_ILLEGAL])
def test_no_other_judgement_is_proposed(world: ReportsWorld, judgement: Judgement) -> None:
    world.assess(world.take_file(PAGE, a_digest("new")), judgement)
    world.assess(world.take(OTHER).item_ids[0])
    propose(world, T0 + DAY)
    assert world.hash_list.proposed == {}


def test_a_list_that_is_away_gets_the_proposal_later(world: ReportsWorld) -> None:
    item_id = world.take_file(PAGE, a_digest("new"))
    world.assess(item_id)
    world.hash_list.is_away = True
    propose(world, T0 + HOUR)
    world.hash_list.is_away = False
    propose(world, T0 + 2 * HOUR)
    assert list(world.hash_list.proposed) == [item_id]


def test_an_entry_is_withdrawn_when_its_judgement_was_wrong(world: ReportsWorld) -> None:
    item_id = world.take_file(PAGE, a_digest("new"))
    world.assess(item_id)
    propose(world, T0 + HOUR)
    step(world, item_id, ItemState.NOT_ILLEGAL)
    propose(world, T0 + HOUR)
    assert world.hash_list.withdrawn == [item_id]
    assert world.item(item_id).judgement is Judgement.NOT_ILLEGAL


def test_what_the_police_hold_is_proposed_after_they_release_it(world: ReportsWorld) -> None:
    police = world.police()
    item_id = world.take_file(PAGE, a_digest("new"))
    world.assess(item_id)
    world.reports.police([item_id], PoliceAct.HOLD, police=police, by="eva", reason=WHY, now=T0)
    propose(world, T0 + HOUR)
    assert world.hash_list.proposed == {}
    world.reports.release([item_id], police=police, by="eva", reason=WHY, now=T0 + HOUR)
    propose(world, T0 + 3 * HOUR)
    assert list(world.hash_list.proposed) == [item_id]


# Moves, the police


def step_of(item_id: ItemId, before: ItemState, after: ItemState, *, by: str) -> Move:
    return Move(item_id=item_id, from_state=before, to_state=after, by=by, reason="r")


def step(world: ReportsWorld, item_id: ItemId, to: ItemState, *, by: str = "followup") -> None:
    with world.transactions.write() as tx:
        (item,) = world.reports.items(tx, [item_id]).values()
        world.reports.move(tx, [step_of(item_id, item.state, to, by=by)], now=T0 + HOUR)


def test_later_rooms_move_items_by_the_table_alone(world: ReportsWorld) -> None:
    (item_id,) = world.take(PAGE).item_ids
    world.assess(item_id)
    for to in (ItemState.NOTICED, ItemState.INACCESSIBLE, ItemState.TO_NOTICE, ItemState.ABROAD):
        step(world, item_id, to)
    assert [state for state, _ in moves_of(world, item_id)] == [
        "to_assess",
        "to_notice",
        "noticed",
        "inaccessible",
        "to_notice",
        "abroad",
    ]
    with pytest.raises(ItemMovedError, match=item_id):
        step(world, item_id, ItemState.NOTICED)
    assert world.reports.item(item_id).history[-1].reason == "r"
    assert len(world.events("report:item:move")) == 4


def test_a_move_from_another_state_than_expected_is_refused_and_nothing_moves(world: ReportsWorld) -> None:
    first, second = world.take(PAGE, OTHER).item_ids
    world.assess(first)
    moves = [
        Move(item_id=first, from_state=ItemState.TO_NOTICE, to_state=ItemState.NOTICED, by="notices"),
        Move(item_id=second, from_state=ItemState.TO_NOTICE, to_state=ItemState.NOTICED, by="notices"),
    ]
    with pytest.raises(ItemMovedError, match=second), world.transactions.write() as tx:
        world.reports.move(tx, moves, now=T0)
    with pytest.raises(NoSuchItemError), world.transactions.write() as tx:
        world.reports.move(tx, [replace(moves[0], item_id=ItemId("none"))], now=T0)
    assert world.item(first).state is ItemState.TO_NOTICE


def test_an_item_that_is_to_be_assessed_moves_by_a_judgement_alone(world: ReportsWorld) -> None:
    (item_id,) = world.take(PAGE).item_ids
    with pytest.raises(ItemMovedError):
        step(world, item_id, ItemState.TO_NOTICE)


def test_who_leaves_to_notice_is_not_attributed_any_more(world: ReportsWorld) -> None:
    (item_id,) = world.take(PAGE).item_ids
    world.assess(item_id)
    step(world, item_id, ItemState.NOT_ILLEGAL)
    assert world.due(TaskKind.ITEM_ATTRIBUTE, T0 + DAY) == []
    (decision,) = world.reports.item(item_id).assessments[1:]
    assert (decision.judgement, decision.means, decision.counts) == (Judgement.NOT_ILLEGAL, Means.DECISION, True)


def test_a_reopened_item_is_judged_anew_by_the_same_analyst(world: ReportsWorld) -> None:
    (item_id,) = world.take(PAGE).item_ids
    world.assess(item_id, Judgement.IGNORE, by="anna")
    world.reports.reopen([item_id], by="chief", reason=WHY, now=T0)
    assert (world.item(item_id).judgement, world.item(item_id).state) == (None, ItemState.TO_ASSESS)
    assert world.assess(item_id, Judgement.BASELINE, by="anna").outcome is AssessOutcome.COUNTED
    assert [one.round for one in world.reports.item(item_id).assessments] == [1, 2]
    with pytest.raises(ItemMovedError):
        world.reports.reopen([item_id], by="chief", reason=WHY, now=T0)


def test_a_person_corrects_with_a_reason(world: ReportsWorld) -> None:
    (item_id,) = world.take(PAGE).item_ids
    world.assess(item_id)
    move = step_of(item_id, ItemState.TO_NOTICE, ItemState.NOT_ILLEGAL, by="chief")
    with pytest.raises(ReasonsMissingError):
        world.reports.correct([replace(move, reason="no")], now=T0)
    world.reports.correct([replace(move, reason="a mistake of mine")], now=T0)
    assert world.item(item_id).state is ItemState.NOT_ILLEGAL


def test_only_the_police_release_what_is_held_for_them(world: ReportsWorld) -> None:
    police = world.police()
    with world.transactions.write() as tx:
        hotline = world.parties.add_organisation(tx, name="Hotline", role=Role.HOTLINE, at=T0).organisation_id
    (item_id,) = world.take(PAGE).item_ids
    world.assess(item_id, Judgement.POLICE_FIRST)
    assert world.assess(item_id, Judgement.BASELINE, by="bram").outcome is AssessOutcome.REFUSED
    with pytest.raises(NotPoliceError):
        world.reports.release([item_id], police=hotline, by="anna", reason=WHY, now=T0)
    assert world.due(TaskKind.ITEM_ATTRIBUTE, T0 + DAY) == []
    world.reports.release([item_id], police=police, by="eva", reason=WHY, now=T0)
    assert world.item(item_id).state is ItemState.TO_NOTICE
    assert len(world.due(TaskKind.ITEM_ATTRIBUTE, T0)) == 1
    assert moves_of(world, item_id)[-1] == ("to_notice", f"eva for organisation:{police}")


def test_the_police_hold_send_and_preserve(world: ReportsWorld) -> None:
    police = world.police()
    first, second = world.take(PAGE, OTHER).item_ids

    def act(act: PoliceAct, *items: ItemId) -> None:
        world.reports.police(items, act, police=police, by="eva", reason=WHY, now=T0)

    world.assess(first)
    act(PoliceAct.HOLD, first, second)
    act(PoliceAct.HOLD, first)
    assert [one.item_id for one in world.reports.find(Wanted(states=frozenset({ItemState.HELD})), now=T0)] == [
        first,
        second,
    ]
    assert world.item(second).judgement is Judgement.POLICE_FIRST
    act(PoliceAct.SEND, first)
    act(PoliceAct.PRESERVE, first)
    item = world.item(first)
    assert (item.state, item.police_backed, item.preserve) == (ItemState.TO_NOTICE, True, True)
    world.reports.release([second], police=police, by="eva", reason=WHY, now=T0, to=ItemState.IGNORED)
    with pytest.raises(ItemMovedError):
        act(PoliceAct.SEND, second)
    assert {one.action for one in world.events() if one.action.startswith("report:police")} == {
        "report:police:hold",
        "report:police:send",
        "report:police:preserve",
        "report:police:release",
    }


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


VOCABULARY = """{"version": "test-1", "source": "a test", "questions": [
 {"id": "how", "label": {"en": "How?"}, "type": "many", "judgements": ["baseline"],
  "options": [{"id": "a", "label": {"en": "A"}}, {"id": "b", "label": {"en": "B"}}]},
 {"id": "why", "label": {"en": "Why?"}, "type": "text", "judgements": ["baseline"]}]}"""
