"""Judging items, over memory and both databases: each once, and nobody looks who need not."""

from datetime import timedelta
from typing import Any

import pytest

from schoon.agenda import TaskKind
from schoon.kinds import ItemId, Kind
from schoon.reports import (
    AssessOutcome,
    ExposureReachedError,
    ItemState,
    Judged,
    Judgement,
    Known,
    Means,
    ReportSource,
    Submission,
    SubmissionError,
    SubmittedItem,
    VocabularyTakenError,
    Wanted,
)
from tests.contract.report_worlds import (
    OTHER,
    PAGE,
    VOCABULARY,
    Make,
    moves_of,
)
from tests.contract.report_worlds import make as make  # a fixture
from tests.contract.report_worlds import world as world  # a fixture
from tests.reports_world import DAY, HOUR, MINUTE, T0, ReportsWorld, a_digest

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
    assert world.reports.lock([first], by="anna", now=T0 + 15 * MINUTE) == [], "it is judged"


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
    assert {one.item_id for one in heirs} == {ids[0], ids[2]}
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
