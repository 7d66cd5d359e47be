"""The real program shows what became of items, and records by what right it looks and what people saw."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from schoon.kinds import HosterId, ItemId, NoticeId
from schoon.main._compose import opened_rooms
from schoon.notices import Notice, NoticeKind, NoticeState, SentNotice
from schoon.reports import ItemState, Judged, Judgement, Move, ReportSource, Submission, SubmittedItem
from schoon.settings import Settings
from tests.e2e.program import Program

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    program = Program(
        tmp_path_factory.mktemp("followup") / "home", SCHOON_TESTING="1", SCHOON_CLOCK=(NOW + 20 * HOUR).isoformat()
    )
    program.run("init")
    return program


@pytest.fixture(scope="module")
def item(program) -> ItemId:
    """An item whose notice was sent twenty hours ago."""
    with opened_rooms(Settings.from_environment({"SCHOON_HOME": str(program.home)}), lambda: NOW) as rooms:
        given = Submission(source=ReportSource.API, items=(SubmittedItem(url="https://example.org/secretpath"),))
        item_id = rooms.reports.take([given], now=NOW)[0].item_ids[0]
        rooms.reports.assess([Judged(item_id=item_id, judgement=Judgement.BASELINE)], by="anna", now=NOW)
        step = Move(item_id=item_id, from_state=ItemState.TO_NOTICE, to_state=ItemState.NOTICED, by="test")
        notice = Notice(
            notice_id=NoticeId("n" * 26),
            hoster_id=HosterId(1),
            profile_id="nl-2024-act",
            kind=NoticeKind.FIRST,
            state=NoticeState.SENT,
            opened_at=NOW,
            closes_at=NOW,
            email="abuse@hoster.example",
        )
        with rooms.followup._ports.transactions.write() as tx:
            rooms.reports.move(tx, [step], now=NOW)
            sent = SentNotice(notice=replace(notice, sent_at=NOW), item_ids=(item_id,))
            rooms.followup.listener.sent(tx, [sent], NOW)
        return item_id


def test_the_legal_basis_is_recorded_shown_and_ended(program):
    assert "nothing is looked at" in program.run("followup", "legal-basis", "show").stderr
    assert "record" in program.run("followup", "legal-basis", "end", code=4).stderr
    basis = ("followup", "legal-basis", "record", "--basis", "a mandate of the minister")
    program.run(*basis, "--signatory", " ", code=3)
    assert program.json(*basis, "--signatory", "A. Jansen")["number"] == 1
    assert "A. Jansen" in program.run("followup", "legal-basis", "show").stdout
    assert program.json("followup", "legal-basis", "end")["ended_at"] is not None
    assert [one["signatory"] for one in program.lines("followup", "legal-basis", "show")] == ["A. Jansen"]


def test_clocks_are_listed_and_those_whose_time_runs_out_are_due(program, item):
    (clock,) = program.lines("followup", "list")
    assert (clock["item_id"], clock["reading"], clock["deadline"]) == (item, "running", (NOW + 24 * HOUR).isoformat())
    assert program.lines("followup", "due", "--hours", "3") == []
    assert [one["item_id"] for one in program.lines("followup", "due", "--hours", "5")] == [item]
    assert item in program.run("followup", "list", "--hoster", "1").stdout
    assert program.lines("followup", "list", "--hoster", "2") == program.lines("followup", "list", "--disputed") == []


def test_what_a_person_saw_is_recorded_and_shown_without_the_address(program, item):
    program.run("followup", "looked", item, "--gone")
    shown = program.json("followup", "show", item)
    assert [(one["vantage"], one["outcome"]) for one in shown["looks"]] == [("desk", "gone")]
    page = program.run("followup", "show", item).stdout
    assert "first seen gone" in page
    assert "secretpath" not in page + str(shown)
    assert "never" in program.run("followup", "show", "never", code=3).stderr
    program.run("followup", "looked", "never", "--present", code=3)


def test_what_was_laid_before_the_authority_is_shown(program):
    assert program.lines("followup", "records") == []
    assert "none" in program.run("followup", "records").stderr
